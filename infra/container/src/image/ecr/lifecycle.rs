//! The lifecycle policy of the repository.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::naming::IN_USE;
use crate::image::Error;

/// How many images of an environment are kept, for rollbacks.
const KEPT: u64 = 10;
/// The count of the rule for images in use. So high that the rule never expires an image.
const NEVER: u64 = 1000;

/// The policy that protects the images in use and keeps the last images whose tags begin with
/// `prefix`; `None` if the present policy does so already.
///
/// The rule for images in use comes first: if a rule with a smaller priority number matches the tags
/// of an image, ECR applies no other rule to it. Every environment has its own rule. The rules
/// of other users stay, in their order.
///
/// # Errors
/// Fails if the present policy cannot be parsed.
pub(super) fn updated(policy: Option<&str>, prefix: &str) -> Result<Option<String>, Error> {
    let present = match policy {
        None => Vec::new(),
        Some(text) => rules(text).ok_or(Error::LifecyclePolicy)?,
    };
    let mut rules: Vec<Value> = present
        .iter()
        .filter(|rule| !selects(rule, IN_USE))
        .cloned()
        .collect();
    rules.sort_by_key(priority);
    if !rules.iter().any(|rule| selects(rule, prefix)) {
        let description = format!("The last {KEPT} images of {}", prefix.trim_end_matches('.'));
        let ours = rule(free(&rules), &description, prefix, KEPT);
        // ECR requires that a rule for any tag has the largest number.
        let is_last = |rule: &Value| rule["selection"]["tagStatus"] == "any";
        let position = rules.iter().position(is_last).unwrap_or(rules.len());
        rules.insert(position, ours);
    }
    rules.insert(0, rule(1, "Images in use never expire", IN_USE, NEVER));
    raise_numbers(&mut rules);
    let is_unchanged = policy.is_some() && rules == present;
    Ok((!is_unchanged).then(|| json!({"rules": rules}).to_string()))
}

fn rules(text: &str) -> Option<Vec<Value>> {
    let policy: Value = serde_json::from_str(text).ok()?;
    policy["rules"].as_array().cloned()
}

fn selects(rule: &Value, prefix: &str) -> bool {
    let prefixes = rule["selection"]["tagPrefixList"].as_array();
    prefixes.is_some_and(|prefixes| prefixes.iter().any(|one| one == prefix))
}

fn priority(rule: &Value) -> u64 {
    rule["rulePriority"].as_u64().unwrap_or(u64::MAX)
}

/// The first number from 2 that no rule has.
fn free(rules: &[Value]) -> u64 {
    let taken: BTreeSet<u64> = rules.iter().map(priority).collect();
    (2..=u64::MAX)
        .find(|number| !taken.contains(number))
        .unwrap_or(u64::MAX)
}

/// Raises each number that is not larger than the one before.
fn raise_numbers(rules: &mut [Value]) {
    let mut last = 0;
    for rule in rules {
        last = priority(rule).max(last + 1);
        rule["rulePriority"] = last.into();
    }
}

fn rule(priority: u64, description: &str, prefix: &str, count: u64) -> Value {
    json!({
        "rulePriority": priority,
        "description": description,
        "selection": {
            "tagStatus": "tagged",
            "tagPrefixList": [prefix],
            "countType": "imageCountMoreThan",
            "countNumber": count,
        },
        "action": {"type": "expire"},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(policy: &str) -> Vec<(u64, String, u64)> {
        let rule = |rule: &Value| {
            let selection = &rule["selection"];
            let prefix = selection["tagPrefixList"][0].as_str();
            let status = selection["tagStatus"].as_str();
            (
                priority(rule),
                prefix.or(status).unwrap().to_owned(),
                selection["countNumber"].as_u64().unwrap(),
            )
        };
        rules(policy).unwrap().iter().map(rule).collect()
    }

    fn changed(policy: Option<&str>, prefix: &str) -> String {
        updated(policy, prefix).unwrap().expect("a change")
    }

    #[test]
    fn every_environment_gets_its_own_rule_once() {
        let first = changed(None, "default.");
        let in_use = (1, IN_USE.to_owned(), NEVER);
        let default = (2, "default.".to_owned(), KEPT);
        assert_eq!(shown(&first), [in_use.clone(), default.clone()]);
        assert_eq!(updated(Some(&first), "default.").unwrap(), None);
        let both = changed(Some(&first), "staging.");
        let staging = (3, "staging.".to_owned(), KEPT);
        assert_eq!(shown(&both), [in_use, default, staging]);
        assert_eq!(updated(Some(&both), "default.").unwrap(), None);
    }

    #[test]
    fn the_protecting_rule_comes_before_the_rules_of_other_users() {
        let untagged = r#"{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":3},"action":{"type":"expire"}}"#;
        let any = r#"{"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}"#;
        let theirs = format!(r#"{{"rules":[{any},{untagged}]}}"#);
        let all = changed(Some(&theirs), "default.");
        let expected = [
            (1, IN_USE.to_owned(), NEVER),
            (2, "untagged".to_owned(), 3),
            (3, "default.".to_owned(), KEPT),
            (4, "any".to_owned(), 5),
        ];
        assert_eq!(shown(&all), expected);
        assert_eq!(updated(Some(&all), "default.").unwrap(), None);
    }

    #[test]
    fn a_weakened_protection_is_restored_and_a_changed_count_stays() {
        let ours = changed(None, "default.");
        let weak = ours.replace("1000", "1").replace("10,", "25,");
        let restored = changed(Some(&weak), "default.");
        let expected = [
            (1, IN_USE.to_owned(), NEVER),
            (2, "default.".to_owned(), 25),
        ];
        assert_eq!(shown(&restored), expected);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_left_alone() {
        for text in ["", "no JSON", "{}", r#"{"rules":1}"#] {
            let err = updated(Some(text), "default.").unwrap_err().to_string();
            assert!(err.contains("aws ecr delete-lifecycle-policy"), "{err}");
        }
    }
}
