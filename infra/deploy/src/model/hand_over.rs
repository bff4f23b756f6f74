//! What stacks hand to each other through SSM parameters, and whether it is still the same.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dependents::{Dependent, dependents, handed_over};
use crate::state::{Resource, all};
use crate::{Clients, Error, StackState};

/// SSM gives this many parameters in one answer.
const PAGE: usize = 10;

/// An SSM parameter that a stack was deployed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Read {
    /// The name of the SSM parameter.
    pub name: String,
    /// Its value when the stack was deployed.
    pub deployed: String,
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
    /// The stacks that were deployed from it, each with the value it was deployed with.
    pub readers: BTreeMap<String, String>,
}

impl Read {
    /// Whether the stack was deployed with another value than the parameter has now.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.now.as_ref() != Some(&self.deployed)
    }
}

/// Everything that the stack reads, and everything that it hands over.
pub(crate) async fn hand_overs(
    clients: &Clients,
    state: &StackState,
    resources: &[Resource],
) -> Result<(Vec<Read>, Vec<HandedOver>), Error> {
    let owned: Vec<_> = handed_over(resources).map(ToOwned::to_owned).collect();
    let read = state.parameters.iter().filter(|p| p.resolved.is_some());
    let names: Vec<_> = read.map(|p| p.value.clone()).chain(owned).collect();
    let now = values(clients, &names).await?;
    // Only a stack that hands over something can have readers among the others.
    let stacks = if handed_over(resources).next().is_some() {
        all(clients).await?
    } else {
        Vec::new()
    };
    Ok((
        reads(state, &now),
        handed(&state.name, resources, &stacks, &now),
    ))
}

fn reads(state: &StackState, now: &BTreeMap<String, String>) -> Vec<Read> {
    let read = state.parameters.iter().filter_map(|parameter| {
        Some(Read {
            name: parameter.value.clone(),
            deployed: parameter.resolved.clone()?,
            now: now.get(&parameter.value).cloned(),
        })
    });
    read.collect()
}

fn handed(
    owner: &str,
    resources: &[Resource],
    stacks: &[StackState],
    now: &BTreeMap<String, String>,
) -> Vec<HandedOver> {
    let names: Vec<_> = handed_over(resources).collect();
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
) -> BTreeMap<String, String> {
    let reading = dependents.iter().filter(|dependent| {
        let mut parameters = dependent.parameters.iter();
        parameters.any(|parameter| parameter == name)
    });
    reading
        .filter_map(|dependent| {
            let stack = stacks.iter().find(|stack| stack.name == dependent.stack)?;
            let parameter = stack.parameters.iter().find(|p| p.value == name)?;
            Some((stack.name.clone(), parameter.resolved.clone()?))
        })
        .collect()
}

/// The values of SSM parameters, without those that do not exist.
pub async fn values(
    clients: &Clients,
    names: &[String],
) -> Result<BTreeMap<String, String>, Error> {
    let mut values = BTreeMap::new();
    for names in names.chunks(PAGE) {
        let page = clients
            .ssm
            .get_parameters()
            .set_names(Some(names.to_vec()))
            .send()
            .await?;
        let found = page.parameters.unwrap_or_default();
        values.extend(
            found
                .into_iter()
                .filter_map(|parameter| Some((parameter.name?, parameter.value?))),
        );
    }
    Ok(values)
}

/// The name of the stack that an SSM parameter belongs to, if it belongs to one.
pub async fn owner(clients: &Clients, parameter: &str) -> Result<Option<String>, Error> {
    let answer = clients
        .cloudformation
        .describe_stack_resources()
        .physical_resource_id(parameter)
        .send()
        .await
        .map_err(Error::from);
    match answer {
        Ok(found) => Ok(found
            .stack_resources()
            .first()
            .and_then(|resource| resource.stack_name.clone())),
        Err(err) if err.says("ValidationError", "does not exist") => Ok(None),
        Err(err) => Err(err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::StackParameter;

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
            reads(&container(), &now.collect())[0].is_stale()
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
        let handed = handed("vpc", &[parameter], &[container()], &BTreeMap::new());
        assert_eq!(handed[0].now, None);
        assert_eq!(handed[0].readers["container"], "vpc-1");
    }
}
