use crate::Error;
use crate::aws::{Clients, all_stacks};
use crate::model::dependents;

/// Checks that no other stack was deployed from these SSM parameters of `owner`.
///
/// # Errors
///
/// Names the stacks that were.
pub async fn ensure_unused(
    clients: &Clients,
    owner: &str,
    parameters: &[&str],
) -> Result<(), Error> {
    if parameters.is_empty() {
        return Ok(());
    }
    let dependents = dependents(owner, parameters, &all_stacks(clients).await?);
    if dependents.is_empty() {
        return Ok(());
    }
    Err(Error::InUse {
        stack: owner.to_owned(),
        dependents,
    })
}
