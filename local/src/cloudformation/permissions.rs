//! What the actions of CloudFormation are authorised for. What a deployment does to its resources is
//! authorised resource by resource.

use serde_json::Value;

use crate::account::Account;
use crate::aws::json::member;
use crate::services::iam::{Access, reference};

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    let mut needed = reference::needed(account, "cloudformation", action, |kind| match kind {
        "stack" => stack(account, input).into_iter().collect(),
        _ => Vec::new(),
    })?;
    if let Some(role) = member(input, "RoleARN") {
        let passed = Access::new("iam:PassRole", role);
        needed.push(passed.with("iam:PassedToService", "cloudformation.amazonaws.com"));
    }
    for access in &mut needed {
        for (key, name) in [
            ("cloudformation:ChangeSetName", "ChangeSetName"),
            ("cloudformation:TemplateUrl", "TemplateURL"),
            ("cloudformation:RoleArn", "RoleARN"),
        ] {
            if let Some(value) = member(input, name) {
                access.set(key, value);
            }
        }
    }
    Some(needed)
}

/// The stack that the input names. A name stands for any stack of this name, as in AWS's messages.
fn stack(account: &Account, input: &Value) -> Option<String> {
    if let Some(name) = member(input, "StackName") {
        return Some(match name.starts_with("arn:") {
            true => name.to_owned(),
            false => account.arn("cloudformation", &format!("stack/{name}/*")),
        });
    }
    // A change set may be named by its ARN alone.
    let change_set = member(input, "ChangeSetName")?;
    account.read(|state| {
        let mut stacks = state.stacks.iter();
        let owner =
            stacks.find(|stack| stack.change_sets.iter().any(|one| one.id == change_set))?;
        Some(owner.id.clone())
    })
}
