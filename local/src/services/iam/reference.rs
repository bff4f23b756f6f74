//! The service authorization reference: the actions of each service and their resources. A dated copy,
//! made by `local/iam/update`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::access::Access;
use crate::account::Account;
use crate::aws::{ACCOUNT, PARTITION};

static TEXT: &str = include_str!("../../../iam/reference.txt");

static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::read(TEXT));

#[derive(Default)]
struct Reference {
    /// The types of resources of an action, by `prefix:action` in lower case.
    actions: HashMap<String, Vec<ActionResource>>,
    /// The format of the ARN, by prefix and type of resource.
    arns: HashMap<(&'static str, &'static str), &'static str>,
}

/// A type of resource that an action is authorised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ActionResource {
    name: &'static str,
    /// Every call of the action has a resource of this type.
    required: bool,
}

impl Reference {
    fn read(text: &'static str) -> Self {
        let mut reference = Self::default();
        for line in text.lines() {
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("action"), Some(prefix), Some(action)) => {
                    let types = words.map(|name| ActionResource {
                        name: name.trim_end_matches('*'),
                        required: name.ends_with('*'),
                    });
                    let action = format!("{prefix}:{action}").to_ascii_lowercase();
                    reference.actions.insert(action, types.collect());
                }
                (Some("resource"), Some(prefix), Some(name)) => {
                    let arn = words.next().unwrap_or("*");
                    reference.arns.insert((prefix, name), arn);
                }
                _ => {}
            }
        }
        reference
    }
}

/// What an action needs: for each type of its resources, those that `named` finds in the input. A
/// resource that always exists but is not named gets `*` in its place. Returns nothing for an action
/// that IAM does not know.
pub(crate) fn needed(
    account: &Account,
    prefix: &str,
    action: &str,
    named: impl Fn(&str) -> Vec<String>,
) -> Option<Vec<Access>> {
    let action = format!("{prefix}:{action}");
    let types = REFERENCE.actions.get(&action.to_ascii_lowercase())?;
    let mut resources = Vec::new();
    for kind in types {
        resources.append(&mut named(kind.name));
    }
    if resources.is_empty() {
        let required = types.iter().filter(|kind| kind.required);
        resources.extend(required.filter_map(|kind| any(account, prefix, kind.name)));
    }
    if resources.is_empty() {
        resources.push("*".into());
    }
    Some(Access::each(&action, resources))
}

/// The ARN of a resource: its format with `values` in place of its placeholders, from the last one
/// backwards. The others become `*`.
pub(crate) fn arn(account: &Account, prefix: &str, kind: &str, values: &[&str]) -> Option<String> {
    let format = REFERENCE.arns.get(&(prefix, kind))?;
    let (mut arn, mut rest) = (String::new(), *format);
    let mut free = format.matches("${").count() - common(format);
    while let Some((before, variable)) = rest.split_once("${") {
        let (name, after) = variable.split_once('}')?;
        arn.push_str(before);
        match name {
            "Partition" => arn.push_str(PARTITION),
            "Region" => arn.push_str(&account.region),
            "Account" => arn.push_str(ACCOUNT),
            _ => {
                let value = values.len().checked_sub(free).and_then(|at| values.get(at));
                arn.push_str(value.unwrap_or(&"*"));
                free -= 1;
            }
        }
        rest = after;
    }
    arn.push_str(rest);
    Some(arn)
}

/// The resources of a type that the input names: each of `members` has a name, an ARN, or a list.
pub(crate) fn named(
    account: &Account,
    prefix: &str,
    kind: &str,
    input: &Value,
    members: &[&str],
) -> Vec<String> {
    let values = members.iter().filter_map(|member| input.get(member));
    let texts = values.flat_map(|value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    });
    texts
        .filter(|text| !text.is_empty())
        .filter_map(|text| {
            if text.starts_with("arn:") {
                return Some(text.to_owned());
            }
            arn(account, prefix, kind, &[text])
        })
        .collect()
}

/// Any resource of this type.
fn any(account: &Account, prefix: &str, kind: &str) -> Option<String> {
    arn(account, prefix, kind, &[])
}

/// How many placeholders of the format every ARN has.
fn common(format: &str) -> usize {
    ["${Partition}", "${Region}", "${Account}"]
        .iter()
        .map(|name| format.matches(name).count())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn an_action_is_authorised_for_its_resources() {
        let account = account().await;
        let needed = |prefix: &str, action: &str, named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            let needed = needed(&account, prefix, action, |_| named.clone())?;
            let needed = needed.into_iter();
            Some(
                needed
                    .map(|access| (access.action, access.resource))
                    .collect::<Vec<_>>(),
            )
        };
        let one =
            |action: &str, resource: &str| Some(vec![(action.to_owned(), resource.to_owned())]);
        assert_eq!(
            needed("ecr", "GetAuthorizationToken", &[]),
            one("ecr:GetAuthorizationToken", "*")
        );
        assert_eq!(
            needed("dynamodb", "BatchGetItem", &[]),
            one(
                "dynamodb:BatchGetItem",
                "arn:aws:dynamodb:eu-central-1:123456789012:table/*"
            )
        );
        assert_eq!(
            needed("ssm", "GetParameter", &["x"]),
            one("ssm:GetParameter", "x")
        );
        assert_eq!(needed("ssm", "DoEverything", &[]), None);
        assert_eq!(
            arn(&account, "ecs", "service", &["cluster", "name"]).unwrap(),
            "arn:aws:ecs:eu-central-1:123456789012:service/cluster/name"
        );
        assert_eq!(
            arn(&account, "ecs", "service", &["name"]).unwrap(),
            "arn:aws:ecs:eu-central-1:123456789012:service/*/name"
        );
    }
}
