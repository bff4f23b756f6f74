//! `DescribeAccountLimits`.

use serde::{Deserialize, Serialize};

use super::page::page;
use crate::aws::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    account_limits: Vec<Limit>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    name: &'static str,
    value: u32,
}

/// The limits of a new account:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
pub(super) fn describe(input: &Input) -> Result<Output, AwsError> {
    let limits = [
        ("StackLimit", 2000),
        ("StackOutputsLimit", 200),
        ("ConcurrentResourcesLimit", 2500),
    ];
    let limits = limits.map(|(name, value)| Limit { name, value });
    let (account_limits, next_token) = page(limits.into_iter(), input.next_token.as_deref())?;
    Ok(Output {
        account_limits,
        next_token,
    })
}
