//! The calls that start an operation on a stack, or end one early.
//!
//! Each returns the token that the events of the operation carry from then on.

use super::Clients;
use crate::Error;
use crate::model::Plan;

/// Executes a change set.
pub(crate) async fn execute_change_set(clients: &Clients, plan: &Plan) -> Result<String, Error> {
    let token = unique_name("deploy");
    clients
        .cloudformation
        .execute_change_set()
        .change_set_name(&plan.change_set_id)
        .stack_name(&plan.stack_id)
        .client_request_token(&token)
        .send()
        .await?;
    Ok(token)
}

/// Deletes a stack, except the resources to retain.
///
/// AWS accepts resources to retain only if a deletion has failed before.
pub(crate) async fn delete_stack(
    clients: &Clients,
    stack_id: &str,
    retain: &[String],
) -> Result<String, Error> {
    let token = unique_name("destroy");
    clients
        .cloudformation
        .delete_stack()
        .stack_name(stack_id)
        .set_retain_resources((!retain.is_empty()).then(|| retain.to_vec()))
        .client_request_token(&token)
        .send()
        .await?;
    Ok(token)
}

/// Continues a rollback that has failed, without the resources to skip.
pub(crate) async fn continue_rollback(
    clients: &Clients,
    stack_id: &str,
    skip: &[String],
) -> Result<String, Error> {
    let token = unique_name("rollback");
    clients
        .cloudformation
        .continue_update_rollback()
        .stack_name(stack_id)
        .set_resources_to_skip((!skip.is_empty()).then(|| skip.to_vec()))
        .client_request_token(&token)
        .send()
        .await?;
    Ok(token)
}

/// Cancels a running update, which is then rolled back.
pub(crate) async fn cancel_update(clients: &Clients, stack_id: &str) -> Result<String, Error> {
    let token = unique_name("cancel");
    clients
        .cloudformation
        .cancel_update_stack()
        .stack_name(stack_id)
        .client_request_token(&token)
        .send()
        .await?;
    Ok(token)
}

/// Turns the termination protection of a stack on or off.
pub(crate) async fn set_termination_protection(
    clients: &Clients,
    stack_id: &str,
    is_on: bool,
) -> Result<(), Error> {
    clients
        .cloudformation
        .update_termination_protection()
        .stack_name(stack_id)
        .enable_termination_protection(is_on)
        .send()
        .await?;
    Ok(())
}

/// A name for a change set, or a token for an operation, that no other has.
pub(super) fn unique_name(kind: &str) -> String {
    format!("{kind}-{:032x}", rand::random::<u128>())
}
