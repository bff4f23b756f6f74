//! The API of Route 53: paths in, XML out. A line for each action.

mod call;
mod records;
mod tags;
mod zones;

use axum::response::Response;
use serde_json::Value;

pub(crate) use self::call::Call;
use self::call::{Input, error, success};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::iam::{authorize, caller, is_restricted, reference};

/// The output of an action: the name of its root element, and its members.
type Output = Result<(&'static str, Value), AwsError>;

/// Answers a request.
pub(crate) fn handle(account: &Account, call: &Call) -> Response {
    let answer = call.read().and_then(|input| {
        check(account, &input)?;
        tracing::debug!("route53 {}", input.action);
        answer(account, &input)
    });
    match answer {
        Ok((root, members)) => success(root, &members, &call.request_id),
        Err(err) => {
            tracing::debug!("route53: {} {}", err.code, err.message);
            error(&err, &call.request_id)
        }
    }
}

fn answer(account: &Account, input: &Input) -> Output {
    match input.action {
        "ChangeResourceRecordSets" => records::change(account, input),
        "ChangeTagsForResource" => tags::change(account, input),
        "CreateHostedZone" => zones::create(account, input),
        "DeleteHostedZone" => zones::delete(account, input),
        "GetChange" => Ok(zones::change(input)),
        "GetHostedZone" => zones::get(account, input),
        "GetHostedZoneCount" => Ok(zones::count(account)),
        "ListHostedZones" => zones::list(account, input),
        "ListHostedZonesByName" => zones::list_by_name(account, input),
        "ListResourceRecordSets" => records::list(account, input),
        "ListTagsForResource" => tags::list(account, input),
        "ListTagsForResources" => tags::list_many(account, input),
        "TestDNSAnswer" => records::test(account, input),
        _ => zones::comment(account, input),
    }
}

/// Checks that the caller may do this.
///
/// # Errors
/// `AccessDenied`, with AWS's sentence.
fn check(account: &Account, input: &Input) -> Result<(), AwsError> {
    let caller = caller();
    if !is_restricted(account, &caller) {
        return Ok(());
    }
    let named = |kind: &str| match kind {
        "hostedzone" => reference::named(account, "route53", kind, &input.parts, &["zone"]),
        "change" => reference::named(account, "route53", kind, &input.parts, &["change"]),
        _ => Vec::new(),
    };
    let needed = reference::needed(account, "route53", input.action, named).unwrap_or_default();
    authorize(account, &caller, &needed)
        .map_err(|sentence| AwsError::new("AccessDenied", sentence).with_status(403))
}
