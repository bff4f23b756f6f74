//! The change set of a deployment.

use super::unchanged::is_unchanged;
use crate::Error;
use crate::aws::{ChangeSetKind, ChangeSetRequest, Clients, create_change_set};
use crate::model::{Parameters, Plan, Stack, StackState, template};

/// What a deployment is to do, beside what the stack and its template say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deployment<'a> {
    /// The stack, if it exists.
    pub(super) existing: Option<&'a StackState>,
    /// Values for the parameters of the template.
    pub(super) given: &'a Parameters,
    /// Whether to undo changes made by hand.
    pub(super) revert_drift: bool,
    /// Whether not to wait until resources are ready to serve.
    pub(super) express: bool,
}

/// Creates the change set of a deployment; `None` if there is nothing to change.
pub(super) async fn plan(
    clients: &Clients,
    stack: &Stack,
    deployment: Deployment<'_>,
) -> Result<Option<Plan>, Error> {
    let Deployment {
        existing,
        given,
        revert_drift,
        express,
    } = deployment;
    if !revert_drift && is_unchanged(clients, stack, existing, given).await {
        return Ok(None);
    }
    let deployed = existing.filter(|state| !state.status.is_under_review());
    let (kind, parameters, kept_parameters) = match deployed {
        Some(state) => {
            let given = with_new_defaults(stack, state, given);
            let kept = kept(stack, state, &given);
            (ChangeSetKind::Update, given, kept)
        }
        None => (
            ChangeSetKind::Create,
            with_defaults(stack, given),
            Vec::new(),
        ),
    };
    let request = ChangeSetRequest {
        kind,
        template: stack.template,
        parameters,
        kept_parameters,
        reverts_drift: revert_drift && deployed.is_some(),
        is_express: express,
        // If the stack was under review already, somebody else created it: it is not deleted here.
        is_new_stack: existing.is_none(),
    };
    create_change_set(clients, stack, request).await
}

/// The given values, and the stack's own default for every other parameter that has one.
pub(super) fn with_defaults(stack: &Stack, given: &Parameters) -> Parameters {
    let mut parameters = stack.defaults.clone();
    parameters.extend(given.clone());
    parameters
}

/// The given values, and the stack's own defaults for parameters that were not deployed yet.
fn with_new_defaults(stack: &Stack, state: &StackState, given: &Parameters) -> Parameters {
    let mut given = given.clone();
    for (key, value) in &stack.defaults {
        if state.parameter(key).is_none() {
            given.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    given
}

/// The parameters that keep their deployed values: all that are not given and that the template
/// still has.
fn kept(stack: &Stack, state: &StackState, given: &Parameters) -> Vec<String> {
    let declared = template::names(stack.template, "Parameters");
    state
        .parameters
        .iter()
        .map(|parameter| &parameter.key)
        .filter(|key| !given.contains_key(*key) && declared.contains(&key.as_str()))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StackParameter;

    const TEMPLATE: &str = "Parameters:\n  Kept:\n  Given:\n  New:\n";

    fn stack() -> Stack {
        let mut stack = Stack::new("vpc", TEMPLATE);
        let defaults = [("Kept", "default"), ("New", "default")];
        stack.defaults = defaults.map(|(k, v)| (k.into(), v.into())).into();
        stack
    }

    fn given() -> Parameters {
        Parameters::from([("Given".into(), "given".into())])
    }

    #[test]
    fn what_is_not_given_and_still_declared_is_kept() {
        let parameter = |key: &str| StackParameter {
            key: key.into(),
            value: "deployed".into(),
            resolved: None,
        };
        let state = StackState {
            parameters: ["Kept", "Given", "Removed"].map(parameter).into(),
            ..StackState::default()
        };
        let parameters = with_new_defaults(&stack(), &state, &given());
        assert_eq!(parameters.len(), 2);
        assert_eq!(parameters["Given"], "given");
        assert_eq!(parameters["New"], "default");
        assert_eq!(kept(&stack(), &state, &parameters), ["Kept"]);
    }

    #[test]
    fn a_new_stack_takes_its_defaults() {
        let parameters = with_defaults(&stack(), &given());
        assert_eq!(parameters.len(), 3);
        assert_eq!(parameters["Kept"], "default");
    }
}
