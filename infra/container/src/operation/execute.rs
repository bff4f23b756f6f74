//! `container execute`.

use deploy::{Clients, Deployed, Environment, Options, Prepared};

use super::run_approved::run_approved;
use super::with_parameters::observed;
use crate::release::ImageProtection;
use crate::{Error, credentials, parameters, stack};

/// Executes a change set of [`create_change_set`](super::create_change_set()), and creates the first
/// account of the app if there is none.
pub async fn execute(
    clients: &Clients,
    environment: &Environment,
    name: &str,
    options: &Options,
) -> Result<Deployed, Error> {
    let stack = stack(environment);
    let approved = deploy::approve_plan(clients, &stack, name, options).await?;
    let (known, image) = match &approved {
        Prepared::Changes(plan) => {
            let image = plan.parameters.iter().find(|one| one.key == "Image");
            (&plan.parameters, image.map(|image| image.value.as_str()))
        }
        Prepared::Unchanged(state) => (&state.parameters, None),
    };
    let prefix = parameters::prefix(&stack, parameters::given_prefix(known), None);
    let mut protection = ImageProtection::new(clients, &stack, options.output);
    let preparation = async {
        protection.begin(image).await?;
        Ok::<_, Error>(credentials::create_if_missing(clients, &prefix).await?)
    };
    let has_created = match preparation.await {
        Ok(has_created) => has_created,
        Err(err) => {
            protection.end(None).await;
            return Err(err);
        }
    };
    let options = observed(clients, options);
    let how_to_read = credentials::how_to_read(&stack.name, has_created);
    run_approved(
        clients,
        &stack,
        approved,
        &options,
        &how_to_read,
        protection,
    )
    .await
}
