//! The outputs of a deployment, and the exports among them.

use std::collections::{BTreeMap, BTreeSet};

use super::run::Run;
use crate::account::State;
use crate::cloudformation::model::{Output, Stack, importer, living};
use crate::cloudformation::plan::lookup_listed;

/// The results of a deployment, apart from the resources.
pub(super) struct Results {
    pub(super) outputs: BTreeMap<String, Output>,
    pub(super) imports: BTreeSet<String>,
    /// The logical ids that belong to the stack from now on.
    pub(super) wanted: BTreeSet<String>,
}

/// Resolves the outputs once the resources exist.
///
/// # Errors
/// The reason to roll back: a wrong output, or an export that another stack already has or still
/// imports.
pub(super) fn results(run: &Run) -> Result<Results, String> {
    let target = run.target()?;
    run.account.read(|state| {
        let stack = run.find(state);
        let outputs = target.outputs(state, &lookup_listed(state, &stack.current))?;
        check_new_exports(state, stack, &outputs)?;
        check_used_exports(state, stack, &outputs)?;
        Ok(Results {
            outputs,
            imports: target.imports(state)?,
            wanted: target.active(state)?.into_keys().collect(),
        })
    })
}

fn check_new_exports(
    state: &State,
    stack: &Stack,
    outputs: &BTreeMap<String, Output>,
) -> Result<(), String> {
    for name in exports(outputs) {
        let has_it = |other: &&Stack| other.current.exports().any(|(known, _)| known == name);
        let mut others = living(&state.stacks).filter(|other| other.id != stack.id);
        if let Some(other) = others.find(has_it) {
            return Err(format!(
                "Export with name {name} is already exported by stack {}. ",
                other.name
            ));
        }
    }
    Ok(())
}

/// An export that another stack imports can be neither removed nor changed.
fn check_used_exports(
    state: &State,
    stack: &Stack,
    outputs: &BTreeMap<String, Output>,
) -> Result<(), String> {
    let before = stack
        .previous
        .iter()
        .flat_map(|previous| previous.exports());
    for (name, value) in before {
        let mut outputs = outputs.values();
        let kept = outputs.find(|output| output.export.as_deref() == Some(name));
        let what = match kept {
            None => "deleted",
            Some(output) if output.value != value => "updated",
            Some(_) => continue,
        };
        if let Some(other) = importer(&state.stacks, stack, name) {
            return Err(format!(
                "Export {name} cannot be {what} as it is in use by {}",
                other.name
            ));
        }
    }
    Ok(())
}

fn exports(outputs: &BTreeMap<String, Output>) -> impl Iterator<Item = &str> {
    outputs
        .values()
        .filter_map(|output| output.export.as_deref())
}
