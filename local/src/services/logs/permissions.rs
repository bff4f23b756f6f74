//! What the actions of CloudWatch Logs are authorised for.

use serde_json::Value;

use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let named = |kind: &str| match kind {
        "log-group" => {
            let members = [
                "logGroupName",
                "logGroupIdentifier",
                "logGroupNames",
                "logGroupIdentifiers",
                "resourceArn",
            ];
            let groups = reference::named(account, "logs", kind, input, &members);
            groups
                .into_iter()
                .map(|group| of_group(action, group))
                .collect()
        }
        "log-stream" => vec![stream(account, input)],
        _ => Vec::new(),
    };
    let mut needed = reference::needed(account, "logs", action, named)?;
    if action == "DescribeLogGroups" {
        // Messages of AWS show this resource, although the reference names none.
        needed = vec![Access::new(
            "logs:DescribeLogGroups",
            account.arn("logs", "log-group::log-stream:"),
        )];
    }
    Some(needed)
}

/// As messages of AWS show a group: `…:log-group:NAME:log-stream:`. Policies name it `…:NAME:*`. The
/// actions about tags are authorised for the name alone.
fn of_group(action: &str, group: String) -> String {
    if action.contains("Resource") {
        return group;
    }
    let group = group.strip_suffix(":*").unwrap_or(&group);
    format!("{group}:log-stream:")
}

fn stream(account: &Account, input: &Value) -> String {
    let group = member(input, "logGroupName").or_else(|| member(input, "logGroupIdentifier"));
    let group = group.unwrap_or("*");
    // An identifier may be the ARN of the group.
    let group = group.rsplit(":log-group:").next().unwrap_or(group);
    let group = group.trim_end_matches(":*");
    let stream = member(input, "logStreamName").unwrap_or("*");
    account.arn("logs", &format!("log-group:{group}:log-stream:{stream}"))
}
