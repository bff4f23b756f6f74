//! The errors that AWS reports in a template before it creates anything.

use std::collections::BTreeSet;

use super::arguments::check_arguments;
use super::condition_functions::check_condition_arguments;
use super::conditions::{check_conditions, check_used_conditions};
use super::custom_resources::check_custom_resources;
use super::declarations::check_declarations;
use super::document::Template;
use super::dynamic::check_dynamic;
use super::limits::check_limits;
use super::order::{dependencies, in_order};
use super::rules::check_rules;
use super::unresolved::{check_outputs, check_resources};
use crate::aws::AwsError;
use crate::resources::{is_known, is_of_aws};

/// Checks a template without its parameter values.
///
/// # Errors
/// `ValidationError` in AWS's words, naming what is wrong.
pub(crate) fn check(template: &Template) -> Result<(), AwsError> {
    check_limits(template)?;
    check_declarations(template)?;
    check_rules(template)?;
    if template.unprocessed.is_some() {
        // The rest is checked after the transform.
        return Ok(());
    }
    check_custom_resources(template)?;
    check_resource_types(template)?;
    check_condition_arguments(template)?;
    check_arguments(template)?;
    check_resources(template)?;
    check_used_conditions(template)?;
    check_conditions(template)?;
    check_outputs(template)?;
    check_dynamic(template)?;
    check_order(template)
}

fn check_resource_types(template: &Template) -> Result<(), AwsError> {
    let definitions = template.resources.values();
    let types = definitions.map(|definition| definition.resource_type.as_str());
    let (not_yet, unknown): (BTreeSet<_>, BTreeSet<_>) = types
        .filter(|name| !is_known(name))
        .partition(|name| is_of_aws(name));
    let listed = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    if !unknown.is_empty() {
        return Err(AwsError::validation(format!(
            "Template format error: Unrecognized resource types: [{}]",
            listed(unknown)
        )));
    }
    if !not_yet.is_empty() {
        return Err(AwsError::validation(format!(
            "the local AWS does not do these resource types yet: [{}]",
            listed(not_yet)
        )));
    }
    Ok(())
}

fn check_order(template: &Template) -> Result<(), AwsError> {
    let (_, circle) = in_order(&dependencies(template));
    if circle.is_empty() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Circular dependency between resources: [{}]",
        circle.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> String {
        check(&Template::parse(body).unwrap())
            .expect_err("must be refused")
            .message
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn a_wrong_template_is_refused_in_the_words_of_aws() {
        let cases = [
            (
                "Resources: {A: {Type: AWS::Moon::Base}}",
                "Unrecognized resource types: [AWS::Moon::Base]",
            ),
            (
                "Resources: {A: {Type: AWS::SQS::Queue}}",
                "the local AWS does not do these resource types yet: [AWS::SQS::Queue]",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Properties: {Domain: !Ref B}}}",
                "Unresolved resource dependencies [B] in the Resources block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Properties: {Domain: !Sub '${AWS::Regoin}'}}}",
                "Unresolved resource dependencies [AWS::Regoin] in the Resources block",
            ),
            (
                "Conditions: {C: !Equals [!Ref AWS::Regoin, x]}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unresolved dependencies [AWS::Regoin]. Cannot reference resources in the Conditions",
            ),
            (
                "Parameters: {P: {Type: String, AllowedValues: a}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "[/Parameters/P/AllowedValues] must be a list",
            ),
            (
                "Parameters: {P: {Type: String, MinLength: few}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "[/Parameters/P/MinLength] must be a number",
            ),
            (
                "Parameters: {P: {Type: String, NoEcho: maybe}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "[/Parameters/P/NoEcho] must be true or false",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: x, Export: y}}",
                "[/Outputs/O/Export] must be an object",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: x, Export: {Name: !Ref A}}}",
                "Output O is malformed. The Name field of every Export member must not depend on any resources, imported values, or Fn::GetAZs",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}}",
                "Unresolved resource dependencies [B] in the Resources block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: !Ref B}}",
                "Unresolved resource dependencies [B] in the Outputs block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {}}",
                "must contain a Value",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Condition: C}}",
                "Unresolved condition dependencies [C]",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::VPC}}\nOutputs: {O: {Value: !GetAtt A.Colour}}",
                "resource A does not support attribute type Colour",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}, B: {Type: AWS::EC2::EIP, DependsOn: A}, C: {Type: AWS::EC2::EIP}}",
                "Circular dependency between resources: [A, B]",
            ),
            (
                "Parameters: {P: {Type: Colour}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unrecognized parameter type: Colour",
            ),
            (
                "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<Number>'}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unrecognized parameter type: AWS::SSM::Parameter::Value<Number>",
            ),
            (
                "Parameters: {P: {Type: String, Default: [a]}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Every Default member must be a string",
            ),
            (
                "Parameters: {P-1: {Type: String}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Parameter name P-1 is non alphanumeric",
            ),
            (
                "Parameters: {P: {Type: String, Defalt: x}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Invalid template parameter property 'Defalt'",
            ),
            (
                "Parameters: {P: {Type: AWS::EC2::Moon::Id}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unrecognized parameter type: AWS::EC2::Moon::Id",
            ),
            (
                "Mappings: {M: {a: {b: {c: d}}}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Every Mappings attribute must be a String or a List.",
            ),
            (
                "Mappings: {M: {a: b}}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Every Mappings member a must be a map",
            ),
            (
                "Conditions: {C: yes}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Conditions can only be boolean operations on parameters and other conditions",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O-1: {Value: x}}",
                "Output name O-1 is non alphanumeric",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: x, Exports: y}}",
                "Invalid template output property 'Exports'",
            ),
            (
                "Conditions: {C: !Equals [!Ref A, x]}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Cannot reference resources in the Conditions block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP, Properties: {Domain: !If [C, vpc, vpc]}}}",
                "Template error: unresolved condition dependency C in Fn::If",
            ),
            (
                "Conditions: {C: !Not [!Condition D]}\nResources: {A: {Type: AWS::EC2::EIP}}",
                "Unresolved condition dependencies [D] in the Conditions block",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: !GetAtt B.Arn}}",
                "Template error: instance of Fn::GetAtt references undefined resource B",
            ),
            (
                "Resources: {A: {Type: AWS::EC2::EIP}}\nOutputs: {O: {Value: x, Condition: C}}",
                "Unresolved condition dependencies [C] in the Outputs block",
            ),
        ];
        for (body, expected) in cases {
            let message = refusal(body);
            assert!(message.contains(expected), "{body} gave {message}");
        }
    }
}
