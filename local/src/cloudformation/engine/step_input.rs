//! What a step starts from: the new properties of the resource, whether it may be updated, and
//! whether it exists already.

use serde_json::Value;

use super::import::import_one;
use super::step::{Failed, Step};
use crate::cloudformation::model::{Record, ResourceStatus, Secrets};
use crate::cloudformation::plan::{SecretValues, UpdateAction, lookup_existing};

/// AWS's reason, for which the command line of the CDK looks.
const NO_REPLACEMENT: &str =
    "Replacement type updates not supported on stack with disable-rollback.";

impl Step {
    /// Checks that the stack policy allows the update, and that its replacement can be undone.
    pub(super) fn check_policy(
        &self,
        logical_id: &str,
        record: &Record,
        replaces: bool,
    ) -> Result<(), String> {
        let action = if replaces {
            UpdateAction::Replace
        } else {
            UpdateAction::Modify
        };
        if let Some(policy) = &self.policy {
            policy.check(action, logical_id, &record.resource_type)?;
        }
        if replaces && self.run.read(|stack| stack.failure.disable_rollback) {
            return Err(NO_REPLACEMENT.to_owned());
        }
        Ok(())
    }

    /// The new properties of the resource, and the secrets in them. New values of secrets change
    /// nothing by themselves.
    pub(super) fn resolve(
        &self,
        logical_id: &str,
        existing: Option<&Record>,
    ) -> Result<(Value, Secrets), String> {
        self.run.account.read(|state| {
            let lookup = lookup_existing(state, &self.run.find(state).current);
            let resolve = |values| self.target.properties(logical_id, state, &lookup, values);
            let Some(record) = existing else {
                return resolve(SecretValues::Fresh);
            };
            let same = resolve(SecretValues::Known(&record.secrets))?;
            if same.0 == record.properties {
                return Ok(same);
            }
            resolve(SecretValues::Fresh)
        })
    }

    /// Makes an existing resource part of the stack.
    pub(super) fn import(
        &self,
        logical_id: &str,
        physical_id: &str,
        record: Record,
    ) -> Result<(), Failed> {
        match import_one(&self.run, logical_id, physical_id) {
            Ok(()) => {
                self.run.change(|stack| {
                    if let Some(kept) = stack.current.resources.get_mut(logical_id) {
                        kept.dependencies = record.dependencies;
                    }
                });
                Ok(())
            }
            Err(reason) => {
                self.run.change(|stack| {
                    let status = ResourceStatus::ImportFailed;
                    stack.move_resource(logical_id, status, Some(&reason), |kept| *kept = record);
                });
                Err(Failed)
            }
        }
    }
}
