use deploy::{Clients, PREFIX, Parameters, Stack, StackState};

use super::prefix::prefix;
use super::previous_image::to_remember;
use crate::Error;
use crate::stack::with_network;

/// The image that the local AWS runs as the app that is built into it.
const LOCAL_IMAGE: &str = "local/showtable";

/// Adds the parameters that follow from the given ones and from the deployed stack. Returns all
/// parameters and the prefix of the SSM parameters.
pub(crate) async fn complete(
    clients: &Clients,
    stack: &Stack,
    given: Parameters,
) -> Result<(Parameters, String), Error> {
    let state = deploy::find(clients, &stack.name).await?;
    let prefix = prefix(stack, given.get(PREFIX).map(String::as_str), state.as_ref());
    let parameters = with_network(given);
    let mut parameters = with_image(parameters, state.as_ref(), clients.are_local())?;
    parameters.extend(to_remember(&parameters, state.as_ref()));
    let handed_over = format!("{prefix}/table");
    let table = deploy::values(clients, std::slice::from_ref(&handed_over)).await?;
    let table = table.get(&handed_over).map(String::as_str);
    parameters.extend(table_name(stack, table));
    Ok((parameters, prefix))
}

/// Adds an image to a new stack on the local AWS; elsewhere a new stack needs one. A deployed stack
/// keeps its image.
fn with_image(
    mut given: Parameters,
    state: Option<&StackState>,
    is_local: bool,
) -> Result<Parameters, Error> {
    let is_deployed = state.is_some_and(|state| !state.status.was_never_created());
    if given.contains_key("Image") || is_deployed {
        return Ok(given);
    }
    if !is_local {
        return Err(Error::NoImage);
    }
    given.insert("Image".to_owned(), LOCAL_IMAGE.to_owned());
    Ok(given)
}

/// The parameter that lets the app read a table whose name the stack `table` did not generate.
fn table_name(stack: &Stack, table: Option<&str>) -> Option<(String, String)> {
    let generated = format!("{}-Table-", stack.environment.stack_name("table"));
    let name = table?;
    let value = if name.starts_with(&generated) {
        ""
    } else {
        name
    };
    Some(("TableName".to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STACK;
    use crate::https::{CERTIFICATE, DOMAIN, HOSTED_ZONE};
    use crate::parameters::flags::ALLOWED_RANGES;
    use crate::parameters::waf::{WAF, WAF_RATE_LIMIT};

    fn deployed(status: &str) -> StackState {
        StackState {
            name: "container".into(),
            status: status.into(),
            ..StackState::default()
        }
    }

    #[test]
    fn a_new_stack_needs_an_image_except_on_the_local_aws() {
        let none = Parameters::new;
        assert!(matches!(
            with_image(none(), None, false),
            Err(Error::NoImage)
        ));
        let rolled_back = deployed("ROLLBACK_COMPLETE");
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
    fn a_deployed_stack_keeps_its_image() {
        let state = deployed("UPDATE_COMPLETE");
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
            DOMAIN,
            HOSTED_ZONE,
            CERTIFICATE,
            ALLOWED_RANGES,
            WAF,
            WAF_RATE_LIMIT,
        ]
        .into_iter()
        .chain(crate::oidc::PARAMETERS)
        {
            assert!(STACK.template.contains(&format!("\n  {key}:\n")), "{key}");
        }
    }
}
