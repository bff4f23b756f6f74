//! A page without HTTPS.

use deploy::{Approval, Clients, Parameters, Stack, StackState};

use super::{CERTIFICATE, DOMAIN};
use crate::Error;

/// What plain HTTP means, and the way out.
const IN_CLEAR: &str = "passwords travel in clear, because the page has no HTTPS";

/// Asks before a page without HTTPS is put on the internet: once, when the stack is created, unless
/// an option has decided it. Returns the parameters with the decision.
pub(crate) async fn approve_plain_http(
    clients: &Clients,
    stack: &Stack,
    mut given: Parameters,
    approval: Approval,
) -> Result<Parameters, Error> {
    let is_decided = [DOMAIN, CERTIFICATE]
        .iter()
        .any(|key| given.contains_key(*key));
    if is_decided || clients.are_local() {
        return Ok(given);
    }
    let state = deploy::find(clients, &stack.name).await?;
    if state.is_some_and(|state| !state.status.was_never_created()) {
        return Ok(given);
    }
    let reason = format!("{IN_CLEAR} (--domain NAME gives it one, --http does without)");
    let question = format!("{}. Deploy it without HTTPS?", capitalized(IN_CLEAR));
    approval.of_risk(&reason, &question).await?;
    given.insert(DOMAIN.to_owned(), String::new());
    Ok(given)
}

/// The warning after a deployment without HTTPS; `None` with HTTPS.
pub(crate) fn warning(state: &StackState) -> Option<String> {
    let is_set = |key| state.parameter(key).is_some_and(|value| !value.is_empty());
    if is_set(DOMAIN) || is_set(CERTIFICATE) {
        return None;
    }
    Some(format!(
        "⚠️  {}: deploy with --domain NAME or --certificate ARN",
        capitalized(IN_CLEAR)
    ))
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
