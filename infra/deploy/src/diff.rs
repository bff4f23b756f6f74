use std::fmt;

use crate::{Change, Clients, Error, Parameters, Stack, change_set, discard, find, render};

/// What a deployment would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The name of the stack.
    pub stack: String,
    /// What would change.
    pub outcome: Outcome,
}

/// What a deployment would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// These changes; none when the stack stands as its template says.
    Changes(Vec<Change>),
    /// The stack in this status was never created to the end, so it would be created anew.
    Anew(String),
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Changes(changes) => f.write_str(&render::changes(&self.stack, changes)),
            Outcome::Anew(status) => writeln!(
                f,
                "{} is in {status}: a deploy deletes it and creates it anew",
                self.stack
            ),
        }
    }
}

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(
    clients: &Clients,
    stack: &Stack,
    parameters: &Parameters,
) -> Result<Diff, Error> {
    let existing = find(clients, stack.name).await?;
    let outcome = match &existing {
        Some(state) if state.is_stillborn() => Outcome::Anew(state.status.clone()),
        _ => {
            if let Some(state) = &existing {
                state.ensure_updatable()?;
            }
            let plan = change_set::create(clients, stack, existing.as_ref(), parameters).await?;
            Outcome::Changes(match plan {
                Some(mut plan) => {
                    let changes = std::mem::take(&mut plan.changes);
                    discard(clients, plan).await?;
                    changes
                }
                None => Vec::new(),
            })
        }
    };
    Ok(Diff {
        stack: stack.name.to_owned(),
        outcome,
    })
}
