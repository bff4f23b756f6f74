//! The built-in images: the local AWS's own program in the network of a task.

use super::namespaces::{end_with_parent, join_task};

/// Moves this process into the network of a task. `parent` is the process id of the local AWS,
/// `network` that of the process with the network.
///
/// # Errors
/// One sentence if the network is gone.
pub(crate) fn enter(parent: Option<u32>, network: u32) -> Result<(), String> {
    join_task(network)
        .and_then(|()| end_with_parent(parent))
        .map_err(|err| format!("the network of the task cannot be entered: {err}"))
}
