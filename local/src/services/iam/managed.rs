//! The managed policies of AWS: a dated copy, made by `local/iam/update`.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

/// All policies, one JSON object a line. They take 3.6 MB unpacked, so only those in use are kept.
static POLICIES: &[u8] = include_bytes!("../../../iam/managed-policies.jsonl.zst");

/// The policies that were asked for.
static KNOWN: LazyLock<Mutex<HashMap<String, Option<AwsPolicy>>>> = LazyLock::new(Mutex::default);

/// A managed policy of AWS.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AwsPolicy {
    pub(crate) create_date: String,
    pub(crate) update_date: String,
    pub(crate) default_version_id: String,
    pub(crate) document: Value,
}

/// Whether the ARN is one of AWS, and not of the account.
pub(crate) fn is_of_aws(arn: &str) -> bool {
    arn.contains(":iam::aws:policy/")
}

/// The managed policy with this ARN, if AWS has it.
pub(crate) fn policy(arn: &str) -> Option<AwsPolicy> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .entry(arn.to_owned())
        .or_insert_with(|| look_up(arn))
        .clone()
}

/// The document of the managed policy with this ARN.
pub(crate) fn document(arn: &str) -> Option<Value> {
    policy(arn).map(|policy| policy.document)
}

fn look_up(arn: &str) -> Option<AwsPolicy> {
    let unpacked = zstd::Decoder::new(POLICIES).ok()?;
    let beginning = format!("{{\"Arn\":\"{arn}\"");
    let mut lines = BufReader::new(unpacked).lines().map_while(Result::ok);
    let line = lines.find(|line| line.starts_with(&beginning))?;
    serde_json::from_str(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_of_aws_are_found_by_arn() {
        let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        let policy = policy(arn).unwrap();
        assert!(policy.document.to_string().contains("ecr:BatchGetImage"));
        assert!(document("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy").is_none());
        assert!(document("arn:aws:iam::aws:policy/ReadOnlyAccess").is_some());
    }
}
