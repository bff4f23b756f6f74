//! What is wrong with the policy of a resource. Each service has words of its own for that.

use serde_json::Value;

use super::document::{Document, INVALID_PRINCIPAL, Kind, NO_PRINCIPAL, parse};
use super::rules::unknown_principal;
use crate::account::State;

/// A mistake in the policy of a resource.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not JSON.
    Json,
    /// A statement does not say to whom it applies.
    NoPrincipal,
    /// A principal does not exist, or can be none.
    Principal,
    /// The service principal is unknown.
    Service,
    /// Anything else that the grammar does not have, in IAM's words.
    Grammar(String),
}

/// Reads the policy of a resource, and checks that its principals exist.
///
/// # Errors
/// The first mistake.
pub(crate) fn examine(state: &State, region: &str, document: &Value) -> Result<Document, Fault> {
    if let Value::String(text) = document
        && serde_json::from_str::<Value>(text).is_err()
    {
        return Err(Fault::Json);
    }
    let read = parse(Kind::Attached, document).map_err(|sentence| {
        if sentence == NO_PRINCIPAL || sentence.starts_with("Missing required field Principal") {
            Fault::NoPrincipal
        } else if sentence.starts_with(INVALID_PRINCIPAL) {
            Fault::Principal
        } else {
            Fault::Grammar(sentence)
        }
    })?;
    let whom = read.statements.iter().map(|one| one.principals.as_ref());
    if whom.flatten().any(|whom| whom.entries.is_empty()) {
        return Err(Fault::NoPrincipal);
    }
    match unknown_principal(state, region, &read) {
        None => Ok(read),
        Some(("SERVICE", _)) => Err(Fault::Service),
        Some(_) => Err(Fault::Principal),
    }
}
