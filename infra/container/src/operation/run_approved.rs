//! The end of `container deploy` and `container execute`: executes the approved changes.

use deploy::{Clients, Deployed, Options, Prepared, Stack};

use crate::release::ImageProtection;
use crate::{Error, https, oidc};

/// Executes approved changes, follows them to the end and prints how to read the login. Afterwards
/// removes the protection of images that are no longer in use, even if the changes failed.
pub(super) async fn run_approved(
    clients: &Clients,
    stack: &Stack,
    approved: Prepared,
    options: &Options,
    how_to_read: &str,
    protection: ImageProtection<'_>,
) -> Result<Deployed, Error> {
    let deployed = Box::pin(deploy::execute(clients, stack, approved, options)).await;
    if let Ok(deployed) = &deployed {
        let login = oidc::login(&deployed.state);
        options
            .output
            .result(login.as_deref().unwrap_or(how_to_read));
        if let Some(warning) = https::warning(&deployed.state).filter(|_| !clients.are_local()) {
            options.output.progress(&warning);
        }
    }
    let state = deployed.as_ref().ok().map(|deployed| &deployed.state);
    protection.end(state).await;
    Ok(deployed?)
}
