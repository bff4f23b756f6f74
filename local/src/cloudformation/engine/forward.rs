//! Creates and updates resources until all are as the template says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::races::decided;
use super::reason::failed_to;
use super::run::Run;
use super::step::{Failed, Step};
use crate::cloudformation::model::ResourceStatus;
use crate::cloudformation::plan::{StackPolicy, UpdateAction};

/// Creates and updates the resources in the order of their dependencies, in parallel if possible.
///
/// # Errors
/// The reason to roll back: which resources failed, or that the operation was cancelled.
pub(super) async fn forward(run: &Run) -> Result<(), String> {
    let target = Arc::new(run.target()?);
    let waiting = run.account.read(|state| target.active(state))?;
    let waiting = decided(&target.template.resources, waiting);
    let policy = policy(run);
    if let Some(policy) = &policy {
        let failed = denied_removals(run, policy, &waiting);
        if !failed.is_empty() {
            return Err(failed_to("update", &failed));
        }
    }
    let cancel = run.account.cancellations.begin(&run.stack_id);
    let step = Step {
        run: run.clone(),
        target,
        cancelled: cancel.subscribe(),
        policy: policy.map(Arc::new),
    };
    let progress = take_steps(&step, waiting, &cancel).await;
    run.account.cancellations.end(&run.stack_id);
    if !progress.failed.is_empty() {
        let updates = run.read(|stack| stack.previous.is_some());
        let verb = if updates { "update" } else { "create" };
        return Err(failed_to(verb, &progress.failed));
    }
    if !progress.waiting.is_empty() {
        return Err("The update was cancelled. ".into());
    }
    Ok(())
}

/// The stack policy of an update. A creation has none.
fn policy(run: &Run) -> Option<StackPolicy> {
    let text = run.read(|stack| {
        stack.previous.as_ref()?;
        let during = stack.policy_during_update.clone();
        during.or_else(|| stack.policy.clone())
    })?;
    StackPolicy::read(&text).ok()
}

/// The resources that the update removes and the policy keeps. Each fails with the reason.
fn denied_removals(
    run: &Run,
    policy: &StackPolicy,
    active: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let mut denied = Vec::new();
    for (name, record) in run.read(|stack| stack.current.existing_records()) {
        let check = || policy.check(UpdateAction::Delete, &name, &record.resource_type);
        if !active.contains_key(&name)
            && let Err(reason) = check()
        {
            let status = ResourceStatus::UpdateFailed;
            run.change(|stack| stack.move_resource(&name, status, Some(&reason), |_| ()));
            denied.push(name);
        }
    }
    denied
}

/// The progress of an operation.
#[derive(Default)]
struct Progress {
    /// The resources that wait for others, by logical id.
    waiting: BTreeMap<String, BTreeSet<String>>,
    done: BTreeSet<String>,
    failed: Vec<String>,
}

impl Progress {
    /// Removes and returns the resources whose dependencies are all done.
    fn take_ready(&mut self) -> Vec<(String, BTreeSet<String>)> {
        let ready: Vec<String> = self
            .waiting
            .iter()
            .filter(|(_, after)| after.is_subset(&self.done))
            .map(|(name, _)| name.clone())
            .collect();
        ready
            .iter()
            .filter_map(|name| self.waiting.remove_entry(name))
            .collect()
    }
}

/// Runs a step for each resource. The first failure cancels the steps that still run.
async fn take_steps(
    step: &Step,
    waiting: BTreeMap<String, BTreeSet<String>>,
    cancel: &watch::Sender<bool>,
) -> Progress {
    let mut progress = Progress {
        waiting,
        ..Progress::default()
    };
    let mut running = JoinSet::new();
    loop {
        let goes_on = progress.failed.is_empty() && !*cancel.borrow();
        let ready = goes_on.then(|| progress.take_ready());
        for (logical_id, after) in ready.into_iter().flatten() {
            let step = step.clone();
            running.spawn(async move {
                let result = step.take(&logical_id, after.into_iter().collect()).await;
                (logical_id, result)
            });
        }
        match running.join_next().await {
            None => return progress,
            Some(Ok((logical_id, Ok(())))) => {
                progress.done.insert(logical_id);
            }
            Some(Ok((logical_id, Err(Failed)))) => {
                progress.failed.push(logical_id);
                cancel.send_replace(true);
            }
            Some(Err(crash)) => {
                tracing::error!("a step of {} crashed: {crash}", step.run.stack_name);
                progress.failed.push("unknown".into());
            }
        }
    }
}
