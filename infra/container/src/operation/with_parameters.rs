//! Completes the options of a deployment.

use std::sync::Arc;

use deploy::{Clients, Options, Stack};

use crate::https::with_hosted_zone;
use crate::oidc::with_provider;
use crate::parameters::complete;
use crate::rollout::ServiceObserver;
use crate::{Error, Release};

/// Adds the parameters that follow from the release and from the deployed stack, and an observer of
/// the service. Returns the options and the prefix of the SSM parameters.
pub(super) async fn with_parameters(
    clients: &Clients,
    stack: &Stack,
    release: Option<&Release>,
    options: &Options,
) -> Result<(Options, String), Error> {
    let mut given = options.parameters.clone();
    if let Some(release) = release {
        given.extend(release.parameters());
    }
    let given = with_hosted_zone(clients, given, options.output).await?;
    let given = with_provider(clients, stack, given, options.output).await?;
    let (parameters, prefix) = complete(clients, stack, given).await?;
    let options = Options {
        parameters,
        ..observed(clients, options)
    };
    Ok((options, prefix))
}

/// Adds an observer of the service to the options.
pub(super) fn observed(clients: &Clients, options: &Options) -> Options {
    let mut options = options.clone();
    options.following.observer = Some(Arc::new(ServiceObserver::new(clients)));
    options
}
