//! The functions of the section `Conditions`, and how many arguments each takes:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html>.

use serde_json::Value;

use super::arguments::{self, error};
use super::document::Template;
use super::references::calls;
use super::syntax::single;
use crate::aws::AwsError;

/// # Errors
/// `ValidationError` in AWS's words for the first condition with wrong arguments.
pub(super) fn check_condition_arguments(template: &Template) -> Result<(), AwsError> {
    for body in template.conditions.values() {
        if calls(body, &["Fn::ImportValue"]) {
            return Err(error("Cannot use Fn::ImportValue in Conditions"));
        }
        check(template, body).map_err(|sentence| error(&sentence))?;
    }
    Ok(())
}

fn check(template: &Template, body: &Value) -> Result<(), String> {
    let Some((name, argument)) = body.as_object().and_then(single) else {
        return Ok(());
    };
    let list = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let (fits, sentence) = match name {
        "Fn::And" | "Fn::Or" => (
            (2..=10).contains(&list.len()) && list.iter().all(is_condition),
            format!(
                "every {name} object requires a list of at least 2 and at most 10 boolean parameters."
            ),
        ),
        "Fn::Not" => (
            list.len() == 1 && list.iter().all(is_condition),
            "every Fn::Not object requires one boolean parameter.".to_owned(),
        ),
        "Fn::Equals" => (
            list.len() == 2,
            "every Fn::Equals object requires a list of 2 string parameters.".to_owned(),
        ),
        _ => return Ok(()),
    };
    if !fits {
        return Err(sentence);
    }
    if name == "Fn::Equals" {
        return list
            .iter()
            .try_for_each(|item| arguments::check(template, item));
    }
    list.iter().try_for_each(|item| check(template, item))
}

fn is_condition(body: &Value) -> bool {
    let function = body.as_object().and_then(single);
    function.is_some_and(|(name, _)| {
        ["Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"].contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(condition: &str) -> Result<(), String> {
        let body = format!(
            "Conditions: {{C: {condition}, D: !Equals [a, a]}}\nResources: {{A: {{Type: T}}}}"
        );
        let template = Template::parse(&body).unwrap();
        check_condition_arguments(&template).map_err(|err| err.message)
    }

    #[test]
    fn the_number_of_arguments_is_that_of_aws() {
        let equal = "!Equals [a, b]";
        let many = |count: usize| vec![equal; count].join(", ");
        for condition in [
            equal.to_owned(),
            "!Not [!Condition D]".to_owned(),
            "!And [!Condition D, !Not [!Condition D]]".to_owned(),
            format!("!Or [{}]", many(10)),
        ] {
            assert_eq!(refusal(&condition), Ok(()), "{condition}");
        }
        for (condition, expected) in [
            (
                "!Equals [a]".to_owned(),
                "every Fn::Equals object requires a list of 2 string",
            ),
            (
                "!Not [!Condition D, !Condition D]".to_owned(),
                "every Fn::Not object requires one",
            ),
            (
                "!Not [a]".to_owned(),
                "every Fn::Not object requires one boolean parameter.",
            ),
            (
                "!And [!Condition D]".to_owned(),
                "every Fn::And object requires a list of at least 2",
            ),
            (
                format!("!Or [{}]", many(11)),
                "every Fn::Or object requires a list of at least 2",
            ),
            (
                "!Not [!And [!Condition D]]".to_owned(),
                "every Fn::And object requires",
            ),
            (
                "!Equals [!ImportValue a, b]".to_owned(),
                "Cannot use Fn::ImportValue in Conditions",
            ),
            (
                "!Equals [!Join [a], b]".to_owned(),
                "every Fn::Join object requires",
            ),
        ] {
            let message = refusal(&condition).expect_err(&condition);
            assert!(message.contains(expected), "{condition} gave {message}");
        }
    }
}
