use super::change_set::{Deployment, plan};
use super::recover::ensure_comparable;
use crate::Error;
use crate::aws::{Clients, detect_drift, discard, find};
use crate::model::{Change, Diff, Parameters, Stack, StackState};

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(
    clients: &Clients,
    stack: &Stack,
    parameters: &Parameters,
    with_drift: bool,
) -> Result<Diff, Error> {
    let existing = find(clients, &stack.name).await?;
    let mut diff = Diff {
        stack_name: stack.name.to_string(),
        changes: Vec::new(),
        anew: None,
        drift: None,
    };
    match &existing {
        Some(state) if state.status.was_never_created() => diff.anew = Some(state.status.clone()),
        _ => diff.changes = changes(clients, stack, existing.as_ref(), parameters).await?,
    }
    let created = existing.filter(|state| !state.status.was_never_created());
    if let Some(state) = created.filter(|_| with_drift) {
        diff.drift = Some(detect_drift(clients, &state.id, None).await?);
    }
    Ok(diff)
}

async fn changes(
    clients: &Clients,
    stack: &Stack,
    existing: Option<&StackState>,
    given: &Parameters,
) -> Result<Vec<Change>, Error> {
    if let Some(state) = existing {
        ensure_comparable(state)?;
    }
    let deployment = Deployment {
        existing,
        given,
        revert_drift: false,
        express: false,
    };
    let Some(mut plan) = plan(clients, stack, deployment).await? else {
        return Ok(Vec::new());
    };
    let changes = std::mem::take(&mut plan.changes);
    discard(clients, plan).await?;
    Ok(changes)
}
