//! The shape of the section `Rules`:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::Template;
use super::error::format_error;
use super::syntax::{is_function, single};
use crate::aws::AwsError;

/// `Fn::If` is listed in the documentation, but AWS refuses it:
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/921>.
const FUNCTIONS: [&str; 11] = [
    "Fn::And",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::Equals",
    "Fn::Not",
    "Fn::Or",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
    "Ref",
];

/// Checks the rules without the values of the parameters.
///
/// # Errors
/// `ValidationError` for a rule that is malformed or uses a function that rules do not have.
pub(super) fn check_rules(template: &Template) -> Result<(), AwsError> {
    let mut used = BTreeSet::new();
    for (name, rule) in &template.rules {
        check_rule(name, rule)?;
        functions(rule, &mut used);
    }
    used.retain(|name| !FUNCTIONS.contains(name));
    if used.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = used.into_iter().collect();
    Err(format_error(&format!(
        "Following functions are not supported in the Rules block of the template: [{}]",
        names.join(", ")
    )))
}

fn check_rule(name: &str, rule: &Value) -> Result<(), AwsError> {
    let assertions = rule.get("Assertions").and_then(Value::as_array);
    let is_whole = assertions.is_some_and(|assertions| {
        !assertions.is_empty() && assertions.iter().all(|one| one.get("Assert").is_some())
    });
    if is_whole {
        return Ok(());
    }
    Err(format_error(&format!(
        "Rule {name} must contain a list of Assertions, each with an Assert."
    )))
}

fn functions<'a>(value: &'a Value, used: &mut BTreeSet<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| functions(item, used)),
        Value::Object(members) => {
            used.extend(
                single(members)
                    .map(|(name, _)| name)
                    .filter(|name| is_function(name)),
            );
            members.values().for_each(|member| functions(member, used));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_rule_is_refused() {
        let refusal = |rules: &str| {
            let body = format!("Rules: {{R: {rules}}}\nResources: {{A: {{Type: T}}}}");
            check_rules(&Template::parse(&body).unwrap()).map_err(|err| err.message)
        };
        assert_eq!(
            refusal("{Assertions: [{Assert: {'Fn::Contains': [[a], a]}}]}"),
            Ok(())
        );
        let functions =
            "{RuleCondition: {'Fn::If': [a, b, c]}, Assertions: [{Assert: {'Fn::Sub': x}}]}";
        assert_eq!(
            refusal(functions).unwrap_err(),
            "Template format error: Following functions are not supported in the Rules block of the template: [Fn::If, Fn::Sub]"
        );
        for wrong in [
            "{}",
            "{Assertions: []}",
            "{Assertions: [{AssertDescription: x}]}",
            "text",
        ] {
            assert!(
                refusal(wrong).unwrap_err().contains("Rule R must contain"),
                "{wrong}"
            );
        }
    }
}
