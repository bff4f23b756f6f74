//! `container deploy`.

use deploy::render::Shown;
use deploy::{Clients, Deployed, Environment, Options, Prepared};

use super::run_approved::run_approved;
use super::safeguards::postpone_protection;
use super::with_parameters::with_parameters;
use crate::https::approve_plain_http;
use crate::release::ImageProtection;
use crate::{Error, Release, credentials, stack};

/// Deploys the stack, and creates the first account of the app if there is none.
///
/// The service cannot start without the account and the image, so both are created before it, but
/// only after the changes were approved.
pub async fn deploy(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    options: &Options,
) -> Result<Deployed, Error> {
    let stack = stack(environment);
    let given = options.parameters.clone();
    let mut decided = Options {
        parameters: approve_plain_http(clients, &stack, given, options.approval).await?,
        ..options.clone()
    };
    let state = deploy::find(clients, &stack.name).await?;
    let protected = postpone_protection(&mut decided, state.as_ref());
    let (options, prefix) = with_parameters(clients, &stack, release, &decided).await?;
    let approved = Box::pin(deploy::approve(clients, &stack, &options)).await?;
    let mut protection = ImageProtection::new(clients, &stack, options.output);
    let preparation = async {
        let image = options.parameters.get("Image").map(String::as_str);
        protection.begin(image).await?;
        // Even if the stack does not change: the image may have been deleted.
        if let Some(release) = release {
            release.push(clients, environment, options.output).await?;
        }
        Ok::<_, Error>(credentials::create_if_missing(clients, &prefix).await?)
    };
    let has_created = match Box::pin(preparation).await {
        Ok(has_created) => has_created,
        Err(err) => {
            if let Prepared::Changes(plan) = approved {
                deploy::discard(clients, plan).await?;
            }
            protection.end(None).await;
            return Err(err);
        }
    };
    warn_without_table(clients, &prefix, &options).await;
    let how_to_read = credentials::how_to_read(&stack.name, has_created);
    let deployed = run_approved(
        clients,
        &stack,
        approved,
        &options,
        &how_to_read,
        protection,
    )
    .await?;
    match protected {
        Some(options) => Box::pin(deploy(clients, environment, None, &options)).await,
        None => Ok(deployed),
    }
}

/// The stack can be deployed before the table. The app shows an error until there is one.
async fn warn_without_table(clients: &Clients, prefix: &str, options: &Options) {
    let parameter = format!("{prefix}/table");
    let found = deploy::values(clients, std::slice::from_ref(&parameter)).await;
    // Without the permission to read the parameter nothing is known.
    if found.is_ok_and(|values| values.is_empty()) {
        options.output.progress(&format!(
            "There is no table yet, since {} does not exist: the page shows an error until `task deploy-table` has run",
            Shown(parameter)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A deployment can run on any thread of a server. The compiler checks that here.
    #[test]
    fn a_deployment_is_send() {
        fn is_send<T: Send>(_: impl Fn(Clients, Options) -> T) {}
        const DEFAULT: Environment = Environment::DEFAULT;
        is_send(|clients, options| async move {
            deploy(&clients, &DEFAULT, None, &options).await.map(drop)
        });
        is_send(|clients, options| async move {
            crate::destroy(&clients, &DEFAULT, None, &options).await
        });
    }
}
