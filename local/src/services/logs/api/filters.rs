//! `TestMetricFilter`: which lines fit a pattern.

use serde::{Deserialize, Serialize};

use crate::aws::AwsError;
use crate::services::logs::pattern::Pattern;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Test {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Tested {
    matches: Vec<Match>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Match {
    event_number: usize,
    event_message: String,
}

pub(super) fn test(input: &Test) -> Result<Tested, AwsError> {
    let pattern = Pattern::parse(&input.filter_pattern)?;
    let lines = (1..).zip(&input.log_event_messages);
    let fitting = lines.filter(|(_, line)| pattern.fits(line));
    let matches = fitting.map(|(event_number, line)| Match {
        event_number,
        event_message: line.clone(),
    });
    Ok(Tested {
        matches: matches.collect(),
    })
}
