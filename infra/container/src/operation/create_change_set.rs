//! `container deploy --no-execute`.

use deploy::{Clients, Environment, Options};

use super::with_parameters::with_parameters;
use crate::https::approve_plain_http;
use crate::release::ImageProtection;
use crate::{Error, Release, stack};

/// Creates the change set without executing it, which is left to [`execute`](super::execute()).
///
/// The image is pushed now: the machine that executes the change set may not have it.
pub async fn create_change_set(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    options: &Options,
) -> Result<(), Error> {
    let stack = stack(environment);
    let given = options.parameters.clone();
    let decided = Options {
        parameters: approve_plain_http(clients, &stack, given, options.approval).await?,
        ..options.clone()
    };
    let (options, _) = with_parameters(clients, &stack, release, &decided).await?;
    let mut protection = ImageProtection::new(clients, &stack, options.output);
    let image = options.parameters.get("Image").map(String::as_str);
    Box::pin(protection.begin(image)).await?;
    if let Some(release) = release {
        Box::pin(release.push(clients, environment, options.output)).await?;
        release.keep(clients, environment).await?;
    }
    Ok(deploy::create_plan(clients, &stack, &options).await?)
}
