//! Computes the changes of a deployment: the resolved template, compared with the current stack.

mod change_set;
mod changes;
mod context;
mod custom_name;
mod dynamic;
mod import;
mod lookup;
mod modification;
mod reference_check;
mod refusal;
mod revert;
mod rules;
mod stack_policy;
mod stack_policy_statement;
mod target;
mod validation;
mod wanted;

pub(super) use self::change_set::{Request, change_set};
pub(super) use self::custom_name::{custom_name, refusal_to_replace};
pub(super) use self::dynamic::SecretValues;
pub(super) use self::lookup::{lookup_existing, lookup_listed};
pub(super) use self::modification::{differing, needs_replacement};
pub(super) use self::refusal::NO_CHANGES;
pub(super) use self::revert::with_drift;
pub(super) use self::stack_policy::{StackPolicy, UpdateAction};
pub(super) use self::target::Target;
pub(super) use self::wanted::{TemplateSource, Wanted};
