use crate::Error;
use crate::aws::{Clients, all_stacks};
use crate::model::{Dependent, dependents};

/// Checks that no other stack reads these SSM parameters of `owner`.
///
/// # Errors
///
/// Names the stacks that do.
pub async fn ensure_unused(
    clients: &Clients,
    owner: &str,
    parameters: &[&str],
) -> Result<(), Error> {
    let dependents = users(clients, owner, parameters).await?;
    if dependents.is_empty() {
        return Ok(());
    }
    Err(Error::InUse {
        stack: owner.to_owned(),
        dependents,
    })
}

/// The other stacks that read these SSM parameters of `owner`.
pub(super) async fn users(
    clients: &Clients,
    owner: &str,
    parameters: &[&str],
) -> Result<Vec<Dependent>, Error> {
    if parameters.is_empty() {
        return Ok(Vec::new());
    }
    Ok(dependents(owner, parameters, &all_stacks(clients).await?))
}
