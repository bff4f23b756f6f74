//! Brings one resource to the state that the template describes.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::watch;

use super::run::Run;
use super::verb::Verb;
use crate::account::{Operation, State};
use crate::cloudformation::model::{Record, ResourceStatus, Stack};
use crate::cloudformation::plan::{
    StackPolicy, Target, custom_name, needs_replacement, refusal_to_replace,
};
use crate::resources::{self, Made, Request};

/// The reason that AWS shows for a replacement.
const REPLACEMENT: &str =
    "Requested update requires the creation of a new physical resource; hence creating one.";

/// The data that the steps of one operation share.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) run: Run,
    pub(super) target: Arc<Target>,
    pub(super) cancelled: watch::Receiver<bool>,
    /// The stack policy that holds for the operation.
    pub(super) policy: Option<Arc<StackPolicy>>,
}

/// A resource has failed. Its last event has the reason.
pub(super) struct Failed;

impl Step {
    /// Creates, updates or replaces the resource, or leaves it as it is.
    pub(super) async fn take(
        self,
        logical_id: &str,
        dependencies: Vec<String>,
    ) -> Result<(), Failed> {
        let existing = self
            .run
            .read(|stack| stack.current.existing_resource(logical_id).cloned());
        let mut wanted = self.wanted(logical_id, existing.as_ref(), dependencies);
        let resolved = self.resolve(logical_id, existing.as_ref());
        let (properties, secrets) = match resolved {
            Ok(resolved) => resolved,
            Err(reason) => {
                let verb = existing.map_or(Verb::Create, |_| Verb::Update);
                return self.fail_as(logical_id, verb, &reason, wanted);
            }
        };
        let Some(record) = existing else {
            let record = Record {
                properties,
                secrets,
                ..wanted
            };
            let import = |stack: &Stack| stack.imports.get(logical_id).cloned();
            if let Some(physical_id) = self.run.read(import) {
                return self.import(logical_id, &physical_id, record);
            }
            return self.create(logical_id, record).await;
        };
        let before = &record.properties;
        if *before == properties {
            self.keep(logical_id, wanted);
            return Ok(());
        }
        let replaces = needs_replacement(&record.resource_type, before, &properties);
        if let Err(reason) = self.check_policy(logical_id, &record, replaces) {
            return self.fail_as(logical_id, Verb::Update, &reason, wanted);
        }
        if replaces {
            if let Some(name) = custom_name(&record.resource_type, before, &properties) {
                let reason = refusal_to_replace(name);
                return self.fail_as(logical_id, Verb::Update, &reason, wanted);
            }
            let record = Record {
                properties,
                secrets,
                ..wanted
            };
            return self.replace(logical_id, record).await;
        }
        wanted.secrets = secrets;
        self.update(logical_id, wanted, properties).await
    }

    /// The record of the resource with the definition of the template, and with the id and
    /// attributes of the existing resource.
    fn wanted(
        &self,
        logical_id: &str,
        existing: Option<&Record>,
        dependencies: Vec<String>,
    ) -> Record {
        let definition = self.target.definition(logical_id);
        let definition = definition.expect("a step is taken for each resource of the template");
        Record {
            resource_type: definition.resource_type.clone(),
            dependencies,
            deletion_policy: definition.deletion_policy,
            update_replace_policy: definition.update_replace_policy,
            ..existing.cloned().unwrap_or_default()
        }
    }

    async fn create(mut self, logical_id: &str, mut record: Record) -> Result<(), Failed> {
        record.attributes.clear();
        record.physical_id.clear();
        self.run.change(|stack| {
            let shown = record.clone();
            let status = Verb::Create.in_progress();
            stack.move_resource(logical_id, status, None, |kept| *kept = shown);
        });
        self.make(logical_id, record, Verb::Create).await
    }

    async fn replace(mut self, logical_id: &str, mut record: Record) -> Result<(), Failed> {
        record.attributes.clear();
        // The record keeps the old resource until the new one is created.
        self.run.change(|stack| {
            let status = Verb::Update.in_progress();
            stack.move_resource(logical_id, status, Some(REPLACEMENT), |_| ());
        });
        self.make(logical_id, record, Verb::Update).await
    }

    /// Creates a new resource. The same change of the state adds it to the stack.
    async fn make(
        &mut self,
        logical_id: &str,
        mut record: Record,
        verb: Verb,
    ) -> Result<(), Failed> {
        let request = self.run.request(logical_id, &record);
        let before = self
            .run
            .read(|stack| stack.current.resources.get(logical_id).cloned());
        let fresh = record.clone();
        let enter = |state: &mut State, made: &Made| {
            let reason = Some("Resource creation Initiated");
            let stack = self.run.find_mut(state);
            stack.move_resource(logical_id, verb.in_progress(), reason, |kept| {
                *kept = Record {
                    physical_id: made.physical_id.clone(),
                    attributes: made.attributes.clone(),
                    ..fresh
                };
            });
        };
        let made = match self.run.account.faults.strike(verb.operation(), logical_id) {
            Ok(()) => resources::create(&request, enter).await,
            Err(reason) => Err(reason),
        };
        match made {
            Ok(made) => {
                record.physical_id = made.physical_id;
                self.run.change(|stack| {
                    if let Some(kept) = stack.current.resources.get_mut(logical_id) {
                        kept.attributes = made.attributes;
                    }
                });
                let request = self.run.request(logical_id, &record);
                if let Some(reason) = resources::awaits(&request) {
                    self.run.change(|stack| {
                        stack.move_resource(logical_id, verb.in_progress(), Some(&reason), |_| ());
                    });
                }
                self.settle(logical_id, verb, &request).await
            }
            Err(reason) => {
                let before = before.expect("create() and replace() have entered the resource");
                self.fail_as(logical_id, verb, &reason, before)
            }
        }
    }

    async fn update(
        mut self,
        logical_id: &str,
        mut record: Record,
        properties: Value,
    ) -> Result<(), Failed> {
        let status = ResourceStatus::UpdateInProgress;
        self.run
            .change(|stack| stack.move_resource(logical_id, status, None, |_| ()));
        let before = std::mem::replace(&mut record.properties, properties);
        let request = self.run.request(logical_id, &record);
        let faults = &self.run.account.faults;
        let updated = match faults.strike(Operation::Update, logical_id) {
            Ok(()) => resources::update(&request, &before).await,
            Err(reason) => Err(reason),
        };
        match updated {
            Ok(attributes) => {
                record.attributes = attributes;
                record.status = status;
                self.keep(logical_id, record);
                self.settle(logical_id, Verb::Update, &request).await
            }
            Err(reason) => self.fail(logical_id, Verb::Update, &reason),
        }
    }

    /// Waits until the resource is in service, or another one has failed.
    async fn settle(
        &mut self,
        logical_id: &str,
        verb: Verb,
        request: &Request,
    ) -> Result<(), Failed> {
        let express = self.run.read(|stack| stack.express);
        let settled = tokio::select! {
            settled = resources::settle(request), if !express => settled,
            () = std::future::ready(()), if express => Ok(Map::new()),
            _ = self.cancelled.wait_for(|cancelled| *cancelled) => Err(format!("Resource {} cancelled", verb.noun())),
        };
        match settled {
            Ok(attributes) => {
                self.run.change(|stack| {
                    stack.move_resource(logical_id, verb.complete(), None, |kept| {
                        kept.attributes.extend(attributes);
                    });
                });
                Ok(())
            }
            Err(reason) => self.fail(logical_id, verb, &reason),
        }
    }

    /// Writes the record without an event.
    fn keep(&self, logical_id: &str, record: Record) {
        self.run.change(|stack| {
            stack
                .current
                .resources
                .insert(logical_id.to_owned(), record)
        });
    }

    fn fail(&self, logical_id: &str, verb: Verb, reason: &str) -> Result<(), Failed> {
        self.run
            .change(|stack| stack.move_resource(logical_id, verb.failed(), Some(reason), |_| ()));
        Err(Failed)
    }

    /// Fails, and leaves `record` in the stack.
    fn fail_as(
        &self,
        logical_id: &str,
        verb: Verb,
        reason: &str,
        record: Record,
    ) -> Result<(), Failed> {
        self.run.change(|stack| {
            stack.move_resource(logical_id, verb.failed(), Some(reason), |kept| {
                *kept = record;
            });
        });
        Err(Failed)
    }
}
