//! A deployment without changes is found out by two readings side by side, and leaves no trace: a
//! change set would be four calls one after the other, one of them repeated until it is made.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::TemplateStage;

use crate::change_set::Request;
use crate::{Clients, Error, Parameters, Stack, StackState};

/// How many SSM parameters one call gives.
const PARAMETERS_A_CALL: usize = 10;

/// Whether the stack surely stands as a deployment would leave it.
///
/// In doubt it does not, and a change set finds out.
pub(crate) async fn is_unchanged(clients: &Clients, stack: &Stack, request: Request<'_>) -> bool {
    let Some(state) = request.existing.filter(|_| !request.revert_drift) else {
        return false;
    };
    if !can_be_compared(stack, state, request.given) {
        return false;
    }
    let (template, hand_overs) = tokio::join!(
        deployed_template(clients, state),
        hand_overs_are_unchanged(clients, state)
    );
    template.is_ok_and(|text| text.trim_end() == stack.template.trim_end())
        && hand_overs.unwrap_or(false)
}

/// Whether equal texts are equal stacks, and nothing that is given differs from what is deployed.
fn can_be_compared(stack: &Stack, state: &StackState, given: &Parameters) -> bool {
    let is_good = matches!(state.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE");
    // What is resolved or transformed on the way may have changed behind the same text.
    let template = stack.template;
    let is_plain = !template.contains("{{resolve:") && !template.contains("Transform");
    let is_deployed = |(key, value): (&String, &String)| state.parameter(key) == Some(value);
    let mut tags = state.tags.clone();
    tags.sort();
    let mut wanted = stack.tags().map(|(key, value)| (key.to_owned(), value));
    wanted.sort();
    is_good && is_plain && given.iter().all(is_deployed) && tags == wanted
}

async fn deployed_template(clients: &Clients, state: &StackState) -> Result<String, Error> {
    let answer = clients
        .cloudformation
        .get_template()
        .stack_name(&state.id)
        .template_stage(TemplateStage::Original)
        .send()
        .await?;
    Ok(answer.template_body.unwrap_or_default())
}

/// Whether every SSM parameter says what it said when the stack was deployed.
async fn hand_overs_are_unchanged(clients: &Clients, state: &StackState) -> Result<bool, Error> {
    let deployed: BTreeMap<_, _> = state
        .parameters
        .iter()
        .filter_map(|p| Some((p.value.as_str(), p.resolved.as_deref()?)))
        .collect();
    let names: Vec<_> = deployed.keys().copied().collect();
    for names in names.chunks(PARAMETERS_A_CALL) {
        let names = names.iter().copied().map(str::to_owned).collect();
        let answer = clients.ssm.get_parameters().set_names(Some(names));
        let answer = answer.send().await?;
        let is_same = |parameter: &aws_sdk_ssm::types::Parameter| {
            let name = parameter.name().unwrap_or_default();
            deployed.get(name).copied() == parameter.value()
        };
        if !answer.invalid_parameters().is_empty() || !answer.parameters().iter().all(is_same) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::StackParameter;

    const IMAGE: Stack = Stack::new("table", "Resources:");

    fn state(status: &str) -> StackState {
        let tags = IMAGE.tags();
        StackState {
            status: status.into(),
            parameters: vec![StackParameter {
                key: "Image".into(),
                value: "showtable:1".into(),
                resolved: None,
            }],
            tags: tags.map(|(key, value)| (key.to_owned(), value)).into(),
            ..StackState::default()
        }
    }

    #[test]
    fn only_a_good_state_and_a_plain_template_can_be_compared() {
        let none = Parameters::new();
        let complete = state("UPDATE_COMPLETE");
        assert!(can_be_compared(&IMAGE, &complete, &none));
        assert!(!can_be_compared(
            &IMAGE,
            &state("UPDATE_ROLLBACK_COMPLETE"),
            &none
        ));
        for template in ["Transform: AWS::Serverless", "A: '{{resolve:ssm:/a}}'"] {
            assert!(!can_be_compared(
                &Stack::new("table", template),
                &complete,
                &none
            ));
        }
    }

    #[test]
    fn a_parameter_with_another_value_is_a_change() {
        let given = |image: &str| Parameters::from([("Image".into(), image.into())]);
        let state = state("CREATE_COMPLETE");
        assert!(can_be_compared(&IMAGE, &state, &given("showtable:1")));
        assert!(!can_be_compared(&IMAGE, &state, &given("showtable:2")));
        let new = Parameters::from([("New".into(), "1".into())]);
        assert!(!can_be_compared(&IMAGE, &state, &new));
    }

    #[test]
    fn other_tags_are_a_change() {
        let mut state = state("CREATE_COMPLETE");
        state.tags.pop();
        assert!(!can_be_compared(&IMAGE, &state, &Parameters::new()));
    }
}
