//! The transform `AWS::LanguageExtensions`: it makes a plain template of one with loops, before
//! anything else is checked. Where AWS's sentences are known from measurements on an account, the
//! source is <https://github.com/ministackorg/ministack> (`language_extensions.py`).

mod context;
mod expand;
mod members;
mod substitute;

use serde_json::{Map, Value};

use self::context::{Bindings, Context};
use self::expand::expand;
use self::members::resolve_members;
use super::functions::{Inputs, scope};
use super::template::Template;
use crate::aws::AwsError;

/// The sections that may have loops.
const SECTIONS: [&str; 3] = ["Conditions", "Resources", "Outputs"];

/// The template after its transform; one without a transform stays as it is. Only the parameters
/// of `inputs` are used: no resource exists yet.
///
/// # Errors
/// `ValidationError` in AWS's words for a loop or a function that cannot be processed, or for the
/// template that results.
pub(super) fn processed(template: Template, inputs: Inputs<'_>) -> Result<Template, AwsError> {
    let Some(sections) = &template.unprocessed else {
        return Ok(template);
    };
    let mut sections = expanded(sections.clone(), &template, inputs)?;
    sections.remove("Transform");
    let mut processed = Template::from_sections(sections.clone())?;
    processed.processed = Some(sections);
    processed.transforms.clone_from(&template.transforms);
    Ok(processed)
}

fn expanded(
    mut sections: Map<String, Value>,
    template: &Template,
    inputs: Inputs<'_>,
) -> Result<Map<String, Value>, AwsError> {
    let context = Context::new(scope(template, inputs));
    for name in SECTIONS {
        if let Some(section) = sections.get_mut(name) {
            *section = expand(&context, section, &Bindings::new())?;
        }
    }
    resolve_members(&context, &mut sections)?;
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn transformed(rest: &str) -> Result<Template, String> {
        let body = format!(
            "Transform: AWS::LanguageExtensions\n\
             Parameters: {{Names: {{Type: CommaDelimitedList}}, Keep: {{Type: String}}}}\n\
             Mappings: {{M: {{eu: {{a: found}}}}}}\n{rest}"
        );
        let parameters = BTreeMap::from([
            ("Names".to_owned(), json!(["one", "two"])),
            ("Keep".to_owned(), json!("Retain")),
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
        let template = Template::parse(&body).map_err(|err| err.message)?;
        processed(template, inputs).map_err(|err| err.message)
    }

    #[test]
    fn a_loop_makes_one_resource_for_each_name() {
        let template = transformed(
            "Resources:\n  \
               Fn::ForEach::Topics:\n  - Name\n  - !Ref Names\n  - Topic${Name}:\n      Type: T\n      \
                 DeletionPolicy: !Ref Keep\n      DependsOn: Base\n      Properties:\n        \
                   A: !Ref Name\n        B: !Sub 'x-${Name}-${AWS::Region}'\n        \
                   C: !GetAtt [!Sub 'Other${Name}', Arn]\n        D: plain ${Name}\n  \
               Fn::ForEach::Others:\n  - Name\n  - [one, 't-w-o']\n  - 'Other&{Name}': {Type: T}\n  \
               Base: {Type: T, Properties: {N: {Fn::Length: !Ref Names}, J: {Fn::ToJsonString: {a: 1}}}}\n\
             Outputs:\n  Fn::ForEach::Outs:\n  - Name\n  - !Ref Names\n  - Out${Name}: {Value: {Ref: {Fn::Sub: 'Topic${Name}'}}}\n",
        )
        .unwrap();
        let names: Vec<&String> = template.resources.keys().collect();
        assert_eq!(
            names,
            ["Base", "Otherone", "Othertwo", "Topicone", "Topictwo"]
        );
        assert_eq!(
            template.resources["Topictwo"].properties,
            json!({
                "A": "two",
                "B": {"Fn::Sub": "x-two-${AWS::Region}"},
                "C": {"Fn::GetAtt": ["Othertwo", "Arn"]},
                "D": "plain ${Name}",
            })
        );
        assert!(template.resources["Topicone"].deletion_policy.is_some());
        assert_eq!(template.resources["Base"].properties["N"], 2);
        assert_eq!(
            template.outputs["Outone"],
            json!({"Value": {"Ref": "Topicone"}})
        );
    }

    #[test]
    fn loops_may_be_nested_and_stand_in_properties() {
        let template = transformed(
            "Conditions:\n  Fn::ForEach::Cs:\n  - C\n  - [X, Y]\n  - Is${C}: !Equals [!Ref C, X]\n\
             Resources:\n  Fn::ForEach::Outer:\n  - A\n  - [a, b]\n  - Fn::ForEach::Inner:\n    - B\n    - ['1', '2']\n    \
               - 'R${A}${B}':\n        Type: T\n        Condition: {Fn::Sub: IsX}\n        Properties:\n          \
                 Fn::ForEach::P:\n          - K\n          - [k, l]\n          - 'P${K}': !Ref A\n",
        )
        .unwrap();
        let names: Vec<&String> = template.resources.keys().collect();
        assert_eq!(names, ["Ra1", "Ra2", "Rb1", "Rb2"]);
        let one = &template.resources["Rb2"];
        assert_eq!(one.properties, json!({"Pk": "b", "Pl": "b"}));
        assert_eq!(one.condition.as_deref(), Some("IsX"));
        assert!(template.conditions.contains_key("IsY"));
    }

    #[test]
    fn what_cannot_be_processed_is_refused_in_the_words_of_aws() {
        let many: Vec<String> = (0..100).map(|number| format!("'{number}'")).collect();
        let many = many.join(", ");
        let nested = format!(
            "Resources: {{'Fn::ForEach::A': [X, [{many}], {{'Fn::ForEach::B': [Y, [{many}], {{'R${{X}}a${{Y}}': {{Type: T}}}}]}}]}}"
        );
        for (rest, expected) in [
            (
                "Resources: {'Fn::ForEach::L': [X, [a]]}",
                "failed with: Fn::ForEach layout is incorrect",
            ),
            (
                "Resources: {'Fn::ForEach::L': [X, !Ref Nothing, {'R${X}': {Type: T}}]}",
                "Could not find a collection or could not be resolved for Fn::ForEach",
            ),
            (
                "Resources: {'Fn::ForEach::L': [X, !GetAtt A.B, {'R${X}': {Type: T}}]}",
                "Could not find a collection",
            ),
            (
                "Resources: {'Fn::ForEach::L': [X, [a, b], {'R': {Type: T}}]}",
                "layout is incorrect",
            ),
            (
                "Resources: {'Fn::ForEach::L': [X, [a, a], {'R${X}': {Type: T}}]}",
                "Ra",
            ),
            (
                "Resources: {A: {Type: T, Properties: {N: {'Fn::Length': !GetAtt B.C}}}}",
                "The Fn::Length value could not be resolved for properties",
            ),
            (
                "Resources: {A: {Type: T, Condition: {'Fn::Sub': Nothing}}}",
                "Key Nothing is missing in the map.",
            ),
            (
                "Resources: {A: {Type: T, DeletionPolicy: !GetAtt B.C}}",
                "DeletionPolicy",
            ),
            (&nested, "more than"),
        ] {
            let message = transformed(rest).expect_err(rest);
            assert!(message.contains(expected), "{rest}: {message}");
        }
    }
}
