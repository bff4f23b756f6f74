//! What the actions of CloudFormation are authorised for. What a deployment does to its resources is
//! authorised resource by resource.

use serde_json::Value;

use crate::account::Account;
use crate::aws::AwsError;
use crate::aws::json::member;
use crate::services::iam::{Access, Context, PrincipalKind, reference, trusts};

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

/// Checks that CloudFormation can assume the role that the input names.
///
/// # Errors
/// `ValidationError` if the role does not exist or does not trust CloudFormation.
pub(super) fn check_role(account: &Account, input: &Value) -> Result<(), AwsError> {
    let Some(role) = member(input, "RoleARN") else {
        return Ok(());
    };
    let callers = [(
        PrincipalKind::Service,
        "cloudformation.amazonaws.com".to_owned(),
    )];
    if trusts(account, role, &callers, &Context::default()) {
        return Ok(());
    }
    // Source: <https://github.com/aws-amplify/amplify-backend/pull/2325>.
    Err(AwsError::validation(format!(
        "Role {role} is invalid or cannot be assumed"
    )))
}

/// The stack that the input names. A name stands for any stack of this name, as in AWS's messages.
fn stack(account: &Account, input: &Value) -> Option<String> {
    if let Some(name) = member(input, "StackName") {
        if name.starts_with("arn:") {
            return Some(name.to_owned());
        }
        return Some(account.arn("cloudformation", &format!("stack/{name}/*")));
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
