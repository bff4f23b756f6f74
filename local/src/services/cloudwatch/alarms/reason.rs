//! Why an alarm has its state, in the words of CloudWatch.
//!
//! They are those of public reports, such as <https://github.com/aws/aws-lambda-go/issues/291> and
//! the sample events in
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>.

use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;

use super::definition::MetricAlarm;
use super::evaluate::{Datapoint, Judge, Verdict};
use super::state::StateValue;

/// The reason of an alarm that was not evaluated yet.
pub(crate) const UNCHECKED: &str = "Unchecked: Initial alarm creation";

/// How many datapoints a reason lists.
const LISTED: usize = 5;

/// The sentence for a state.
pub(super) fn sentence(alarm: &MetricAlarm, judge: &Judge<'_>, verdict: &Verdict) -> String {
    let periods = judge.periods;
    if verdict.decided_by.is_empty() {
        return match (verdict.state, judge.missing) {
            (Some(StateValue::InsufficientData) | None, _) => {
                format!("Insufficient Data: {} unknown.", were(periods, "datapoint"))
            }
            (_, treatment) => format!(
                "Threshold Crossed: no datapoints were received for {} and {} treated as [{}].",
                counted(periods, "period"),
                were(periods, "missing datapoint"),
                treated(treatment)
            ),
        };
    }
    crossed(alarm, judge, verdict)
}

fn crossed(alarm: &MetricAlarm, judge: &Judge<'_>, verdict: &Verdict) -> String {
    let alarming = verdict.state == Some(StateValue::Alarm);
    let matching = verdict.decided_by.iter();
    let matching: Vec<&Datapoint> = matching
        .filter(|one| judge.breaches(one) == alarming)
        .collect();
    let count = matching.len().max(1);
    let listed: Vec<String> = matching.iter().take(LISTED).map(|one| shown(one)).collect();
    let listed = listed.join(", ");
    let (not, compared) = (if alarming { "" } else { "not " }, compared(judge.operator));
    let verb = if count == 1 { "was" } else { "were" };
    let threshold = verdict.decided_by[0].threshold;
    let (what, minimum) = match alarm.datapoints_to_alarm {
        Some(needed) => (
            format!("{count} out of the last {} datapoints", judge.periods),
            minimum(alarming, needed, alarm.evaluation_periods),
        ),
        None => (counted(count, "datapoint"), String::new()),
    };
    if count > LISTED {
        return format!(
            "Threshold Crossed: {what} {verb} {not}{compared} the threshold ({threshold:?}). The most recent datapoints which crossed the threshold: [{listed}]{minimum}."
        );
    }
    format!(
        "Threshold Crossed: {what} [{listed}] {verb} {not}{compared} the threshold ({threshold:?}){minimum}."
    )
}

fn minimum(alarming: bool, needed: i64, periods: i64) -> String {
    let (count, change) = if alarming {
        (needed, "OK -> ALARM")
    } else {
        (periods - needed + 1, "ALARM -> OK")
    };
    let count = usize::try_from(count).unwrap_or(1);
    format!(
        " (minimum {} for {change} transition)",
        counted(count, "datapoint")
    )
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn were(count: usize, what: &str) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(count, what))
}

fn treated(missing: &str) -> &'static str {
    match missing {
        "breaching" => "Breaching",
        _ => "NonBreaching",
    }
}

fn compared(operator: &str) -> &'static str {
    match operator {
        "GreaterThanOrEqualToThreshold" => "greater than or equal to",
        "GreaterThanThreshold" => "greater than",
        "LessThanThreshold" => "less than",
        _ => "less than or equal to",
    }
}

/// A datapoint in a sentence: `95.0 (28/11/26 17:00:00)`.
fn shown(one: &Datapoint) -> String {
    let format = format_description!("[day]/[month]/[year repr:last_two] [hour]:[minute]:[second]");
    let time = OffsetDateTime::from_unix_timestamp(one.time).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let time = time.format(format).unwrap_or_default();
    format!("{:?} ({time})", one.value)
}

/// The same in JSON, for programs.
pub(super) fn data(alarm: &MetricAlarm, judge: &Judge<'_>, verdict: &Verdict, now: i64) -> String {
    let known = &verdict.decided_by;
    let evaluated: Vec<_> = known
        .iter()
        .map(|one| json!({"timestamp": stamp(one.time), "sampleCount": one.count, "value": one.value}))
        .collect();
    let recent: Vec<f64> = known.iter().rev().map(|one| one.value).collect();
    let mut data = json!({
        "version": "1.0",
        "queryDate": stamp(now),
        "statistic": alarm.statistic.as_ref().or(alarm.extended_statistic.as_ref()),
        "period": alarm.seconds(),
        "recentDatapoints": recent,
        "threshold": known.first().map(|one| one.threshold).or(alarm.threshold),
        "evaluatedDatapoints": evaluated,
    });
    if let (Some(oldest), Some(members)) = (known.last(), data.as_object_mut()) {
        members.insert("startDate".into(), stamp(oldest.time).into());
    }
    if let (Some(unit), Some(members)) = (&alarm.unit, data.as_object_mut()) {
        members.insert("unit".into(), unit.as_str().into());
    }
    if judge.periods == 0 {
        return String::new();
    }
    data.to_string()
}

/// A time as CloudWatch writes it in messages: `2026-11-28T17:00:00.000+0000`.
pub(crate) fn stamp(seconds: i64) -> String {
    let format = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+0000"
    );
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(alarm: &MetricAlarm, values: &[f64], missing: &str) -> String {
        let judge = Judge {
            periods: usize::try_from(alarm.evaluation_periods).unwrap(),
            needed: usize::try_from(alarm.needed()).unwrap(),
            operator: "GreaterThanThreshold",
            missing,
        };
        let range: Vec<_> = values
            .iter()
            .map(|value| {
                Some(Datapoint {
                    time: 1_590_000_000,
                    value: *value,
                    threshold: 1.0,
                    count: 1.0,
                })
            })
            .collect();
        sentence(alarm, &judge, &judge.decide(&range))
    }

    #[test]
    fn a_reason_is_said_in_the_words_of_cloudwatch() {
        let alarm = |periods, needed| MetricAlarm {
            evaluation_periods: periods,
            datapoints_to_alarm: needed,
            ..MetricAlarm::default()
        };
        let time = "(20/05/20 18:40:00)";
        let rows = [
            (
                said(&alarm(1, Some(1)), &[5.0], "missing"),
                format!("Threshold Crossed: 1 out of the last 1 datapoints [5.0 {time}] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."),
            ),
            (
                said(&alarm(1, Some(1)), &[0.5], "missing"),
                format!("Threshold Crossed: 1 out of the last 1 datapoints [0.5 {time}] was not greater than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition)."),
            ),
            (
                said(&alarm(1, None), &[5.0], "missing"),
                format!("Threshold Crossed: 1 datapoint [5.0 {time}] was greater than the threshold (1.0)."),
            ),
            (
                said(&alarm(3, Some(2)), &[5.0, 0.0, 6.0], "missing"),
                format!("Threshold Crossed: 2 out of the last 3 datapoints [5.0 {time}, 6.0 {time}] were greater than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."),
            ),
            (
                said(&alarm(1, None), &[], "missing"),
                "Insufficient Data: 1 datapoint was unknown.".to_owned(),
            ),
            (
                said(&alarm(2, None), &[], "notBreaching"),
                "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].".to_owned(),
            ),
        ];
        for (said, expected) in rows {
            assert_eq!(said, expected);
        }
    }
}
