//! Client request tokens: the same request again does nothing.

use crate::aws::AwsError;
use crate::cloudformation::model::Stack;

/// Whether the stack has carried out this request already. Remembers its token otherwise.
///
/// # Errors
/// `TokenAlreadyExistsException`, as the model of the service describes it, if the token belongs to
/// another action.
pub(super) fn is_repeated(
    stack: &mut Stack,
    token: Option<&str>,
    action: &str,
) -> Result<bool, AwsError> {
    let Some(token) = token else {
        return Ok(false);
    };
    match stack.tokens.get(token) {
        Some(known) if known == action => Ok(true),
        Some(_) => Err(AwsError::new(
            "TokenAlreadyExistsException",
            "A client request token already exists.",
        )),
        None => {
            stack.tokens.insert(token.to_owned(), action.to_owned());
            Ok(false)
        }
    }
}
