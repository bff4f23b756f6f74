//! `Resource` and `NotResource`.

use super::{Kind, Patterns};

/// The partition of this account, and a pattern for it. An account knows no other partition:
/// <https://github.com/badmintoncryer/cdk-preflight>.
const PARTITIONS: [&str; 2] = ["*", "aws"];

/// What S3 has in regions and accounts, besides buckets.
const OF_ACCOUNTS: [&str; 5] = ["accesspoint", "job/", "storage-lens", "access-grants", "*"];

pub(super) fn check(kind: Kind, resources: Option<Patterns>) -> Result<Option<Patterns>, String> {
    let resources = resources.filter(|resources| !resources.patterns.is_empty());
    // The services with policies of their own say what is missing, and some need no resource.
    let is_needed = matches!(kind, Kind::Identity | Kind::Resource);
    if is_needed && resources.is_none() {
        return Err("Policy statement must contain resources.".into());
    }
    for pattern in resources.iter().flat_map(|resources| &resources.patterns) {
        check_pattern(pattern)?;
    }
    Ok(resources)
}

fn check_pattern(pattern: &str) -> Result<(), String> {
    if pattern == "*" {
        return Ok(());
    }
    let Some((_, rest)) = pattern.split_once(':') else {
        return Err(format!(
            "Resource {pattern} must be in ARN format or \"*\"."
        ));
    };
    if !pattern.starts_with("arn:") {
        return Err("The policy failed legacy parsing".into());
    }
    let (partition, rest) = rest.split_once(':').unwrap_or((rest, ""));
    if !PARTITIONS.contains(&partition) {
        return Err(wrong_partition(partition, rest));
    }
    let parts: Vec<&str> = rest.splitn(4, ':').collect();
    let [service, region, account, resource] = parts[..] else {
        return Err("The policy failed legacy parsing".into());
    };
    if service.is_empty() || service.contains(['*', '?']) {
        return Err("Resource vendor must be fully qualified and cannot contain regexes.".into());
    }
    if service == "iam" && !region.is_empty() && region != "*" {
        return Err(format!(
            "IAM resource {pattern} cannot contain region information."
        ));
    }
    let is_bucket = service == "s3" && !OF_ACCOUNTS.iter().any(|other| resource.starts_with(other));
    let is_global = is_bucket || service == "route53";
    if is_global && !region.is_empty() && region != "*" {
        return Err(format!(
            "Resource {pattern} can not contain region information."
        ));
    }
    if is_bucket && !account.is_empty() && account != "*" {
        return Err(format!("Resource {pattern} cannot contain an account id."));
    }
    Ok(())
}

fn wrong_partition(partition: &str, rest: &str) -> String {
    let mut parts: Vec<&str> = rest.splitn(4, ':').collect();
    parts.resize(4, "*");
    let rest = parts.join(":");
    format!("Partition \"{partition}\" is not valid for resource \"arn:{partition}:{rest}\".")
}
