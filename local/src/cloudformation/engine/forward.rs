//! The way forward: resources made and changed until all stand as the template says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Run;
use crate::account::State;
use crate::cloudformation::change_set::stands;
use crate::cloudformation::stack::Record;
use crate::cloudformation::target::{Target, look_up};
use crate::faults::Operation;
use crate::resource_types::resource_type;
use crate::resources::{self, Made, Request};

/// Makes and changes resources until all stand as the template says.
pub(super) async fn forward(run: &Run) -> Result<(), String> {
    let target = Arc::new(run.target()?);
    let mut waiting = run.account.read(|state| target.active(state))?;
    let cancel = run.account.cancellations.begin(&run.stack_id);
    let cancelled = cancel.subscribe();
    let mut running = JoinSet::new();
    let mut failed = Vec::new();
    let mut made = BTreeSet::new();
    loop {
        let ready = if failed.is_empty() && !*cancelled.borrow() {
            take_ready(&mut waiting, &made)
        } else {
            Vec::new()
        };
        for (logical_id, after) in ready {
            let step = Step {
                run: run.clone(),
                target: Arc::clone(&target),
                dependencies: after.into_iter().collect(),
                cancelled: cancelled.clone(),
            };
            running.spawn(async move { (logical_id.clone(), step.take(&logical_id).await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((logical_id, Ok(())))) => {
                made.insert(logical_id);
            }
            Some(Ok((logical_id, Err(())))) => {
                failed.push(logical_id);
                cancel.send_replace(true);
            }
            Some(Err(crash)) => {
                tracing::error!("a step of {} crashed: {crash}", run.stack_name);
                failed.push("unknown".into());
            }
        }
    }
    run.account.cancellations.end(&run.stack_id);
    if failed.is_empty() && waiting.is_empty() {
        return Ok(());
    }
    if failed.is_empty() {
        return Err("The update was cancelled. ".into());
    }
    let verb = run.read(|stack| {
        if stack.previous.is_some() {
            "update"
        } else {
            "create"
        }
    });
    Err(format!(
        "The following resource(s) failed to {verb}: [{}]. ",
        failed.join(", ")
    ))
}

/// Takes out those whose dependencies are all made.
fn take_ready(
    waiting: &mut BTreeMap<String, BTreeSet<String>>,
    made: &BTreeSet<String>,
) -> Vec<(String, BTreeSet<String>)> {
    let ready: Vec<String> = waiting
        .iter()
        .filter(|(_, after)| after.is_subset(made))
        .map(|(name, _)| name.clone())
        .collect();
    ready
        .iter()
        .filter_map(|name| waiting.remove_entry(name))
        .collect()
}

/// The way of one resource to what the template says.
struct Step {
    run: Run,
    target: Arc<Target>,
    dependencies: Vec<String>,
    cancelled: watch::Receiver<bool>,
}

impl Step {
    async fn take(mut self, logical_id: &str) -> Result<(), ()> {
        let Some(definition) = self.target.template.resources.get(logical_id).cloned() else {
            return Err(());
        };
        let before = self.run.read(|stack| {
            stack
                .current
                .resources
                .get(logical_id)
                .filter(|record| stands(record))
                .cloned()
        });
        let mut wanted = Record {
            resource_type: definition.resource_type.clone(),
            dependencies: std::mem::take(&mut self.dependencies),
            deletion_policy: definition.deletion_policy.clone(),
            update_replace_policy: definition.update_replace_policy.clone(),
            ..before.clone().unwrap_or_default()
        };
        let verb = if before.is_some() { "UPDATE" } else { "CREATE" };
        let resolved = self.run.account.read(|state| {
            let stack = self.run.find(state);
            let lookup = |name: &str, attribute: Option<&str>| match stack
                .and_then(|stack| stack.current.resources.get(name))
            {
                Some(record) if stands(record) => look_up(record, name, attribute),
                _ => Err(format!("{name} does not stand")),
            };
            self.target.properties(logical_id, state, &lookup)
        });
        let properties = match resolved {
            Ok(properties) => properties,
            Err(reason) => {
                self.run.change(|stack| {
                    stack.move_resource(
                        logical_id,
                        &format!("{verb}_FAILED"),
                        Some(&reason),
                        |record| *record = wanted,
                    );
                });
                return Err(());
            }
        };
        match before {
            Some(record) if record.properties == properties => {
                self.run.change(|stack| {
                    stack
                        .current
                        .resources
                        .insert(logical_id.to_owned(), wanted);
                });
                Ok(())
            }
            Some(record) if !needs_replacement(&record, &properties) => {
                self.update(logical_id, wanted, properties).await
            }
            before => {
                wanted.properties = properties;
                self.create(logical_id, wanted, before.is_some()).await
            }
        }
    }

    async fn create(
        &mut self,
        logical_id: &str,
        mut record: Record,
        replaces: bool,
    ) -> Result<(), ()> {
        let verb = if replaces { "UPDATE" } else { "CREATE" };
        let in_progress = format!("{verb}_IN_PROGRESS");
        let reason = "Requested update requires the creation of a new physical resource; hence creating one.";
        record.attributes.clear();
        if !replaces {
            record.physical_id.clear();
        }
        self.run.change(|stack| {
            // The old one keeps standing in the record until the new one is made.
            let shown = record.clone();
            stack.move_resource(
                logical_id,
                &in_progress,
                replaces.then_some(reason),
                |record| {
                    if !replaces {
                        *record = shown;
                    }
                },
            );
        });
        let request = self.run.request(logical_id, &record);
        let operation = if replaces {
            Operation::Update
        } else {
            Operation::Create
        };
        let before = self
            .run
            .read(|stack| stack.current.resources.get(logical_id).cloned());
        let fresh = record.clone();
        let enter = |state: &mut State, made: &Made| {
            let Some(stack) = self.run.find_mut(state) else {
                return;
            };
            let reason = Some("Resource creation Initiated");
            stack.move_resource(logical_id, &in_progress, reason, |kept| {
                *kept = Record {
                    physical_id: made.physical_id.clone(),
                    attributes: made.attributes.clone(),
                    ..fresh
                };
            });
        };
        let made = match self.run.account.faults.strike(operation, logical_id) {
            Ok(()) => resources::create(&request, enter).await,
            Err(reason) => Err(reason),
        };
        let made = match made {
            Ok(made) => made,
            Err(reason) => {
                let failed = format!("{verb}_FAILED");
                self.run.change(|stack| {
                    stack.move_resource(logical_id, &failed, Some(&reason), |kept| {
                        kept.clone_from(&before.unwrap_or_default());
                    });
                });
                return Err(());
            }
        };
        record.physical_id = made.physical_id;
        let request = self.run.request(logical_id, &record);
        self.settle(logical_id, verb, &request).await
    }

    async fn update(
        &mut self,
        logical_id: &str,
        mut record: Record,
        properties: Value,
    ) -> Result<(), ()> {
        self.run
            .change(|stack| stack.move_resource(logical_id, "UPDATE_IN_PROGRESS", None, |_| ()));
        let before = std::mem::replace(&mut record.properties, properties);
        let request = self.run.request(logical_id, &record);
        let updated = match self
            .run
            .account
            .faults
            .strike(Operation::Update, logical_id)
        {
            Ok(()) => resources::update(&request, &before).await,
            Err(reason) => Err(reason),
        };
        match updated {
            Ok(attributes) => {
                record.attributes = attributes;
                self.run.change(|stack| {
                    let status = stack
                        .current
                        .resources
                        .get(logical_id)
                        .map(|record| record.status.clone());
                    record.status = status.unwrap_or_default();
                    stack
                        .current
                        .resources
                        .insert(logical_id.to_owned(), record.clone());
                });
            }
            Err(reason) => return self.fail(logical_id, "UPDATE", &reason),
        }
        let request = self.run.request(logical_id, &record);
        self.settle(logical_id, "UPDATE", &request).await
    }

    /// Waits until the resource is in service, or another one has failed.
    async fn settle(&mut self, logical_id: &str, verb: &str, request: &Request) -> Result<(), ()> {
        let creation_or_update = if verb == "CREATE" {
            "creation"
        } else {
            "update"
        };
        let express = self.run.read(|stack| stack.express);
        let settled = tokio::select! {
            settled = resources::settle(request), if !express => settled,
            () = std::future::ready(()), if express => Ok(()),
            _ = self.cancelled.wait_for(|cancelled| *cancelled) => Err(format!("Resource {creation_or_update} cancelled")),
        };
        match settled {
            Ok(()) => {
                self.run.change(|stack| {
                    stack.move_resource(logical_id, &format!("{verb}_COMPLETE"), None, |_| ());
                });
                Ok(())
            }
            Err(reason) => self.fail(logical_id, verb, &reason),
        }
    }

    fn fail(&self, logical_id: &str, verb: &str, reason: &str) -> Result<(), ()> {
        self.run.change(|stack| {
            stack.move_resource(logical_id, &format!("{verb}_FAILED"), Some(reason), |_| ());
        });
        Err(())
    }
}

fn needs_replacement(record: &Record, properties: &Value) -> bool {
    resource_type(&record.resource_type)
        .is_some_and(|known| known.replacement(&record.properties, properties))
}
