//! Termination protection: nobody can delete a stack that has it.

use crate::{Clients, Error, Options, StackState};

/// Switches the protection of the stack on or off, where that is asked for and not so already.
pub(crate) async fn set(
    clients: &Clients,
    state: &mut StackState,
    options: &Options,
) -> Result<(), Error> {
    let Some(wanted) = options.termination_protection else {
        return Ok(());
    };
    if wanted == state.termination_protection {
        return Ok(());
    }
    clients
        .cloudformation
        .update_termination_protection()
        .stack_name(&state.id)
        .enable_termination_protection(wanted)
        .send()
        .await?;
    state.termination_protection = wanted;
    let how = if wanted { "on" } else { "off" };
    options.output.progress(&format!(
        "Termination protection of {} is {how}",
        state.name
    ));
    Ok(())
}

/// The parameter of the table's template that protects the table itself.
const DELETION_PROTECTION: &str = "DeletionProtection";

/// An error when nobody can delete the stack, or a table in it: a deletion that fails half-way would
/// take away the hand-over and leave the table.
pub(crate) fn ensure_off(state: &StackState) -> Result<(), Error> {
    if state.parameter(DELETION_PROTECTION) == Some("true") {
        return Err(Error::TableProtected {
            stack: state.name.clone(),
        });
    }
    if !state.termination_protection {
        return Ok(());
    }
    Err(Error::Protected {
        stack: state.name.clone(),
    })
}
