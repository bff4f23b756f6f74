//! The previous image. Two parameters of the stack contain it, so a rollback needs no other
//! source. If an update fails, `CloudFormation` restores them with everything else.

use deploy::{Clients, Environment, Parameters, StackState};

use crate::image::ecr;
use crate::{Error, stack};

/// The parameters that name an image in use.
pub(crate) const IMAGES: [&str; 2] = ["Image", "PreviousImage"];

/// The parameters that describe the running image, each with the parameter that remembers it.
const REMEMBERED: [(&str, &str); 2] = [
    ("Image", "PreviousImage"),
    ("CpuArchitecture", "PreviousCpuArchitecture"),
];

/// The parameters that remember the running image, if the given parameters replace it.
pub(super) fn to_remember(given: &Parameters, state: Option<&StackState>) -> Parameters {
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

/// The parameters of the previous image, which has to be still in the repository.
pub(crate) async fn previous_image(
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
    if let Some(reference) = ecr::reference_in_repository(image)
        && !ecr::has(clients, reference).await?
    {
        return Err(Error::PreviousImageGone(image.clone()));
    }
    Ok(previous)
}

/// The values of one half of [`REMEMBERED`] in the stack, under the names of the other half.
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
    fn a_replaced_image_is_remembered_with_its_cpu() {
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
            assert_eq!(to_remember(&given, Some(&state)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_stack_that_was_never_created_remembers_nothing() {
        let given = parameters(&[("Image", "app:2")]);
        let state = StackState {
            status: "ROLLBACK_COMPLETE".into(),
            ..running(&[("Image", "app:1")])
        };
        assert_eq!(to_remember(&given, Some(&state)), Parameters::new());
        assert_eq!(to_remember(&given, None), Parameters::new());
    }
}
