//! The policies of buckets.

use serde_json::Value;

use super::bucket::BUCKET;
use super::bucket_policy::BUCKET_POLICY;
use crate::account::State;
use crate::resources::subject::{Subject, at, fail_if};
use crate::services::iam::{Document, Effect, Fault, Principal, Statement, examine};

pub(super) fn bucket_policy(subject: &Subject<'_>) -> Result<(), String> {
    let bucket = subject.text("Bucket").unwrap_or("");
    let policy = at(subject.properties, "PolicyDocument");
    policy.map_or(Ok(()), |policy| {
        check(subject.state, subject.region, bucket, policy)
    })
}

pub(super) fn public_policy(subject: &Subject<'_>) -> Result<(), String> {
    let bucket = subject.text("Bucket").unwrap_or("");
    let policy = at(subject.properties, "PolicyDocument");
    policy.map_or(Ok(()), |policy| {
        check_public(
            subject.state,
            subject.region,
            subject.caller,
            (bucket, policy),
        )
    })
}

/// Checks the policy of a bucket.
///
/// # Errors
/// S3's sentence. Its sentences are in public reports, such as
/// <https://repost.aws/knowledge-center/s3-bucket-policy-resource-error>.
pub(super) fn check(
    state: &State,
    region: &str,
    bucket: &str,
    policy: &Value,
) -> Result<(), String> {
    let document = examine(state, region, policy).map_err(|fault| match fault {
        Fault::Json => "Policies must be valid JSON and the first byte must be '{'".to_owned(),
        Fault::NoPrincipal => "Missing required field Principal".to_owned(),
        Fault::Principal | Fault::Service => "Invalid principal in policy".to_owned(),
        Fault::Grammar(sentence) if sentence.contains("contain actions") => {
            "Missing required field Action".to_owned()
        }
        Fault::Grammar(_) => "Policy has invalid resource".to_owned(),
    })?;
    document
        .statements
        .iter()
        .try_for_each(|one| check_statement(bucket, one))
}

fn check_statement(bucket: &str, statement: &Statement) -> Result<(), String> {
    let Some(resources) = &statement.resources else {
        return Err("Missing required field Resource".to_owned());
    };
    let actions = &statement.actions.patterns;
    let is_of_s3 =
        |action: &String| *action == "*" || action.to_ascii_lowercase().starts_with("s3:");
    fail_if(!actions.iter().all(is_of_s3), || {
        "Policy has invalid action".to_owned()
    })?;
    let arn = format!("arn:aws:s3:::{bucket}");
    let is_own = |resource: &String| {
        let rest = resource.strip_prefix(arn.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']))
    };
    fail_if(!resources.patterns.iter().all(is_own), || {
        "Policy has invalid resource".to_owned()
    })?;
    let negated = resources.negated || statement.actions.negated;
    let fits = actions.iter().all(|action| {
        let mut resources = resources.patterns.iter();
        resources.any(|resource| applies(action, &resource[arn.len()..]))
    });
    fail_if(!negated && !fits, || {
        "Action does not apply to any resource(s) in statement".to_owned()
    })
}

/// Whether an action can have a resource, by what follows the name of the bucket in it. An action with
/// a wildcard may be one of both.
fn applies(action: &str, rest: &str) -> bool {
    let name = action.to_ascii_lowercase();
    if name.contains(['*', '?']) {
        return true;
    }
    let name = name.trim_start_matches("s3:");
    let is_of_object = ["object", "multipartuploadparts", "abortmultipartupload"];
    let is_of_bucket = ["objectlockconfiguration", "listbucket"];
    let is_of_object = is_of_object.iter().any(|part| name.contains(part))
        && !is_of_bucket.iter().any(|part| name.contains(part));
    if is_of_object {
        rest.contains(['/', '*', '?'])
    } else {
        !rest.contains('/')
    }
}

/// Checks that a policy is not public if its bucket allows none that is.
///
/// # Errors
/// S3's sentence, as in the page about blocking public access in the user guide.
pub(super) fn check_public(
    state: &State,
    region: &str,
    author: &Principal,
    (bucket, policy): (&str, &Value),
) -> Result<(), String> {
    let document = examine(state, region, policy);
    let is_public = document.is_ok_and(|document| is_public(&document));
    fail_if(is_public && blocks_public_policies(state, bucket), || {
        let user = author.arn();
        format!(
            "User: {user} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{bucket}\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
        )
    })
}

/// Every bucket blocks public policies, unless its owner says otherwise.
fn blocks_public_policies(state: &State, bucket: &str) -> bool {
    let item = state.inventory.get_of(BUCKET, bucket);
    let block = item.and_then(|item| at(&item.properties, "PublicAccessBlockConfiguration"));
    block.is_none_or(|block| {
        let value = block.get("BlockPublicPolicy");
        value.is_some_and(|value| crate::aws::json::text(value) == "true")
    })
}

/// The keys with which a statement for everybody is not public, if their values are fixed. Source:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>,
/// "The meaning of public".
const FIXED: [&str; 13] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

fn is_public(document: &Document) -> bool {
    document.statements.iter().any(|one| {
        let everybody = one
            .principals
            .as_ref()
            .is_some_and(|whom| whom.negated || whom.entries.iter().any(|(_, name)| name == "*"));
        let is_fixed = one.conditions.iter().any(|condition| {
            let key = condition.key.to_ascii_lowercase();
            let fixed = condition
                .values
                .iter()
                .all(|value| !value.starts_with('*') && value != "0.0.0.0/0" && value != "::/0");
            FIXED.contains(&key.as_str()) && !condition.negated && fixed
        });
        one.effect == Effect::Allow && everybody && !is_fixed
    })
}

/// The policy of the bucket of a resource, such as `bucket/key`.
pub(crate) fn resource_policy(state: &State, resource: &str) -> Option<Value> {
    let bucket = resource.split('/').next()?;
    let item = state.inventory.get_of(BUCKET_POLICY, bucket)?;
    item.properties.get("PolicyDocument").cloned()
}

/// Whether any bucket has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.inventory.of_type(BUCKET_POLICY).next().is_some()
}
