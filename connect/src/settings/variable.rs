use std::env;

/// The value of a variable, unless it is empty.
pub(super) fn given(name: &str) -> Option<String> {
    let value = env::var(name).ok()?;
    Some(value).filter(|value| !value.trim().is_empty())
}

/// Returns whether a variable is set, but empty.
pub(super) fn is_empty(name: &str) -> bool {
    env::var(name).is_ok_and(|value| value.trim().is_empty())
}
