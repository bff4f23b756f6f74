//! `container rollback`.

use deploy::{Clients, Deployed, Environment, Options};

use super::deploy::deploy;
use crate::{Error, parameters};

/// Deploys the previous image. The present one becomes the previous one; all other parameters are
/// as in a deployment.
pub async fn rollback(
    clients: &Clients,
    environment: &Environment,
    options: &Options,
) -> Result<Deployed, Error> {
    let mut options = options.clone();
    let previous = parameters::previous_image(clients, environment).await?;
    options.parameters.extend(previous);
    deploy(clients, environment, None, &options).await
}
