//! The SSM parameters that stacks hand to each other, and whether their values have changed since.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Dependent, Resource, StackState, dependents, read_at_run_time};

/// An SSM parameter that a stack was deployed from, or that its app reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Read {
    /// The name of the SSM parameter.
    pub name: String,
    /// Its value when the stack was deployed; `None` if the app reads it while it runs.
    pub deployed: Option<String>,
    /// Its value now, if it still exists.
    pub now: Option<String>,
}

/// An SSM parameter that a stack owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HandedOver {
    /// The name of the SSM parameter.
    pub name: String,
    /// Its value now, if it still exists.
    pub now: Option<String>,
    /// The stacks that were deployed from it, each with the value at that time, and those whose app
    /// reads it while it runs, without a value.
    pub readers: BTreeMap<String, Option<String>>,
}

impl Read {
    /// Whether the value has changed since the stack was deployed.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.deployed.is_some() && self.now != self.deployed
    }
}

/// The names of the SSM parameters among the resources.
pub(crate) fn owned_parameters(resources: &[Resource]) -> impl Iterator<Item = &str> {
    resources
        .iter()
        .filter(|resource| resource.resource_type == "AWS::SSM::Parameter")
        .map(|resource| resource.physical_id.as_str())
}

/// The SSM parameters that the stack was deployed from, given the present values.
pub(crate) fn parameters_read(state: &StackState, now: &BTreeMap<String, String>) -> Vec<Read> {
    let read = state.parameters.iter().filter_map(|parameter| {
        Some(Read {
            name: parameter.value.clone(),
            deployed: Some(parameter.resolved.clone()?),
            now: now.get(&parameter.value).cloned(),
        })
    });
    let at_run_time = read_at_run_time(state).map(|name| Read {
        now: now.get(&name).cloned(),
        name,
        deployed: None,
    });
    read.chain(at_run_time).collect()
}

/// The SSM parameters that the stack writes, given all stacks and the present values.
pub(crate) fn parameters_handed_over(
    owner: &str,
    resources: &[Resource],
    stacks: &[StackState],
    now: &BTreeMap<String, String>,
) -> Vec<HandedOver> {
    let names: Vec<_> = owned_parameters(resources).collect();
    let dependents = dependents(owner, &names, stacks);
    names
        .into_iter()
        .map(|name| HandedOver {
            name: name.to_owned(),
            now: now.get(name).cloned(),
            readers: readers(name, &dependents, stacks),
        })
        .collect()
}

fn readers(
    name: &str,
    dependents: &[Dependent],
    stacks: &[StackState],
) -> BTreeMap<String, Option<String>> {
    let reading = dependents.iter().filter(|dependent| {
        let mut parameters = dependent.parameters.iter();
        parameters.any(|parameter| parameter == name)
    });
    reading
        .filter_map(|dependent| {
            let stack = stacks.iter().find(|stack| stack.name == dependent.stack)?;
            let parameter = stack.parameters.iter().find(|p| p.value == name);
            let deployed = parameter.and_then(|parameter| parameter.resolved.clone());
            Some((stack.name.clone(), deployed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StackParameter;

    fn container() -> StackState {
        StackState {
            id: "arn:container".into(),
            name: "container".into(),
            status: "CREATE_COMPLETE".into(),
            parameters: vec![StackParameter {
                key: "VpcId".into(),
                value: "/go-on-aws/vpc".into(),
                resolved: Some("vpc-1".into()),
            }],
            ..StackState::default()
        }
    }

    #[test]
    fn a_value_that_changed_or_went_is_stale() {
        let stale = |now: &[(&str, &str)]| {
            let now = now.iter().map(|(k, v)| ((*k).into(), (*v).into()));
            parameters_read(&container(), &now.collect())[0].is_stale()
        };
        assert!(!stale(&[("/go-on-aws/vpc", "vpc-1")]));
        assert!(stale(&[("/go-on-aws/vpc", "vpc-2")]));
        assert!(stale(&[]));
    }

    #[test]
    fn the_owner_knows_its_readers_and_what_they_were_deployed_with() {
        let parameter = Resource {
            logical_id: "VpcParameter".into(),
            physical_id: "/go-on-aws/vpc".into(),
            resource_type: "AWS::SSM::Parameter".into(),
            status: "CREATE_COMPLETE".into(),
        };
        let handed = parameters_handed_over("vpc", &[parameter], &[container()], &BTreeMap::new());
        assert_eq!(handed[0].now, None);
        assert_eq!(handed[0].readers["container"].as_deref(), Some("vpc-1"));
    }
}
