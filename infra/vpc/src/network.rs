//! A network that exists already: handed over to the container stack without a stack of its own.

use aws_sdk_ssm::types::ParameterType;
use clap::Args;
use deploy::cli::Consent;
use deploy::render::Shown;
use deploy::{Clients, Environment, Error as DeployError, Options, Output};

use crate::Error;

/// A network that exists already.
#[derive(Debug, Clone, Args)]
pub struct Network {
    /// The VPC
    #[arg(long, value_name = "ID", value_parser = vpc_id)]
    pub vpc_id: String,
    /// The subnets for the load balancer, in two zones or more
    #[arg(long, value_name = "ID,ID", required = true, value_delimiter = ',', value_parser = subnet_id)]
    pub public: Vec<String>,
    /// The subnets for the tasks, with a way out to AWS
    #[arg(long, value_name = "ID,ID", required = true, value_delimiter = ',', value_parser = subnet_id)]
    pub private: Vec<String>,
    /// What to ask about.
    #[command(flatten)]
    pub consent: Consent,
}

/// One SSM parameter of the hand-over.
struct Parameter {
    name: String,
    kind: ParameterType,
    value: String,
}

/// The names of the SSM parameters, in the order in which they are written.
///
/// The VPC comes last, as from the stack: who sees it can rely on the others.
fn names(prefix: &str) -> [String; 3] {
    ["vpc/public-subnets", "vpc/private-subnets", "vpc"].map(|name| format!("{prefix}/{name}"))
}

/// Writes the network to the SSM parameters that the container stack is deployed from.
///
/// A parameter that belongs to a stack is never written, and another value is asked about.
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
    let now = deploy::values(clients, &names).await?;
    let mut changes = false;
    for Parameter { name, value, .. } in &parameters {
        let shown = Shown(name);
        match now.get(name) {
            Some(now) if now == value => output.progress(&format!("{shown} = {value}")),
            Some(now) => {
                changes = true;
                output.progress(&format!("{shown} = {} -> {value}", Shown(now)));
            }
            None => output.progress(&format!("{shown} -> {value}")),
        }
    }
    if changes {
        let approval: deploy::Approval = network.consent.into();
        approval
            .of_destruction("another network would be overwritten", "Write this?")
            .await?;
    }
    for parameter in &parameters {
        write(clients, parameter).await?;
    }
    output.result(&format!(
        "✅  {} is handed over: `{}` puts the service into it",
        network.vpc_id,
        deploy::task("deploy", &environment.stack_name("container"))
    ));
    Ok(())
}

/// Deletes the hand-over of a network that has no stack, where there is one.
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
        .of_destruction(
            "a hand-over would be deleted",
            "Delete this hand-over? The network itself stays",
        )
        .await?;
    let deleted = clients.ssm.delete_parameters();
    deleted
        .set_names(Some(known.into_keys().collect()))
        .send()
        .await
        .map_err(DeployError::from)?;
    options.output.result(&format!(
        "✅  the hand-over in {}/vpc is deleted; the network itself stays",
        Shown(prefix)
    ));
    Ok(())
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

fn vpc_id(text: &str) -> Result<String, String> {
    id(text, "vpc-")
}

fn subnet_id(text: &str) -> Result<String, String> {
    id(text, "subnet-")
}

fn id(text: &str, prefix: &str) -> Result<String, String> {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "an id begins with {prefix}, and digits and letters a to f follow"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_ec2() {
        assert!(vpc_id("vpc-0123456789abcdef0").is_ok());
        for wrong in ["", "vpc-", "subnet-1", "vpc-xyz", "1"] {
            assert!(vpc_id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_stack() {
        for name in names("${ParameterPrefix}") {
            let line = format!("Name: !Sub {name}\n");
            assert!(crate::STACK.template.contains(&line), "{name}");
        }
    }
}
