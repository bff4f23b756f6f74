use std::path::PathBuf;

use clap::Args;
use deploy::StackParameter;
use deploy::{Clients, PREFIX, Parameters, Stack, StackState};

use crate::{Error, previous};

/// What the local AWS runs, whatever the name: the app that was built with it.
const LOCAL_IMAGE: &str = "showtable:local";

/// The options for the parameters of the template; what is not given stays as deployed.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The URI of an image that exists [default: the image of dist/, which is pushed to ECR; without dist/ as deployed before]
    #[arg(long, value_name = "URI")]
    pub image: Option<String>,
    /// What the image is made of [default: dist/ of the workspace, where it is there]
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "image")]
    pub dist: Option<PathBuf>,
    /// Take what is in dist/ even if the sources have changed since
    #[arg(long, conflicts_with = "image")]
    pub stale: bool,
    /// The architecture of the image [default: that of the binary in dist/; without dist/ as deployed before, else that of the template]
    #[arg(long, value_parser = ["X86_64", "ARM64"])]
    pub cpu_architecture: Option<String>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        [
            ("Image", flags.image),
            ("CpuArchitecture", flags.cpu_architecture),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}

/// The parameters with what follows from them and from the stack that stands, and the prefix.
pub(crate) async fn complete(
    clients: &Clients,
    stack: &Stack,
    given: Parameters,
) -> Result<(Parameters, String), Error> {
    let state = deploy::find(clients, &stack.name).await?;
    let prefix = prefix(stack, given.get(PREFIX).map(String::as_str), state.as_ref());
    let parameters = with_hand_overs(given);
    let mut parameters = with_image(parameters, state.as_ref(), clients.are_local())?;
    parameters.extend(previous::remembered(&parameters, state.as_ref()));
    let handed_over = format!("{prefix}/table");
    let table = deploy::values(clients, std::slice::from_ref(&handed_over)).await?;
    let table = table.get(&handed_over).map(String::as_str);
    parameters.extend(table_name(stack, table));
    Ok((parameters, prefix))
}

/// The parameter by which the app may read a table whose name is not of its stack's making.
fn table_name(stack: &Stack, table: Option<&str>) -> Option<(String, String)> {
    let made_by_stack = format!("{}-Table-", stack.environment.stack_name("table"));
    let name = table?;
    let other = if name.starts_with(&made_by_stack) {
        ""
    } else {
        name
    };
    Some(("TableName".to_owned(), other.to_owned()))
}

/// The prefix that is given, or was deployed, or is the environment's.
pub(crate) fn prefix(stack: &Stack, given: Option<&str>, state: Option<&StackState>) -> String {
    given
        .or_else(|| state?.parameter(PREFIX))
        .map_or_else(|| stack.environment.prefix(), ToOwned::to_owned)
}

/// The prefix among the parameters of a stack or a change set.
pub(crate) fn given_prefix(parameters: &[StackParameter]) -> Option<&str> {
    let prefix = parameters.iter().find(|p| p.key == PREFIX)?;
    Some(&prefix.value)
}

/// A given prefix is also where the VPC and its subnets are handed over.
pub(crate) fn with_hand_overs(mut given: Parameters) -> Parameters {
    let Some(prefix) = given.get(PREFIX).cloned() else {
        return given;
    };
    for (key, name) in [
        ("VpcId", "vpc"),
        ("PublicSubnets", "vpc/public-subnets"),
        ("PrivateSubnets", "vpc/private-subnets"),
    ] {
        given
            .entry(key.to_owned())
            .or_insert_with(|| format!("{prefix}/{name}"));
    }
    given
}

/// A stack that stands keeps its image; a new one needs one, except on the local AWS.
fn with_image(
    mut given: Parameters,
    state: Option<&StackState>,
    is_local: bool,
) -> Result<Parameters, Error> {
    let stands = state.is_some_and(|state| !state.status.was_never_created());
    if given.contains_key("Image") || stands {
        return Ok(given);
    }
    if !is_local {
        return Err(Error::NoImage);
    }
    given.insert("Image".to_owned(), LOCAL_IMAGE.to_owned());
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STACK;

    fn standing(status: &str) -> StackState {
        StackState {
            name: "container".into(),
            status: status.into(),
            ..StackState::default()
        }
    }

    #[test]
    fn a_given_prefix_is_also_where_the_network_is_handed_over() {
        let given = Parameters::from([
            (PREFIX.into(), "/staging".into()),
            ("VpcId".into(), "/shared/vpc".into()),
        ]);
        let parameters = with_hand_overs(given);
        assert_eq!(parameters["VpcId"], "/shared/vpc");
        assert_eq!(parameters["PublicSubnets"], "/staging/vpc/public-subnets");
        assert_eq!(parameters["PrivateSubnets"], "/staging/vpc/private-subnets");
        assert_eq!(with_hand_overs(Parameters::new()), Parameters::new());
    }

    #[test]
    fn a_new_stack_needs_an_image_except_on_the_local_local_aws() {
        let none = Parameters::new;
        assert!(matches!(
            with_image(none(), None, false),
            Err(Error::NoImage)
        ));
        let rolled_back = standing("ROLLBACK_COMPLETE");
        assert!(with_image(none(), Some(&rolled_back), false).is_err());
        let local = with_image(none(), None, true).expect("an image");
        assert_eq!(local["Image"], LOCAL_IMAGE);
    }

    #[test]
    fn only_a_table_of_another_name_is_named() {
        let named = |table| table_name(&STACK, table).map(|(_, value)| value);
        assert_eq!(named(None), None);
        assert_eq!(named(Some("table-Table-1ABC")).as_deref(), Some(""));
        assert_eq!(named(Some("orders")).as_deref(), Some("orders"));
    }

    #[test]
    fn a_stack_that_stands_keeps_its_image() {
        let state = standing("UPDATE_COMPLETE");
        let kept = with_image(Parameters::new(), Some(&state), true).expect("no need of one");
        assert!(!kept.contains_key("Image"));
    }

    #[test]
    fn every_parameter_that_is_set_here_is_in_the_template() {
        for key in [
            PREFIX,
            "Image",
            "CpuArchitecture",
            "PreviousImage",
            "PreviousCpuArchitecture",
            "VpcId",
            "PublicSubnets",
            "PrivateSubnets",
            "TableStack",
            "TableName",
        ] {
            assert!(STACK.template.contains(&format!("\n  {key}:\n")), "{key}");
        }
    }
}
