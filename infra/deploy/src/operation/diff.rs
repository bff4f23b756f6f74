use std::fmt;

use serde::Serialize;

use crate::change_set::Request;
use crate::drift::{self, Drift};
use crate::render::Shown;
use crate::{
    Change, Clients, Error, Parameters, Stack, StackState, change_set, discard, find, recover,
    render,
};

/// What a deployment would do, and what was done by hand since the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Diff {
    /// The name of the stack.
    pub stack_name: String,
    /// What would change; none when the stack stands as its template says.
    pub changes: Vec<Change>,
    /// The status of a stack that was never created to the end, so that it would be created anew.
    pub anew: Option<String>,
    /// What was changed by hand; nothing when it was not looked for.
    pub drift: Option<Vec<Drift>>,
}

impl Diff {
    /// Whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.anew.is_none()
            && self.drift.as_ref().is_none_or(Vec::is_empty)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stack = &self.stack_name;
        match &self.anew {
            Some(status) => writeln!(
                f,
                "{stack} is in {}: a deploy deletes it and creates it anew",
                Shown(status)
            )?,
            None => f.write_str(&render::changes(stack, &self.changes))?,
        }
        match &self.drift {
            Some(drift) => write!(f, "\n{}", render::drift(stack, drift)),
            None => Ok(()),
        }
    }
}

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(
    clients: &Clients,
    stack: &Stack,
    parameters: &Parameters,
    with_drift: bool,
) -> Result<Diff, Error> {
    let existing = find(clients, &stack.name).await?;
    let mut found = Diff {
        stack_name: stack.name.to_string(),
        changes: Vec::new(),
        anew: None,
        drift: None,
    };
    match &existing {
        Some(state) if state.is_stillborn() => found.anew = Some(state.status.clone()),
        _ => found.changes = changes(clients, stack, existing.as_ref(), parameters).await?,
    }
    if let Some(state) = existing.filter(|state| with_drift && !state.is_stillborn()) {
        found.drift = Some(drift::detect(clients, &state.id, None).await?);
    }
    Ok(found)
}

async fn changes(
    clients: &Clients,
    stack: &Stack,
    existing: Option<&StackState>,
    given: &Parameters,
) -> Result<Vec<Change>, Error> {
    if let Some(state) = existing {
        recover::ensure_comparable(state)?;
    }
    let request = Request {
        existing,
        given,
        revert_drift: false,
        express: false,
    };
    let Some(mut plan) = change_set::create(clients, stack, request).await? else {
        return Ok(Vec::new());
    };
    let changes = std::mem::take(&mut plan.changes);
    discard(clients, plan).await?;
    Ok(changes)
}
