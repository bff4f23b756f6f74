//! A stack that does not exist yet.

use crate::account::{Account, State};
use crate::aws::{AwsError, now};
use crate::cloudformation::engine;
use crate::cloudformation::model::{Stack, by_id_mut};

/// A new stack in review, which is not among the stacks of the account yet.
///
/// # Errors
/// `ValidationError` for a name that is not allowed.
pub(super) fn new_stack(account: &Account, name: &str) -> Result<Stack, AwsError> {
    let valid = name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !valid {
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )));
    }
    Ok(Stack {
        id: account.arn(
            "cloudformation",
            &format!("stack/{name}/{}", uuid::Uuid::new_v4()),
        ),
        name: name.to_owned(),
        created: now(),
        ..Stack::default()
    })
}

/// Adds the stack to those of the account, or replaces its earlier record. Its topics get its events.
pub(super) fn put(state: &mut State, stack: Stack) {
    let id = stack.id.clone();
    match by_id_mut(&mut state.stacks, &id) {
        Some(known) => *known = stack,
        None => state.stacks.push(stack),
    }
    engine::notify(state, &id);
}
