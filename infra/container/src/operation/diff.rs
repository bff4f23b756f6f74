//! `container diff`.

use deploy::{Clients, Diff, Environment, Output, Parameters};

use crate::oidc::with_provider;
use crate::parameters::complete;
use crate::{Error, Release, stack};

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    mut parameters: Parameters,
    with_drift: bool,
) -> Result<Diff, Error> {
    let stack = stack(environment);
    if let Some(release) = release {
        parameters.extend(release.parameters());
    }
    let parameters = with_provider(clients, &stack, parameters, Output::Quiet).await?;
    let (parameters, _) = complete(clients, &stack, parameters).await?;
    Ok(deploy::diff(clients, &stack, &parameters, with_drift).await?)
}
