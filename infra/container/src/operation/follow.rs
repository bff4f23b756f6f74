//! `container follow`.

use deploy::{Clients, Environment, Options};

use super::with_parameters::observed;
use crate::{Error, stack};

/// Follows the running operation of the stack to its end, and observes the service meanwhile.
pub async fn follow(
    clients: &Clients,
    environment: &Environment,
    options: &Options,
) -> Result<(), Error> {
    let options = observed(clients, options);
    Ok(deploy::attach(clients, &stack(environment), &options).await?)
}
