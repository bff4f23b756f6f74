//! The SSM parameters with which stacks hand values to each other.

use std::collections::BTreeMap;

use super::Clients;
use crate::Error;

/// How many SSM parameters `GetParameters` takes at once.
const PARAMETERS_PER_CALL: usize = 10;

/// The values of SSM parameters, without those that do not exist.
pub async fn values(
    clients: &Clients,
    names: &[String],
) -> Result<BTreeMap<String, String>, Error> {
    let mut values = BTreeMap::new();
    for names in names.chunks(PARAMETERS_PER_CALL) {
        let page = clients
            .ssm
            .get_parameters()
            .set_names(Some(names.to_vec()))
            .send()
            .await?;
        let found = page.parameters.into_iter().flatten();
        values.extend(found.filter_map(|parameter| Some((parameter.name?, parameter.value?))));
    }
    Ok(values)
}

/// The name of the stack that an SSM parameter belongs to; `None` if it belongs to no stack.
pub async fn owner(clients: &Clients, parameter: &str) -> Result<Option<String>, Error> {
    let described = clients
        .cloudformation
        .describe_stack_resources()
        .physical_resource_id(parameter)
        .send()
        .await
        .map_err(Error::from);
    match described {
        Ok(found) => Ok(found
            .stack_resources()
            .first()
            .and_then(|resource| resource.stack_name.clone())),
        Err(err) if err.says("ValidationError", "does not exist") => Ok(None),
        Err(err) => Err(err),
    }
}
