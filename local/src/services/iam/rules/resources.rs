//! The resources of a statement.

/// Checks one entry of `Resource`.
///
/// # Errors
/// IAM's sentence.
pub(super) fn check(resource: &str) -> Result<(), String> {
    if resource == "*" {
        return Ok(());
    }
    if !resource.starts_with("arn:") {
        // A wildcard may stand for the beginning of an ARN.
        return if resource.starts_with('*') && resource.contains(':') {
            Ok(())
        } else {
            Err(format!(
                "Resource {resource} must be in ARN format or \"*\"."
            ))
        };
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [_, partition, vendor, _, account, _] = parts.as_slice() else {
        return Err(format!(
            "Resource {resource} must be in ARN format or \"*\"."
        ));
    };
    let partitions = ["aws", "aws-cn", "aws-us-gov", "*"];
    if !partitions.contains(partition) {
        return Err(format!(
            "Partition \"{partition}\" is not valid for resource \"{resource}\"."
        ));
    }
    if vendor.is_empty() {
        return Err(format!("Vendor is not valid for resource \"{resource}\"."));
    }
    let is_account = account.is_empty()
        || account.contains(['*', '?', '$'])
        || (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
        || *account == "aws";
    if !is_account {
        return Err(format!(
            "Account \"{account}\" is not valid for resource \"{resource}\"."
        ));
    }
    Ok(())
}
