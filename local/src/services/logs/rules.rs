//! CloudWatch Logs' rules for log groups.

use crate::aws::ACCOUNT;
use crate::resources::subject::{Subject, fail_if, one_of};
use crate::resources::{no_opening, rules};

/// The times of retention, in days.
const RETENTION: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

rules! { "CloudWatchLogs", no_opening;
    group_name, "Logs::LogGroup", InvalidParameterException, "The name has 1 to 512 known characters, and does not begin with aws/", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
    retention, "Logs::LogGroup", InvalidParameterException, "The retention is one that CloudWatch Logs has", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html";
    key, "Logs::LogGroup", InvalidParameterException, "The key exists, and its policy admits CloudWatch Logs", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html";
    class, "Logs::LogGroup", InvalidParameterException, "The class exists", "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
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
    let policy = subject.state.kms.for_service(subject.region, named);
    let admits = policy.is_ok_and(|policy| policy.is_some_and(|policy| policy.contains("logs.")));
    fail_if(!admits, || {
        let name = subject.text("LogGroupName").unwrap_or(subject.logical_id);
        format!(
            "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:{}:{ACCOUNT}:log-group:{name}'",
            subject.region
        )
    })
}
