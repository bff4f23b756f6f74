//! CloudWatch Logs' rules for log groups and metric filters.

use super::log_group::LogGroup;
use super::metric_filter::MetricFilterProperties;
use super::metric_filters::{Filter, MOST, check_metric, check_pattern};
use crate::aws::{ACCOUNT, generated_name, read};
use crate::resources::ResourceType as _;
use crate::resources::subject::{Subject, fail_if, one_of, text};
use crate::resources::{no_opening, rules};
use crate::services::iam::{Act, Context, allows_service_with};

/// The times of retention, in days.
const RETENTION: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

rules! { "CloudWatchLogs", opening;
    group_name, "Logs::LogGroup", InvalidParameterException, "The name has 1 to 512 known characters, and does not begin with aws/", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
    retention, "Logs::LogGroup", InvalidParameterException, "The retention is one that CloudWatch Logs has", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
    key, "Logs::LogGroup", InvalidParameterException, "The key exists, and its policy admits CloudWatch Logs", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html";
    class, "Logs::LogGroup", InvalidParameterException, "The class exists", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
    filter_group, "Logs::MetricFilter", ResourceNotFoundException, "The log group exists", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html";
    filter_name, "Logs::MetricFilter", InvalidParameterException, "The name has no : and no *", "https://github.com/badmintoncryer/cdk-preflight";
    filter_class, "Logs::MetricFilter", InvalidParameterException, "The log group has the standard class", "https://github.com/badmintoncryer/cdk-preflight";
    filter_pattern, "Logs::MetricFilter", InvalidParameterException, "The pattern can be read", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html";
    filter_metric, "Logs::MetricFilter", InvalidParameterException, "A metric has dimensions or a default value, and a value that the pattern knows", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html";
    filter_count, "Logs::MetricFilter", LimitExceededException, "A log group has at most 100 metric filters", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html";
}

/// What the handlers put before the sentence, as <https://github.com/badmintoncryer/cdk-preflight>
/// has measured.
fn opening(subject: &Subject<'_>) -> &'static str {
    match subject.resource_type {
        "AWS::Logs::MetricFilter" => "Invalid request provided: AWS::Logs::MetricFilter. ",
        _ => no_opening(subject),
    }
}

fn filter_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("FilterName").unwrap_or("");
    fail_if(name.contains([':', '*']), || {
        "1 validation error detected: Value at 'filterNamePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*".into()
    })
}

fn filter_class(subject: &Subject<'_>) -> Result<(), String> {
    let group = subject.text("LogGroupName").unwrap_or("");
    let group = subject.find(LogGroup::NAME, group);
    let class = group.and_then(|group| text(&group.properties, "LogGroupClass"));
    fail_if(class.is_some_and(|class| class != "STANDARD"), || {
        "This operation is only supported on the Standard log class.".into()
    })
}

/// The filter that a template describes.
fn filter(subject: &Subject<'_>) -> Filter {
    let properties: MetricFilterProperties = read(subject.properties).unwrap_or_default();
    properties.filter()
}

fn filter_group(subject: &Subject<'_>) -> Result<(), String> {
    let group = subject.text("LogGroupName").unwrap_or("");
    let exists = subject.state.inventory.has(LogGroup::NAME, group);
    fail_if(!exists, || "The specified log group does not exist.".into())
}

fn filter_pattern(subject: &Subject<'_>) -> Result<(), String> {
    check_pattern(&filter(subject))
}

fn filter_metric(subject: &Subject<'_>) -> Result<(), String> {
    check_metric(&filter(subject))
}

fn filter_count(subject: &Subject<'_>) -> Result<(), String> {
    let group = subject.text("LogGroupName").unwrap_or("");
    let filters = subject.state.metric_filters.get(group);
    let count = filters.map_or(0, std::collections::BTreeMap::len);
    fail_if(subject.is_created() && count >= MOST, || {
        "Resource limit exceeded.".into()
    })
}

fn group_name(subject: &Subject<'_>) -> Result<(), String> {
    let Some(name) = subject.text("LogGroupName") else {
        return Ok(());
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_/.#".contains(c);
    let wrong = |constraint: &str| {
        Err(format!(
            "1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: {constraint}"
        ))
    };
    if name.len() > 512 {
        return wrong("Member must have length less than or equal to 512");
    }
    if !name.chars().all(is_allowed) {
        return wrong("Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
    }
    fail_if(name.starts_with("aws/"), || {
        "Log groups starting with AWS/ are reserved for AWS.".into()
    })
}

fn retention(subject: &Subject<'_>) -> Result<(), String> {
    let days = subject.number("RetentionInDays");
    let unknown = days.filter(|days| !RETENTION.contains(days));
    unknown.map_or(Ok(()), |days| {
        let known: Vec<_> = RETENTION.iter().map(i64::to_string).collect();
        one_of(
            "retentionInDays",
            Some(&days.to_string()),
            &known.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    })
}

fn class(subject: &Subject<'_>) -> Result<(), String> {
    one_of(
        "logGroupClass",
        subject.text("LogGroupClass"),
        &["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"],
    )
}

fn key(subject: &Subject<'_>) -> Result<(), String> {
    let Some(named) = subject.text("KmsKeyId") else {
        return Ok(());
    };
    let name = match subject.text("LogGroupName") {
        Some(name) => name.to_owned(),
        None if subject.is_created() => generated(subject),
        None => subject.id.to_owned(),
    };
    let group = format!("arn:aws:logs:{}:{ACCOUNT}:log-group:{name}", subject.region);
    let policy = subject.state.kms.policy_of(subject.region, named);
    let admits = policy.is_ok_and(|policy| {
        policy.is_some_and(|policy| admits_logs(policy, subject.region, named, &group))
    });
    fail_if(!admits, || {
        format!(
            "The specified KMS key does not exist or is not allowed to be used with Arn '{group}'"
        )
    })
}

/// A name such as the one that the group will get.
fn generated(subject: &Subject<'_>) -> String {
    let stack = subject.stack.map_or("", |stack| stack.name.as_str());
    generated_name(stack, subject.logical_id)
}

/// Whether the policy of a key lets CloudWatch Logs of the region encrypt a log group.
fn admits_logs(policy: &str, region: &str, key: &str, group: &str) -> bool {
    let service = format!("logs.{region}.amazonaws.com");
    let context = Context::default()
        .with("kms:EncryptionContext:aws:logs:arn", group)
        .with("kms:ViaService", service.as_str());
    let needed = ["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"];
    needed.iter().all(|action| {
        let act = Act {
            service: &service,
            action,
            resource: key,
            source: group,
        };
        allows_service_with(policy, act, &context)
    })
}
