//! The resources that a `Describe` action returns.

use crate::account::{Account, Item};
use crate::aws::AwsError;

/// The resources of a type, with their ARNs.
pub(super) fn all(account: &Account, resource_type: &str) -> Vec<(String, Item)> {
    account.read(|state| {
        state
            .inventory
            .of_type(resource_type)
            .map(|(arn, item)| (arn.to_owned(), item.clone()))
            .collect()
    })
}

/// The resources with these ARNs, or all resources of the type if `arns` is empty.
///
/// # Errors
/// An ARN that does not exist: the code is `NOUNNotFound`.
pub(super) fn named(
    account: &Account,
    resource_type: &str,
    noun: &str,
    arns: &[String],
) -> Result<Vec<(String, Item)>, AwsError> {
    let mut all = all(account, resource_type);
    if arns.is_empty() {
        return Ok(all);
    }
    let exists = |arn: &String| all.iter().any(|(known, _)| known == arn);
    if !arns.iter().all(exists) {
        return Err(missing(noun));
    }
    all.retain(|(arn, _)| arns.contains(arn));
    Ok(all)
}

/// The resource with this ARN.
///
/// # Errors
/// The code is `NOUNNotFound`.
pub(super) fn exists(
    account: &Account,
    resource_type: &str,
    noun: &str,
    arn: &str,
) -> Result<Item, AwsError> {
    let found = named(account, resource_type, noun, &[arn.to_owned()])?;
    found
        .into_iter()
        .next()
        .map(|(_, item)| item)
        .ok_or_else(|| missing(noun))
}

/// As the command line shows it: "One or more load balancers not found".
pub(super) fn missing(noun: &str) -> AwsError {
    let plural = match noun {
        "LoadBalancer" => "load balancers",
        "TargetGroup" => "target groups",
        "Listener" => "listeners",
        _ => "rules",
    };
    AwsError::new(
        &format!("{noun}NotFound"),
        format!("One or more {plural} not found"),
    )
}
