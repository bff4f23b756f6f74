//! Inspects the resources that are about to be lost, before the approval.

use crate::Output;
use crate::aws::{Clients, detect_drift};
use crate::model::{Contents, ResourceToLose, Stack};
use crate::render;

/// Shows the contents of the resources that are about to be lost, such as the items of a table, and
/// what was changed by hand in these resources. Returns words for the question, such as `3 items`.
///
/// If a check fails, this is printed, and the command continues.
pub(super) async fn inspect_losses(
    clients: &Clients,
    stack: &Stack,
    stack_id: &str,
    lost: &[ResourceToLose],
    output: Output,
) -> Vec<String> {
    let Some(contents) = stack.contents else {
        return Vec::new();
    };
    let holders = lost.iter();
    let holders = holders.filter(|lost| lost.resource_type == contents.resource_type());
    let holders: Vec<_> = holders.collect();
    let mut losses = Vec::new();
    for holder in &holders {
        let config = clients.config();
        let inspection = contents.inspect(config, &holder.physical_id).await;
        output.progress(&inspection.sentence);
        losses.extend(inspection.loss);
    }
    if !holders.is_empty() {
        show_drift(clients, contents, stack_id, &holders, output).await;
    }
    losses
}

async fn show_drift(
    clients: &Clients,
    contents: &dyn Contents,
    stack_id: &str,
    holders: &[&ResourceToLose],
    output: Output,
) {
    let ids = holders.iter().map(|holder| holder.logical_id.clone());
    let found = detect_drift(clients, stack_id, Some(ids.collect())).await;
    let noun = contents.noun();
    output.progress(&render::drift_before_loss(noun, found.as_deref()));
}
