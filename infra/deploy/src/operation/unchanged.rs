//! Recognises a deployment without changes with two parallel reads that change nothing. A change set
//! would take four calls one after the other, one of them repeated until AWS is done.

use std::collections::BTreeMap;

use crate::Error;
use crate::aws::{Clients, template_of, values};
use crate::model::{Parameters, Stack, StackState};

/// Whether the stack certainly is as a deployment would leave it.
///
/// If unsure, returns false; a change set then decides.
pub(super) async fn is_unchanged(
    clients: &Clients,
    stack: &Stack,
    existing: Option<&StackState>,
    given: &Parameters,
) -> bool {
    let Some(state) = existing.filter(|state| can_be_compared(stack, state, given)) else {
        return false;
    };
    let (template, parameters) = tokio::join!(
        template_of(clients, &state.id),
        parameters_are_unchanged(clients, state)
    );
    let is_same = |deployed: String| deployed.trim_end() == stack.template.trim_end();
    template.is_ok_and(|deployed| deployed.is_some_and(is_same)) && parameters.unwrap_or(false)
}

/// Whether an equal template text would mean that nothing changes: the template is plain, and the
/// status, the given parameters and the tags require no change.
fn can_be_compared(stack: &Stack, state: &StackState, given: &Parameters) -> bool {
    // Values that AWS resolves and templates that it transforms may differ behind an equal text.
    let template = stack.template;
    let is_plain = !template.contains("{{resolve:") && !template.contains("Transform");
    let is_deployed = |(key, value): (&String, &String)| state.parameter(key) == Some(value);
    let mut tags = state.tags.clone();
    tags.sort();
    let mut wanted = stack.tags().map(|(key, value)| (key.to_owned(), value));
    wanted.sort();
    state.status.has_succeeded() && is_plain && given.iter().all(is_deployed) && tags == wanted
}

/// Whether every SSM parameter has the value with which the stack was deployed.
async fn parameters_are_unchanged(clients: &Clients, state: &StackState) -> Result<bool, Error> {
    let deployed: BTreeMap<_, _> = state
        .parameters
        .iter()
        .filter_map(|p| Some((p.value.clone(), p.resolved.clone()?)))
        .collect();
    let names: Vec<_> = deployed.keys().cloned().collect();
    Ok(values(clients, &names).await? == deployed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StackParameter;

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
    fn only_a_good_status_and_a_plain_template_can_be_compared() {
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
