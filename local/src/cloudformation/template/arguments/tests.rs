//! The forms that AWS takes, and those that it refuses.

use super::check_arguments;
use crate::cloudformation::template::document::Template;

fn refusal(value: &str) -> Result<(), String> {
    let body = format!(
        "Mappings: {{M: {{a: {{b: c}}}}}}\nConditions: {{C: !Equals [a, b]}}\n\
         Resources: {{A: {{Type: T, Properties: {{P: {value}}}}}, B: {{Type: T}}}}"
    );
    check_arguments(&Template::parse(&body).unwrap()).map_err(|err| err.message)
}

#[test]
fn a_documented_form_is_taken() {
    for value in [
        "!Ref B",
        "!GetAtt B.Arn",
        "{'Fn::GetAtt': [B, !Ref P]}",
        "{'Fn::GetAtt': 'B.Nested.Arn'}",
        "!Base64 text",
        "!Base64 {'Fn::Sub': x}",
        "{'Fn::GetAZs': !Ref 'AWS::Region'}",
        "{'Fn::GetAZs': ''}",
        "!Join ['', [a, !Ref B]]",
        "!Join [',', !Ref L]",
        "!Split [',', !Ref L]",
        "!Select [0, [a]]",
        "!Select ['0', !Ref L]",
        "!Select [!Ref N, [a]]",
        "!FindInMap [M, a, b]",
        "!FindInMap [M, !Ref R, b]",
        "!If [C, a, !Ref 'AWS::NoValue']",
        "!Sub '${B}-${B.Arn}-${AWS::Region}-${!Literal-1}'",
        "!Sub ['${V}', {V: !Ref B}]",
        "!ImportValue x",
        "{'Fn::ImportValue': !Sub '${P}-x'}",
        "!Cidr [10.0.0.0/16, 4, 8]",
        "!Cidr [10.0.0.0/16, 4]",
        "{'Fn::GetStackOutput': {StackName: a, OutputName: b}}",
        "{Condition: {StringEquals: {a: b}}}",
    ] {
        assert_eq!(refusal(value), Ok(()), "{value}");
    }
}

#[test]
fn a_wrong_form_is_refused_in_the_words_of_aws() {
    for (value, expected) in [
        (
            "{Ref: [B]}",
            "every Ref object must have a single String value.",
        ),
        (
            "!GetAtt B",
            "every Fn::GetAtt object requires two non-empty",
        ),
        (
            "!GetAtt B.",
            "every Fn::GetAtt object requires two non-empty",
        ),
        (
            "{'Fn::GetAtt': [B, '']}",
            "every Fn::GetAtt object requires two non-empty",
        ),
        (
            "!Base64 [a]",
            "every Fn::Base64 object must have a String-typed value.",
        ),
        (
            "{'Fn::GetAZs': [a]}",
            "every Fn::GetAZs object must have a String-typed value.",
        ),
        (
            "!Join [a, b]",
            "every Fn::Join object requires two parameters, (1) a string",
        ),
        (
            "!Join [!Ref P, [b]]",
            "every Fn::Join object requires two parameters",
        ),
        (
            "!Join ['-']",
            "every Fn::Join object requires two parameters",
        ),
        (
            "!Split [',']",
            "every Fn::Split object requires two parameters",
        ),
        (
            "!Split [',', [a]]",
            "every Fn::Split object requires two parameters",
        ),
        (
            "!Select [0]",
            "Fn::Select requires a list argument with two elements",
        ),
        (
            "!Select [x, [a]]",
            "Fn::Select requires a list argument with a valid index",
        ),
        (
            "!Select [1, [a]]",
            "Fn::Select cannot select nonexistent value at index 1",
        ),
        (
            "!FindInMap [M, a]",
            "every Fn::FindInMap object requires three parameters",
        ),
        (
            "!FindInMap [N, a, b]",
            "Mapping named 'N' is not present in the 'Mappings' section",
        ),
        ("!FindInMap [M, a, x]", "Unable to get mapping for M::a::x"),
        (
            "!FindInMap [M, a, b, {DefaultValue: x}]",
            "requires three parameters",
        ),
        (
            "!If [D, a, b]",
            "unresolved condition dependency D in Fn::If",
        ),
        (
            "!If [C, a]",
            "Fn::If requires a list argument with three elements",
        ),
        (
            "!If C",
            "Fn::If requires a list argument with the first element",
        ),
        (
            "!Sub '${a-b}'",
            "variable names in Fn::Sub syntax must contain only",
        ),
        (
            "!Sub '${}'",
            "variable names in Fn::Sub syntax must contain only",
        ),
        (
            "!Sub [a]",
            "One or more Fn::Sub intrinsic functions don't specify",
        ),
        (
            "!ImportValue [a]",
            "the attribute in Fn::ImportValue must be a string",
        ),
        (
            "{'Fn::ImportValue': !Ref B}",
            "must not depend on any resources, imported values",
        ),
        (
            "{'Fn::ImportValue': !Select [0, !GetAZs '']}",
            "must not depend on any resources",
        ),
        (
            "!Cidr [10.0.0.0/16]",
            "every Fn::Cidr object requires two parameters",
        ),
        (
            "{'fn::GetAtt': [B, Arn]}",
            "Encountered unsupported function: fn::GetAtt Supported",
        ),
        (
            "{'Fn::Length': [1]}",
            "Encountered unsupported function: Fn::Length",
        ),
        (
            "{'Fn::Transform': {Name: x}}",
            "the local AWS does not do Fn::Transform yet",
        ),
    ] {
        let message = refusal(value).expect_err(value);
        assert!(message.contains(expected), "{value} gave {message}");
        assert!(message.starts_with("Template error: "), "{message}");
    }
}
