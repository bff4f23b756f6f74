//! The image that ran before the present one: the stack itself remembers it, in two parameters, so
//! that a rollback needs nothing but the stack. An update that fails takes them back with the rest.

use deploy::{Clients, Environment, Parameters, StackState};

use crate::image::ecr;
use crate::{Error, repository, stack};

/// The parameters with an image that is in use.
pub(crate) const IMAGES: [&str; 2] = ["Image", "PreviousImage"];

/// The parameters that say what runs, each with the one that remembers it.
const REMEMBERED: [(&str, &str); 2] = [
    ("Image", "PreviousImage"),
    ("CpuArchitecture", "PreviousCpuArchitecture"),
];

/// What the stack is to remember once it runs what is given: what it runs now, if that is something
/// else.
pub(crate) fn remembered(given: &Parameters, state: Option<&StackState>) -> Parameters {
    let Some(state) = state.filter(|state| !state.status.was_never_created()) else {
        return Parameters::new();
    };
    let changes = |(key, _): &(&str, &str)| {
        let given = given.get(*key).map(String::as_str);
        given.is_some_and(|given| state.parameter(key) != Some(given))
    };
    if !REMEMBERED.iter().any(changes) {
        return Parameters::new();
    }
    renamed(state, |(key, previous)| (key, previous))
}

/// The parameters that bring back what ran before, with its image still there.
pub(crate) async fn find(
    clients: &Clients,
    environment: &Environment,
) -> Result<Parameters, Error> {
    let name = stack(environment).name;
    let Some(state) = deploy::find(clients, &name).await? else {
        return Err(deploy::Error::NoStack { stack: name.into() }.into());
    };
    let previous = renamed(&state, |(key, previous)| (previous, key));
    let Some(image) = previous.get("Image") else {
        return Err(Error::NoPreviousImage { stack: name.into() });
    };
    if let Some(reference) = repository::reference(image)
        && !ecr::has(clients, reference).await?
    {
        return Err(Error::PreviousImageGone(image.clone()));
    }
    Ok(previous)
}

/// The stack's values of the one, under the name of the other.
fn renamed(
    state: &StackState,
    names: impl Fn((&'static str, &'static str)) -> (&'static str, &'static str),
) -> Parameters {
    REMEMBERED
        .into_iter()
        .map(names)
        .filter_map(|(from, to)| {
            let value = state.parameter(from).filter(|value| !value.is_empty())?;
            Some((to.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use deploy::StackParameter;

    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn running(pairs: &[(&str, &str)]) -> StackState {
        let parameter = |(key, value): &(&str, &str)| StackParameter {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            resolved: None,
        };
        StackState {
            status: "UPDATE_COMPLETE".into(),
            parameters: pairs.iter().map(parameter).collect(),
            ..StackState::default()
        }
    }

    #[test]
    fn what_is_replaced_is_remembered_with_its_cpu() {
        let state = running(&[("Image", "app:1"), ("CpuArchitecture", "X86_64")]);
        let was = parameters(&[
            ("PreviousImage", "app:1"),
            ("PreviousCpuArchitecture", "X86_64"),
        ]);
        let cases = [
            (vec![("Image", "app:2")], was.clone()),
            (vec![("CpuArchitecture", "ARM64")], was),
            (
                vec![("Image", "app:1"), ("CpuArchitecture", "X86_64")],
                Parameters::new(),
            ),
            (vec![("TableName", "orders")], Parameters::new()),
        ];
        for (given, expected) in cases {
            let given = parameters(&given);
            assert_eq!(remembered(&given, Some(&state)), expected, "{given:?}");
        }
    }

    #[test]
    fn nothing_ran_in_a_stack_that_never_stood() {
        let given = parameters(&[("Image", "app:2")]);
        let state = StackState {
            status: "ROLLBACK_COMPLETE".into(),
            ..running(&[("Image", "app:1")])
        };
        assert_eq!(remembered(&given, Some(&state)), Parameters::new());
        assert_eq!(remembered(&given, None), Parameters::new());
    }
}
