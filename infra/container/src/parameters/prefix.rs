use deploy::StackParameter;
use deploy::{PREFIX, Stack, StackState};

/// The prefix of the SSM parameters: the given one, else the deployed one, else that of the
/// environment.
pub(crate) fn prefix(stack: &Stack, given: Option<&str>, state: Option<&StackState>) -> String {
    given
        .or_else(|| state?.parameter(PREFIX))
        .map_or_else(|| stack.environment.prefix(), ToOwned::to_owned)
}

/// The prefix among the parameters of a stack or a change set.
pub(crate) fn given_prefix(parameters: &[StackParameter]) -> Option<&str> {
    let prefix = parameters.iter().find(|p| p.key == PREFIX)?;
    Some(&prefix.value)
}
