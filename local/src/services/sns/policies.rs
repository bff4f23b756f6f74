//! The policies of topics.

use serde_json::Value;

use super::topics::Stored;
use crate::account::State;
use crate::resources::subject::{Subject, at};
use crate::services::iam::{Document, Fault, examine};

/// The actions that the policy of a topic may name. Source:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html>.
const ACTIONS: [&str; 12] = [
    "addpermission",
    "deletetopic",
    "getdataprotectionpolicy",
    "gettopicattributes",
    "listsubscriptionsbytopic",
    "listtagsforresource",
    "publish",
    "putdataprotectionpolicy",
    "receive",
    "removepermission",
    "settopicattributes",
    "subscribe",
];

pub(super) fn topic_policy(subject: &Subject<'_>) -> Result<(), String> {
    let policy = at(subject.properties, "PolicyDocument");
    policy.map_or(Ok(()), |policy| {
        check(subject.state, subject.region, policy)
    })
}

/// Checks the policy of a topic.
///
/// # Errors
/// SNS's sentence, as in <https://github.com/serverless/serverless/issues/5519> and the tests of moto.
pub(super) fn check(state: &State, region: &str, policy: &Value) -> Result<(), String> {
    let document = examine(state, region, policy).map_err(|fault| match fault {
        Fault::Principal => "Invalid parameter: Policy Error: PrincipalNotFound".to_owned(),
        _ => "Invalid parameter: Policy Error: null".to_owned(),
    })?;
    if document
        .statements
        .iter()
        .any(|one| one.resources.is_none())
    {
        return Err("Invalid parameter: Policy Error: null".to_owned());
    }
    if has_only_actions_of_topics(&document) {
        return Ok(());
    }
    Err("Invalid parameter: Policy statement action out of service scope!".to_owned())
}

fn has_only_actions_of_topics(document: &Document) -> bool {
    let statements = document.statements.iter();
    let mut patterns = statements.flat_map(|one| &one.actions.patterns);
    patterns.all(|pattern| {
        let pattern = pattern.to_ascii_lowercase();
        let action = pattern.strip_prefix("sns:").unwrap_or("");
        let begin = action.trim_end_matches('*');
        match (action, begin) {
            ("*" | "", _) => false,
            (action, begin) if action == begin => ACTIONS.contains(&action),
            (_, begin) => ACTIONS.iter().any(|known| known.starts_with(begin)),
        }
    })
}

/// The attribute with the policy of a topic.
pub(super) const POLICY: &str = "Policy";

/// The policy of a topic that has one of its own. That which every topic has from the beginning leaves
/// it to IAM what the account may do.
pub(crate) fn resource_policy(state: &State, arn: &str) -> Option<Value> {
    let topic = state.sns.topics.get(arn)?;
    own(topic).map(|policy| policy.as_str().into())
}

/// Whether any topic has a policy of its own.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state.sns.topics.values().any(|topic| own(topic).is_some())
}

fn own(topic: &Stored) -> Option<&String> {
    topic.attributes.get(POLICY)
}
