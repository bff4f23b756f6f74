use deploy::{Clients, Environment, Options};

use super::completed::completed;
use crate::release::ImageProtection;
use crate::{Error, Release, stack};

/// Creates the change set and leaves it for [`execute`](super::execute()).
///
/// The image is pushed now: the machine that executes the change set may not have it.
pub async fn leave(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    options: &Options,
) -> Result<(), Error> {
    let stack = stack(environment);
    let (options, _) = completed(clients, &stack, release, options).await?;
    let mut protection = ImageProtection::new(clients, &stack, options.output);
    let image = options.parameters.get("Image").map(String::as_str);
    Box::pin(protection.begin(image)).await?;
    if let Some(release) = release {
        Box::pin(release.push(clients, environment, options.output)).await?;
        release.keep(clients, environment).await?;
    }
    Ok(deploy::create_plan(clients, &stack, &options).await?)
}
