use serde_json::{Value, json};

/// How many images of an environment are kept: what a rollback could want.
const KEPT: u32 = 10;

/// The policy with a rule for the tags that begin with `prefix`, or nothing if it has one already.
///
/// Every environment has a rule of its own, so that many pushes to one expire no image of another;
/// rules that somebody else has made stay as they are.
pub(super) fn with(policy: Option<&str>, prefix: &str) -> Option<String> {
    let present = policy.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut rules = present
        .as_ref()
        .and_then(|policy| policy["rules"].as_array().cloned())
        .unwrap_or_default();
    let is_ours = |rule: &Value| {
        let prefixes = rule["selection"]["tagPrefixList"].as_array();
        prefixes.is_some_and(|prefixes| prefixes.iter().any(|one| one == prefix))
    };
    if rules.iter().any(is_ours) {
        return None;
    }
    let priorities = rules
        .iter()
        .filter_map(|rule| rule["rulePriority"].as_u64());
    let taken: Vec<u64> = priorities.collect();
    // A rule for any tag has to come last, so that ours takes the first number that is free.
    let priority = (1..=u64::MAX).find(|number| !taken.contains(number))?;
    rules.push(json!({
        "rulePriority": priority,
        "description": format!("The last {KEPT} images of {}", prefix.trim_end_matches('.')),
        "selection": {
            "tagStatus": "tagged",
            "tagPrefixList": [prefix],
            "countType": "imageCountMoreThan",
            "countNumber": KEPT,
        },
        "action": {"type": "expire"},
    }));
    Some(json!({"rules": rules}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(policy: &str) -> Vec<(u64, String, u64)> {
        let policy: Value = serde_json::from_str(policy).unwrap();
        let rule = |rule: &Value| {
            let selection = &rule["selection"];
            let prefix = selection["tagPrefixList"][0].as_str().unwrap_or("any");
            (
                rule["rulePriority"].as_u64().unwrap(),
                prefix.to_owned(),
                selection["countNumber"].as_u64().unwrap(),
            )
        };
        policy["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(rule)
            .collect()
    }

    #[test]
    fn every_environment_gets_its_own_rule_once() {
        let first = with(None, "default.").unwrap();
        assert_eq!(rules(&first), [(1, "default.".to_owned(), 10)]);
        assert_eq!(with(Some(&first), "default."), None);
        let both = with(Some(&first), "staging.").unwrap();
        assert_eq!(
            rules(&both),
            [
                (1, "default.".to_owned(), 10),
                (2, "staging.".to_owned(), 10)
            ]
        );
    }

    #[test]
    fn a_rule_of_somebody_else_stays() {
        let theirs = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":3},"action":{"type":"expire"}}]}"#;
        let both = with(Some(theirs), "default.").unwrap();
        assert_eq!(
            rules(&both),
            [(1, "any".to_owned(), 3), (2, "default.".to_owned(), 10)]
        );
    }
}
