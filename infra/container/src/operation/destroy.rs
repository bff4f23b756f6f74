//! `container destroy`.

use deploy::render::Shown;
use deploy::{Clients, Environment, Options};

use super::safeguards::{ensure_unprotected, kept_logs};
use crate::image::ecr;
use crate::release::delete_images;
use crate::{Error, credentials, parameters, stack};

/// Deletes the stack, then the accounts and the images.
///
/// If there is no stack, `prefix` names the accounts. The user is then asked first about the
/// accounts, then about the images.
pub async fn destroy(
    clients: &Clients,
    environment: &Environment,
    prefix: Option<&str>,
    options: &Options,
) -> Result<(), Error> {
    let stack = stack(environment);
    let output = options.output;
    let state = deploy::find(clients, &stack.name).await?;
    let prefix = parameters::prefix(&stack, prefix, state.as_ref());
    let accounts = credentials::name(&prefix);
    if let Some(state) = &state {
        ensure_unprotected(state)?;
        output.progress(&format!(
            "This will also delete the login in {}",
            Shown(&accounts)
        ));
    }
    let image = state.as_ref().and_then(|state| state.parameter("Image"));
    if image.and_then(ecr::reference_in_repository).is_some() {
        output.progress(&format!(
            "This will also delete the images of {environment} in the repository {}",
            ecr::REPOSITORY
        ));
    }
    let destroyed = deploy::destroy(clients, &stack, options).await?;
    if let Some(sentence) = destroyed.as_ref().and_then(kept_logs) {
        output.progress(&sentence);
    }
    if destroyed.is_none() && credentials::exist(clients, &prefix).await? {
        let question = format!("Delete the login in {accounts}?");
        let reason = format!("{accounts} would be deleted");
        options.approval.of_risk(&reason, &question).await?;
    }
    if credentials::delete(clients, &prefix).await? {
        output.result(&format!("✅  {} is deleted", Shown(accounts)));
    }
    let was_asked = destroyed.is_some();
    delete_images(clients, environment, was_asked, options).await
}
