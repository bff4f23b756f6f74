//! The load balancer with Fargate behind it.
//!
//! Beside the stack, a deployment takes care of two things that no template can: it finds out
//! which image to run, and it makes the first account with a random password.

mod credentials;
mod parameters;

use deploy::{Approval, Approved, Clients, Deployed, Diff, Options, Output, Parameters, Stack};

pub use parameters::Flags;
use parameters::complete;

/// The stack, which is deployed from the VPC and the subnets that the stack `vpc` hands over.
pub const STACK: Stack = Stack {
    name: "container",
    template: include_str!("../template.yaml"),
    reads_from: Some("vpc"),
};

/// Why a command for this stack came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// There is no image yet.
    #[error(
        "container has no image yet: pass --image with the URI of one, for example --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/showtable:1"
    )]
    NoImage,
}

/// Deploys the stack, and makes the first account where there is none.
///
/// The account is made before the service starts, which cannot run without one, and only after
/// the changes were approved.
pub async fn deploy(clients: &Clients, options: &Options) -> Result<Deployed, Error> {
    let (parameters, prefix) = complete(clients, options.parameters.clone()).await?;
    let options = Options {
        parameters,
        ..options.clone()
    };
    let approved = deploy::approve(clients, &STACK, &options).await?;
    let made = match credentials::make_if_missing(clients, &prefix).await {
        Ok(made) => made,
        Err(err) => {
            if let Approved::Changes(plan) = approved {
                deploy::discard(clients, plan).await?;
            }
            return Err(err.into());
        }
    };
    let deployed = deploy::execute(clients, &STACK, approved, options.output).await?;
    options
        .output
        .result(&credentials::how_to_read(&prefix, made));
    Ok(deployed)
}

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(clients: &Clients, parameters: Parameters) -> Result<Diff, Error> {
    let (parameters, _) = complete(clients, parameters).await?;
    Ok(deploy::diff(clients, &STACK, &parameters).await?)
}

/// Deletes the stack, and then the accounts.
///
/// Without a stack the accounts are found by `prefix`, and asked about on their own.
pub async fn destroy(
    clients: &Clients,
    prefix: Option<String>,
    approval: Approval,
    output: Output,
) -> Result<(), Error> {
    let state = deploy::find(clients, STACK.name).await?;
    let prefix = parameters::prefix(prefix.as_deref(), state.as_ref());
    let name = credentials::name(&prefix);
    if state.is_some() {
        output.progress(&format!(
            "The accounts in {name} are deleted with the stack"
        ));
    }
    let destroyed = deploy::destroy(clients, &STACK, approval, output).await?;
    if destroyed.is_none() && credentials::exist(clients, &prefix).await? {
        approval
            .confirm(&format!("Delete the accounts in {name}?"))
            .await?;
    }
    if credentials::delete(clients, &prefix).await? {
        output.result(&format!("✅  {name} is deleted"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A deployment can run on any thread of a server, which the compiler checks here.
    #[test]
    fn a_deployment_is_send() {
        fn is_send<T: Send>(_: impl Fn(Clients, Options) -> T) {}
        is_send(|clients, options| async move { deploy(&clients, &options).await.map(drop) });
        is_send(|clients, options| async move {
            destroy(&clients, None, options.approval, options.output).await
        });
    }
}
