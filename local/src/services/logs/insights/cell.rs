//! The value of a field.

use std::cmp::Ordering;

use time::OffsetDateTime;
use time::macros::format_description;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Absent,
    Truth(bool),
    Number(f64),
    /// Milliseconds since 1970.
    Time(i64),
    Text(String),
}

impl Cell {
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Truth(truth) => *truth,
            Self::Text(text) => text == "true",
            Self::Number(number) => *number != 0.0,
            Self::Absent | Self::Time(_) => false,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a time has less than 53 bits")]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Time(milliseconds) => Some(*milliseconds as f64),
            Self::Text(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite()),
            Self::Absent | Self::Truth(_) => None,
        }
    }

    /// As results show it; nothing if it is absent.
    pub(super) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Absent => return None,
            Self::Truth(truth) => u8::from(*truth).to_string(),
            Self::Number(number) => shown(*number),
            Self::Time(milliseconds) => time_text(*milliseconds),
            Self::Text(text) => text.clone(),
        })
    }

    /// Numbers in their order, all else as text. What is absent is the least.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self.number(), other.number()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            _ => self.text().cmp(&other.text()),
        }
    }
}

/// A number with at most four decimals.
fn shown(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn time_text(milliseconds: i64) -> String {
    let format =
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:3]");
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000);
    let time = time.ok().and_then(|time| time.format(format).ok());
    time.unwrap_or_else(|| milliseconds.to_string())
}
