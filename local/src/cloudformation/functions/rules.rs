//! The section `Rules`, and the functions that exist only there:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html>.

use serde_json::Value;

use super::scope::Scope;
use crate::aws::json;
use crate::cloudformation::template::single;

/// The resources of the account that `Fn::RefAll`, `Fn::ValueOf` and `Fn::ValueOfAll` look at.
pub(crate) struct Resources<'a> {
    /// The ids of a parameter type such as `AWS::EC2::VPC::Id`; `None` if the type has none.
    pub(crate) ids: &'a dyn Fn(&str) -> Option<Vec<String>>,
    /// An attribute of one of them; `None` if there is no such attribute.
    pub(crate) attribute: &'a dyn Fn(&str, &str, &str) -> Option<String>,
    /// The type of a parameter's values, without `List<…>`.
    pub(crate) type_of: &'a dyn Fn(&str) -> Option<String>,
}

/// Evaluates every rule whose condition is true.
///
/// # Errors
/// One sentence with the description of the first assertion that is false.
pub(crate) fn check_rules(scope: &Scope<'_>, resources: &Resources<'_>) -> Result<(), String> {
    for (name, rule) in &scope.template.rules {
        let applies = match rule.get("RuleCondition") {
            Some(condition) => holds(scope, resources, condition)?,
            None => true,
        };
        let assertions = rule.get("Assertions").and_then(Value::as_array);
        for assertion in assertions.into_iter().flatten().filter(|_| applies) {
            let assert = assertion.get("Assert").unwrap_or(&Value::Null);
            if !holds(scope, resources, assert)? {
                let described = json::member(assertion, "AssertDescription");
                return Err(format!(
                    "Template validation error: Rule {name} failed: {}",
                    described.unwrap_or("the assertion is false")
                ));
            }
        }
    }
    Ok(())
}

fn holds(scope: &Scope<'_>, resources: &Resources<'_>, body: &Value) -> Result<bool, String> {
    let wrong = || format!("Template error: {body} is not a rule-specific function");
    let (name, argument) = body.as_object().and_then(single).ok_or_else(wrong)?;
    let arguments = argument.as_array().map_or(&[][..], Vec::as_slice);
    let inner = |body: &Value| holds(scope, resources, body);
    let list = |value: &Value| values(scope, resources, value);
    match (name, arguments) {
        ("Fn::And", _) => arguments
            .iter()
            .try_fold(true, |all, one| Ok(inner(one)? && all)),
        ("Fn::Or", _) => arguments
            .iter()
            .try_fold(false, |any, one| Ok(inner(one)? || any)),
        ("Fn::Not", [one]) => Ok(!inner(one)?),
        ("Fn::Equals", [left, right]) => Ok(list(left)? == list(right)?),
        ("Fn::Contains", [all, one]) => {
            let all = list(all)?;
            Ok(list(one)?.iter().all(|one| all.contains(one)))
        }
        ("Fn::EachMemberEquals", [all, one]) => {
            let one = list(one)?;
            Ok(list(all)?.iter().all(|member| one.first() == Some(member)))
        }
        ("Fn::EachMemberIn", [all, allowed]) => {
            let allowed = list(allowed)?;
            Ok(list(all)?.iter().all(|member| allowed.contains(member)))
        }
        _ => Err(wrong()),
    }
}

/// The texts that an argument stands for; a single text is a list of one.
fn values(
    scope: &Scope<'_>,
    resources: &Resources<'_>,
    value: &Value,
) -> Result<Vec<String>, String> {
    match value.as_object().and_then(single) {
        Some(("Fn::RefAll", Value::String(kind))) => (resources.ids)(kind)
            .ok_or_else(|| format!("Template error: Fn::RefAll does not support the type {kind}")),
        Some(("Fn::ValueOfAll", arguments)) => {
            let (kind, name) = pair(arguments, "Fn::ValueOfAll")?;
            let ids = (resources.ids)(kind).unwrap_or_default();
            attributes(resources, kind, &ids, name)
        }
        Some(("Fn::ValueOf", arguments)) => {
            let (parameter, name) = pair(arguments, "Fn::ValueOf")?;
            let unknown = || {
                format!(
                    "Template error: Fn::ValueOf needs a parameter with the id of a resource, not {parameter}"
                )
            };
            let kind = (resources.type_of)(parameter).ok_or_else(unknown)?;
            let ids = scope.inputs.parameters.get(parameter).map(texts);
            attributes(resources, &kind, &ids.ok_or_else(unknown)?, name)
        }
        _ => Ok(scope
            .resolve(value)?
            .as_ref()
            .map(texts)
            .unwrap_or_default()),
    }
}

fn attributes(
    resources: &Resources<'_>,
    kind: &str,
    ids: &[String],
    name: &str,
) -> Result<Vec<String>, String> {
    let found = ids.iter().map(|id| {
        (resources.attribute)(kind, id, name).ok_or_else(|| {
            format!("Template error: {kind} does not support the attribute {name} in rules")
        })
    });
    found.collect()
}

fn pair<'a>(arguments: &'a Value, name: &str) -> Result<(&'a str, &'a str), String> {
    match arguments.as_array().map(Vec::as_slice) {
        Some([Value::String(first), Value::String(second)]) => Ok((first, second)),
        _ => Err(format!(
            "Template error: every {name} object requires a list of 2 string parameters."
        )),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(json::text).collect(),
        scalar => vec![json::text(scalar)],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::cloudformation::functions::{Inputs, scope};
    use crate::cloudformation::template::Template;

    /// The result of one rule with this condition and assertion.
    fn rule(condition: &str, assert: &str) -> Result<(), String> {
        let template = Template::parse(&format!(
            "Rules: {{R: {{RuleCondition: {condition}, Assertions: [{{Assert: {assert}, AssertDescription: The reason.}}]}}}}\n\
             Resources: {{A: {{Type: T}}}}"
        ))
        .unwrap();
        let parameters = BTreeMap::from([
            ("P".to_owned(), json!("prod")),
            ("Subnets".to_owned(), json!(["s-1", "s-2"])),
        ]);
        let inputs = Inputs {
            parameters: &parameters,
            region: "eu-central-1",
            zones: &[],
            stack_name: "s",
            stack_id: "s",
            resource: &|name, _| Err(format!("no {name}")),
            export: &|_| None,
            output: &|_, _| None,
            topics: &[],
            planning: false,
        };
        let resources = Resources {
            ids: &|kind| (kind == "AWS::EC2::Subnet::Id").then(|| vec!["s-1".into(), "s-2".into()]),
            attribute: &|_, id, name| (name == "VpcId").then(|| format!("vpc-of-{id}")),
            type_of: &|name| (name == "Subnets").then(|| "AWS::EC2::Subnet::Id".to_owned()),
        };
        check_rules(&scope(&template, inputs), &resources)
    }

    #[test]
    fn an_assertion_holds_or_says_why_not() {
        let always = "{'Fn::Equals': [{Ref: P}, prod]}";
        let cases = [
            ("{'Fn::Contains': [[dev, prod], {Ref: P}]}", true),
            ("{'Fn::Contains': [[dev], {Ref: P}]}", false),
            ("{'Fn::Not': [{'Fn::Contains': [['1', '2'], '6']}]}", true),
            (
                "{'Fn::EachMemberIn': [{Ref: Subnets}, [s-1, s-2, s-3]]}",
                true,
            ),
            ("{'Fn::EachMemberIn': [{Ref: Subnets}, [s-1]]}", false),
            (
                "{'Fn::EachMemberEquals': [{'Fn::ValueOf': [Subnets, VpcId]}, vpc-of-s-1]}",
                false,
            ),
            (
                "{'Fn::EachMemberIn': [{'Fn::ValueOf': [Subnets, VpcId]}, {'Fn::ValueOfAll': ['AWS::EC2::Subnet::Id', VpcId]}]}",
                true,
            ),
            (
                "{'Fn::EachMemberIn': [{Ref: Subnets}, {'Fn::RefAll': 'AWS::EC2::Subnet::Id'}]}",
                true,
            ),
            (
                "{'Fn::And': [{'Fn::Equals': [a, a]}, {'Fn::Equals': [a, b]}]}",
                false,
            ),
            (
                "{'Fn::Or': [{'Fn::Equals': [a, a]}, {'Fn::Equals': [a, b]}]}",
                true,
            ),
        ];
        for (assert, expected) in cases {
            let result = rule(always, assert);
            assert_eq!(result.is_ok(), expected, "{assert}: {result:?}");
        }
        assert_eq!(
            rule(always, "{'Fn::Equals': [a, b]}").unwrap_err(),
            "Template validation error: Rule R failed: The reason."
        );
        assert!(rule("{'Fn::Equals': [a, b]}", "{'Fn::Equals': [a, b]}").is_ok());
        for wrong in [
            "{'Fn::Equals': [a]}",
            "text",
            "{'Fn::Contains': [{'Fn::ValueOf': [P, VpcId]}, a]}",
            "{'Fn::Contains': [{'Fn::RefAll': T}, a]}",
        ] {
            assert!(
                rule(always, wrong)
                    .unwrap_err()
                    .starts_with("Template error"),
                "{wrong}"
            );
        }
    }
}
