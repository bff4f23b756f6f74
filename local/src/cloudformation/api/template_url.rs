//! `TemplateURL`, and the URLs of stack policies: the text is in S3. The actions see it as their
//! `TemplateBody`.

use std::borrow::Cow;

use serde_json::Value;

use crate::account::Account;
use crate::aws::{AwsError, json};
use crate::services::s3;

/// The largest template in a request and in S3, in bytes:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const LARGEST_BODY: usize = 51_200;
const LARGEST_OBJECT: usize = 1_000_000;

/// The input with the template that its `TemplateURL` names.
///
/// # Errors
/// `ValidationError` for a template that is too large, cannot be read, or is given twice.
pub(super) async fn with_template<'a>(
    account: &Account,
    input: &'a Value,
) -> Result<Cow<'a, Value>, AwsError> {
    let body = json::member(input, "TemplateBody");
    let url = json::member(input, "TemplateURL").filter(|url| !url.is_empty());
    if body.is_some_and(|body| body.len() > LARGEST_BODY) {
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: \
             Member must have length less than or equal to {LARGEST_BODY}"
        )));
    }
    let input = with_policies(account, input).await?;
    let Some(url) = url else {
        return Ok(input);
    };
    if body.is_some_and(|body| !body.is_empty()) {
        return Err(AwsError::validation(
            "Template URL and Template Body cannot be specified together.",
        ));
    }
    let template = s3::template(account, url).await?;
    if template.len() > LARGEST_OBJECT {
        return Err(AwsError::validation(format!(
            "Template may not exceed {LARGEST_OBJECT} bytes in size."
        )));
    }
    let mut input = input.into_owned();
    if let Some(members) = input.as_object_mut() {
        members.remove("TemplateURL");
        members.insert("TemplateBody".to_owned(), template.into());
    }
    Ok(Cow::Owned(input))
}

/// The input with the stack policies that its URLs name.
async fn with_policies<'a>(
    account: &Account,
    input: &'a Value,
) -> Result<Cow<'a, Value>, AwsError> {
    let mut read = Cow::Borrowed(input);
    for name in ["StackPolicy", "StackPolicyDuringUpdate"] {
        let url = format!("{name}URL");
        let Some(address) = json::member(input, &url).filter(|url| !url.is_empty()) else {
            continue;
        };
        let policy = s3::template(account, address).await?;
        if let Some(members) = read.to_mut().as_object_mut() {
            members.remove(&url);
            members
                .entry(format!("{name}Body"))
                .or_insert(policy.into());
        }
    }
    Ok(read)
}
