//! `Action` and `NotAction`.

use super::{Kind, Patterns};

/// The actions that a trust policy may name. Source: the service authorization reference of STS.
const TRUST: [&str; 8] = [
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
    "sts:setcontext",
    "sts:assume*",
    "sts:*",
];

pub(super) fn check(kind: Kind, actions: Option<Patterns>) -> Result<Patterns, String> {
    let actions = actions.filter(|actions| !actions.patterns.is_empty());
    let actions = actions.ok_or_else(|| match kind {
        Kind::Trust => "Missing required field Action".to_owned(),
        Kind::Identity | Kind::Resource | Kind::Attached => {
            "Policy statement must contain actions.".to_owned()
        }
    })?;
    for pattern in &actions.patterns {
        check_pattern(pattern)?;
        if kind == Kind::Trust && !TRUST.contains(&pattern.to_ascii_lowercase().as_str()) {
            return Err("AssumeRole policy may only specify STS AssumeRole actions.".into());
        }
    }
    Ok(actions)
}

fn check_pattern(pattern: &str) -> Result<(), String> {
    if pattern == "*" {
        return Ok(());
    }
    let Some((vendor, action)) = pattern.split_once(':') else {
        return Err(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".into(),
        );
    };
    if action.contains(':') {
        return Err("Actions/Condition can contain only one colon.".into());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    // https://github.com/badmintoncryer/cdk-preflight
    if vendor.contains(['*', '?']) {
        return Err("Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.".into());
    }
    if vendor.is_empty() || !vendor.chars().all(fits) {
        return Err(format!("Vendor {vendor} is not valid"));
    }
    Ok(())
}
