//! The life of a stack: resources made, changed and removed in the order of their dependencies,
//! in parallel where that allows, and taken back when something fails.

mod deletion;
mod forward;
mod rollback;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::deletion::retained;
use self::forward::forward;
pub(super) use self::rollback::continue_rollback;
use self::rollback::roll_back;
use super::change_set::stands;
use super::stack::{Output, Record, Stack, Version};
use super::target::{Target, export, lookup_in};
use crate::account::{Account, State};
use crate::resources::Request;

/// One operation on one stack.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) account: Arc<Account>,
    stack_id: String,
    stack_name: String,
}

/// Carries out what [`super::operations`] has written into the stack: a create or an update.
pub(super) async fn deploy(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    match forward(&run).await {
        Ok(()) => complete(&run).await,
        Err(reason) => roll_back(&run, &reason).await,
    }
}

/// Deletes the stack: the resources in reverse order, those in `retain` left standing.
pub(super) async fn delete(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(account, stack_id) else {
        return;
    };
    let (records, retain) = run.read(|stack| (standing(&stack.current), stack.retain.clone()));
    let (garbage, replaced) = run.read(|stack| (stack.garbage.clone(), superseded(stack)));
    let keep = |logical_id: &str, record: &Record| {
        retain.iter().any(|name| name == logical_id) || retained(record, false)
    };
    let mut failed = run.delete_all(garbage, keep).await;
    failed.append(&mut run.delete_all(replaced, keep).await);
    failed.append(&mut run.delete_all(records, keep).await);
    run.change(|stack| {
        if failed.is_empty() {
            stack.deleted = Some(crate::account::now());
            stack.current.outputs.clear();
            stack.garbage.clear();
            stack.previous = None;
            stack.move_to("DELETE_COMPLETE", None);
        } else {
            let reason = format!(
                "The following resource(s) failed to delete: [{}]. ",
                failed.join(", ")
            );
            stack.move_to("DELETE_FAILED", Some(&reason));
        }
    });
    run.account.change(forget_old_stacks);
}

/// How many deleted stacks can still be described. AWS goes by time: 90 days.
const DELETED_STACKS: usize = 20;

fn forget_old_stacks(state: &mut State) {
    let deleted = state
        .stacks
        .iter()
        .filter(|stack| stack.is_deleted())
        .count();
    let mut surplus = deleted.saturating_sub(DELETED_STACKS);
    state.stacks.retain(|stack| {
        let forgotten = stack.is_deleted() && surplus > 0;
        surplus -= usize::from(forgotten);
        !forgotten
    });
}

/// What a failed rollback has not come back to: it stands beside what the stack lists.
fn superseded(stack: &Stack) -> Vec<(String, Record)> {
    let mut records = stack.previous.as_deref().map(standing).unwrap_or_default();
    records.retain(|(name, old)| {
        let kept = stack.current.resources.get(name);
        kept.is_none_or(|kept| kept.physical_id != old.physical_id)
    });
    records
}

/// Leads a stack whose operation was cut off by the end of the local AWS back to a good state.
pub(super) async fn resume(account: Arc<Account>, stack_id: String) {
    let Some(run) = Run::new(Arc::clone(&account), stack_id.clone()) else {
        return;
    };
    let status = run.read(|stack| stack.status.clone());
    if status == "DELETE_IN_PROGRESS" {
        delete(account, stack_id).await;
    } else if status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" {
        run.clean_up("UPDATE_COMPLETE").await;
    } else if status == "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS" {
        run.clean_up("UPDATE_ROLLBACK_COMPLETE").await;
    } else {
        roll_back(&run, "The operation was cut off.").await;
    }
}

/// Writes the outputs and removes what the update left behind.
async fn complete(run: &Run) {
    let Results {
        outputs,
        imports,
        wanted,
    } = match results(run) {
        Ok(results) => results,
        Err(reason) => return roll_back(run, &reason).await,
    };
    let updated = run.change(|stack| {
        stack.current.outputs = outputs;
        stack.current.imports = imports;
        let Some(previous) = stack.previous.take() else {
            stack.move_to("CREATE_COMPLETE", None);
            return false;
        };
        stack.garbage = left_behind(&previous, &stack.current, &wanted);
        stack
            .current
            .resources
            .retain(|name, _| wanted.contains(name));
        stack.move_to("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        true
    });
    if updated {
        run.clean_up("UPDATE_COMPLETE").await;
    }
}

/// What a deployment leads to, besides the resources.
struct Results {
    outputs: BTreeMap<String, Output>,
    imports: BTreeSet<String>,
    /// The names of the resources that belong to the stack from now on.
    wanted: BTreeSet<String>,
}

/// Resolves the outputs.
fn results(run: &Run) -> Result<Results, String> {
    let target = run.target()?;
    run.account.read(|state| {
        let stack = run.find(state).ok_or("the stack is gone")?;
        let outputs = target.outputs(state, &lookup_in(&stack.current))?;
        for name in outputs
            .values()
            .filter_map(|output| output.export.as_deref())
        {
            let own = stack
                .current
                .outputs
                .values()
                .any(|output| output.export.as_deref() == Some(name));
            if !own && export(state, name).is_some() {
                return Err(format!(
                    "Export with name {name} is already exported by another stack"
                ));
            }
        }
        let gone = stack
            .previous
            .iter()
            .flat_map(|previous| previous.outputs.values());
        let gone = gone.filter_map(|output| output.export.as_deref());
        for name in gone.filter(|name| {
            !outputs
                .values()
                .any(|output| output.export.as_deref() == Some(*name))
        }) {
            let importer = |other: &&Stack| {
                !other.is_deleted() && other.id != stack.id && other.current.imports.contains(name)
            };
            if let Some(other) = state.stacks.iter().find(importer) {
                return Err(format!(
                    "Export {name} cannot be deleted as it is in use by {}",
                    other.name
                ));
            }
        }
        Ok(Results {
            outputs,
            imports: target.imports(state)?,
            wanted: target.active(state)?.into_keys().collect(),
        })
    })
}

/// The resources of `before` that the update has replaced or that are no longer `wanted`.
fn left_behind(
    before: &Version,
    after: &Version,
    wanted: &BTreeSet<String>,
) -> Vec<(String, Record)> {
    let replaced = |name: &str, record: &Record| {
        after
            .resources
            .get(name)
            .is_some_and(|kept| kept.physical_id != record.physical_id)
    };
    let mut records = standing(before);
    records.retain(|(name, record)| !wanted.contains(name) || replaced(name, record));
    records
}

fn standing(version: &Version) -> Vec<(String, Record)> {
    let all = version
        .resources
        .iter()
        .filter(|(_, record)| stands(record));
    all.map(|(name, record)| (name.clone(), record.clone()))
        .collect()
}

impl Run {
    pub(super) fn new(account: Arc<Account>, stack_id: String) -> Option<Self> {
        let find = |state: &State| {
            Some(
                state
                    .stacks
                    .iter()
                    .find(|stack| stack.id == stack_id)?
                    .name
                    .clone(),
            )
        };
        let stack_name = account.read(find)?;
        Some(Self {
            account,
            stack_id,
            stack_name,
        })
    }

    fn find<'a>(&self, state: &'a State) -> Option<&'a Stack> {
        state.stacks.iter().find(|stack| stack.id == self.stack_id)
    }

    pub(super) fn find_mut<'a>(&self, state: &'a mut State) -> Option<&'a mut Stack> {
        state
            .stacks
            .iter_mut()
            .find(|stack| stack.id == self.stack_id)
    }

    /// Looks at the stack; stacks are never taken off the list, so it is there.
    fn read<T: Default>(&self, look: impl FnOnce(&Stack) -> T) -> T {
        self.account
            .read(|state| self.find(state).map(look))
            .unwrap_or_default()
    }

    pub(super) fn change<T: Default>(&self, change: impl FnOnce(&mut Stack) -> T) -> T {
        self.account
            .change(|state| self.find_mut(state).map(change).unwrap_or_default())
    }

    pub(super) fn target(&self) -> Result<Target, String> {
        self.account.read(|state| {
            let stack = self.find(state).ok_or("the stack is gone")?;
            Target::new(&self.account.region, stack, &stack.current).map_err(|error| error.message)
        })
    }

    fn request(&self, logical_id: &str, record: &Record) -> Request {
        Request {
            account: Arc::clone(&self.account),
            stack_name: self.stack_name.clone(),
            logical_id: logical_id.to_owned(),
            resource_type: record.resource_type.clone(),
            physical_id: record.physical_id.clone(),
            properties: record.properties.clone(),
        }
    }
}
