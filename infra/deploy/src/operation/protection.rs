//! Protection against deletion.

use super::Options;
use crate::Error;
use crate::aws::{Clients, set_termination_protection};
use crate::model::{Stack, StackState};

/// Turns termination protection on or off, if the options say so and it is not so already.
pub(super) async fn set(
    clients: &Clients,
    state: &mut StackState,
    options: &Options,
) -> Result<(), Error> {
    let Some(is_on) = options.termination_protection else {
        return Ok(());
    };
    if is_on == state.termination_protection {
        return Ok(());
    }
    set_termination_protection(clients, &state.id, is_on).await?;
    state.termination_protection = is_on;
    let how = if is_on { "on" } else { "off" };
    options.output.progress(&format!(
        "Termination protection of {} is {how}",
        state.name
    ));
    Ok(())
}

/// Checks that neither what the stack holds nor the stack itself is protected against deletion.
pub(super) fn ensure_off(stack: &Stack, state: &StackState) -> Result<(), Error> {
    let contents = stack.contents;
    if let Some(reason) = contents.and_then(|contents| contents.protection(state)) {
        return Err(Error::ContentsProtected(reason));
    }
    if state.termination_protection {
        return Err(Error::Protected {
            stack: state.name.clone(),
        });
    }
    Ok(())
}
