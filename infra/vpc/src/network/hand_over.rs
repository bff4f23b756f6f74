use aws_sdk_ssm::types::ParameterType;
use deploy::render::Shown;
use deploy::{Clients, Environment, Error as DeployError, Options, Output};

use super::arguments::Network;
use crate::Error;

/// Writes the SSM parameters with the network, from which the stack `container` is deployed.
///
/// Never writes a parameter that belongs to a stack. Asks before it overwrites another value.
pub async fn use_network(
    clients: &Clients,
    environment: &Environment,
    prefix: Option<&str>,
    network: &Network,
    output: Output,
) -> Result<(), Error> {
    if network.public.len() < 2 {
        return Err(Error::OneZone);
    }
    let prefix = prefix.map_or_else(|| environment.prefix(), ToOwned::to_owned);
    let parameters = parameters(&prefix, network);
    let names = names(&prefix);
    ensure_unowned(clients, &names).await?;
    let present = deploy::values(clients, &names).await?;
    let mut overwrites = false;
    for Parameter { name, value, .. } in &parameters {
        let shown = Shown(name);
        match present.get(name) {
            Some(present) if present == value => output.progress(&format!("{shown} = {value}")),
            Some(present) => {
                overwrites = true;
                output.progress(&format!("{shown} = {} -> {value}", Shown(present)));
            }
            None => output.progress(&format!("{shown} -> {value}")),
        }
    }
    if overwrites {
        let approval: deploy::Approval = network.consent.into();
        approval
            .of_risk(
                "the parameters already name another network",
                "Overwrite them?",
            )
            .await?;
    }
    for parameter in &parameters {
        write(clients, parameter).await?;
    }
    output.result(&format!(
        "✅  The stacks now use {}: `{}` deploys the service into it, and fails if it or a subnet does not exist",
        network.vpc_id,
        deploy::task("deploy", &environment.stack_name("container"))
    ));
    Ok(())
}

/// Deletes the parameters that `vpc use` has written, if there are any.
pub async fn forget(
    clients: &Clients,
    environment: &Environment,
    prefix: Option<&str>,
    options: &Options,
) -> Result<(), Error> {
    let prefix = prefix.map_or_else(|| environment.prefix(), ToOwned::to_owned);
    let names = names(&prefix);
    let known = deploy::values(clients, &names).await?;
    if known.is_empty() {
        return Ok(());
    }
    ensure_unowned(clients, &names).await?;
    if !options.force {
        let names = names.each_ref().map(String::as_str);
        deploy::ensure_unused(clients, &environment.stack_name("vpc"), &names).await?;
    }
    for (name, value) in &known {
        let line = format!("{} = {}", Shown(name), Shown(value));
        options.output.progress(&line);
    }
    options
        .approval
        .of_risk(
            "the parameters of the network would be deleted",
            "Delete these parameters? The network itself stays",
        )
        .await?;
    let deleted = clients.ssm.delete_parameters();
    deleted
        .set_names(Some(known.into_keys().collect()))
        .send()
        .await
        .map_err(DeployError::from)?;
    options.output.result(&format!(
        "✅  The parameters {}/vpc… are deleted; the network itself stays",
        Shown(prefix)
    ));
    Ok(())
}

/// One SSM parameter of the network.
struct Parameter {
    name: String,
    kind: ParameterType,
    value: String,
}

/// The names of the SSM parameters, in the order in which they are written.
///
/// The VPC comes last, as in the stack: once it is there, the others are there too.
fn names(prefix: &str) -> [String; 3] {
    ["vpc/public-subnets", "vpc/private-subnets", "vpc"].map(|name| format!("{prefix}/{name}"))
}

fn parameters(prefix: &str, network: &Network) -> [Parameter; 3] {
    let [public, private, vpc] = names(prefix);
    let list = |name: String, ids: &[String]| Parameter {
        name,
        kind: ParameterType::StringList,
        value: ids.join(","),
    };
    [
        list(public, &network.public),
        list(private, &network.private),
        Parameter {
            name: vpc,
            kind: ParameterType::String,
            value: network.vpc_id.clone(),
        },
    ]
}

async fn ensure_unowned(clients: &Clients, names: &[String]) -> Result<(), Error> {
    for name in names {
        if let Some(stack) = deploy::owner(clients, name).await? {
            return Err(Error::Owned {
                name: name.clone(),
                stack,
            });
        }
    }
    Ok(())
}

async fn write(clients: &Clients, parameter: &Parameter) -> Result<(), DeployError> {
    clients
        .ssm
        .put_parameter()
        .name(&parameter.name)
        .r#type(parameter.kind.clone())
        .value(&parameter.value)
        .overwrite(true)
        .send()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_stack() {
        for name in names("${ParameterPrefix}") {
            let line = format!("Name: !Sub {name}\n");
            assert!(crate::STACK.template.contains(&line), "{name}");
        }
    }
}
