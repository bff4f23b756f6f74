//! The message that an alarm sends to a topic.
//!
//! Source: the samples in
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>
//! and <https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html>.

use serde_json::{Value, json};

use super::definition::{MetricAlarm, members};
use super::queue::Fired;
use super::state::{Definition, StateValue};
use super::transition::moment;
use crate::account::Account;
use crate::aws::ACCOUNT;

/// The subject and the text of the message.
pub(crate) fn message(account: &Account, fired: &Fired) -> (String, String) {
    let state = &fired.alarm.state;
    let region = region(&account.region);
    let subject = format!("{}: \"{}\" in {region}", state.value.name(), fired.name);
    let actions = |value| fired.alarm.actions(value);
    let mut text = json!({
        "AlarmName": fired.name,
        "AlarmDescription": fired.alarm.description(),
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": moment(fired.alarm.configured),
        "NewStateValue": state.value.name(),
        "NewStateReason": state.reason,
        "StateChangeTime": moment(state.updated),
        "Region": region,
        "AlarmArn": fired.alarm.arn,
        "OldStateValue": fired.before.name(),
        "OKActions": actions(StateValue::Ok),
        "AlarmActions": actions(StateValue::Alarm),
        "InsufficientDataActions": actions(StateValue::InsufficientData),
    });
    let (name, value) = match &fired.alarm.definition {
        Definition::Metric(alarm) => ("Trigger", trigger(alarm)),
        Definition::Composite(alarm) => ("AlarmRule", alarm.alarm_rule.as_str().into()),
    };
    text[name] = value;
    // A subject has at most 100 characters.
    (subject.chars().take(100).collect(), text.to_string())
}

fn trigger(alarm: &MetricAlarm) -> Value {
    let missing = alarm.treat_missing_data.as_deref().unwrap_or("missing");
    let mut trigger = json!({
        "Period": alarm.seconds(),
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.needed(),
        "ComparisonOperator": alarm.comparison_operator,
        "Threshold": alarm.threshold.unwrap_or(0.0),
        "TreatMissingData": missing,
        "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile.as_deref().unwrap_or(""),
    });
    if alarm.metric_name.is_none() {
        trigger["Metrics"] = alarm.metrics.iter().map(members).collect();
        return trigger;
    }
    let dimensions = alarm.dimensions.iter();
    let dimensions: Vec<Value> = dimensions
        .map(|one| json!({"value": one.value, "name": one.name}))
        .collect();
    trigger["MetricName"] = alarm.metric_name.as_deref().into();
    trigger["Namespace"] = alarm.namespace.as_deref().into();
    trigger["Dimensions"] = dimensions.into();
    trigger["Unit"] = alarm.unit.as_deref().into();
    match (&alarm.statistic, &alarm.extended_statistic) {
        (None, Some(extended)) => {
            trigger["StatisticType"] = "ExtendedStatistic".into();
            trigger["ExtendedStatistic"] = extended.as_str().into();
        }
        (statistic, _) => {
            let statistic = statistic.as_deref().unwrap_or("");
            let statistic = match statistic {
                "SampleCount" => "SAMPLE_COUNT".to_owned(),
                other => other.to_uppercase(),
            };
            trigger["StatisticType"] = "Statistic".into();
            trigger["Statistic"] = statistic.into();
        }
    }
    trigger
}

/// The name of a region, as messages have it.
fn region(code: &str) -> &str {
    match code {
        "eu-central-1" => "EU (Frankfurt)",
        "eu-central-2" => "Europe (Zurich)",
        "eu-west-1" => "EU (Ireland)",
        "eu-west-2" => "EU (London)",
        "eu-west-3" => "EU (Paris)",
        "eu-north-1" => "EU (Stockholm)",
        "eu-south-1" => "Europe (Milan)",
        "us-east-1" => "US East (N. Virginia)",
        "us-east-2" => "US East (Ohio)",
        "us-west-1" => "US West (N. California)",
        "us-west-2" => "US West (Oregon)",
        "ca-central-1" => "Canada (Central)",
        "sa-east-1" => "South America (Sao Paulo)",
        "ap-northeast-1" => "Asia Pacific (Tokyo)",
        "ap-northeast-2" => "Asia Pacific (Seoul)",
        "ap-south-1" => "Asia Pacific (Mumbai)",
        "ap-southeast-1" => "Asia Pacific (Singapore)",
        "ap-southeast-2" => "Asia Pacific (Sydney)",
        other => other,
    }
}
