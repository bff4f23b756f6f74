//! A change set, computed from what the caller asks for.

use super::changes::changes as all_changes;
use super::import::{existing, import_refusal};
use super::lookup::lookup_listed;
use super::reference_check::check_references;
use super::refusal::Refusal;
use super::revert::{annotate, with_drift};
use super::rules::check_rules;
use super::target::Target;
use super::validation::validate;
use super::wanted::{Wanted, check_processed};
use crate::account::{Account, State};
use crate::aws::{AwsError, now};
use crate::cloudformation::model::{
    Actual, Change, ChangeSet, ChangeSetStatus, ChangeSetType, ExecutionStatus, Imports, OnFailure,
    Origin, Stack,
};

/// The input of a change set.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: ChangeSetType,
    pub(crate) on_failure: OnFailure,
    pub(crate) express: bool,
    pub(crate) wanted: Wanted,
    /// If nobody reviews the changes, the caller must accept that a transform makes some.
    pub(crate) origin: Origin,
    /// The drift to revert.
    pub(crate) actual: Actual,
    pub(crate) imports: Imports,
    /// Whether to import existing resources with the names of new ones.
    pub(crate) import_existing: bool,
    /// Leave out pre-deployment validation.
    pub(crate) disable_validation: bool,
}

/// Computes a change set for `stack`.
///
/// # Errors
/// `ValidationError` for a wrong template or parameter. Later errors result in a failed change set.
pub(crate) fn change_set(
    account: &Account,
    state: &State,
    stack: &Stack,
    request: Request,
) -> Result<ChangeSet, AwsError> {
    let (version, missing) = request.wanted.version(stack, state)?;
    let is_direct = request.origin == Origin::Direct;
    let target = Target::new(&account.region, stack, &version)?;
    check_processed(&target.template, &version, is_direct)?;
    check_rules(&target, state)?;
    check_references(&target, state)?;
    let arn = format!("changeSet/{}/{}", request.name, uuid::Uuid::new_v4());
    let mut change_set = ChangeSet {
        id: account.arn("cloudformation", &arn),
        name: request.name,
        description: request.description,
        token: None,
        kind: request.kind,
        status: ChangeSetStatus::CreateComplete,
        status_reason: None,
        execution_status: ExecutionStatus::Available,
        created: now(),
        on_failure: request.on_failure,
        express: request.express,
        target: version,
        operation: uuid::Uuid::new_v4().to_string(),
        findings: Vec::new(),
        fails_late: false,
        origin: request.origin,
        import_existing: request.import_existing,
        actual: request.actual,
        imports: request.imports,
        changes: Vec::new(),
    };
    if let Some(reason) = missing {
        change_set.fails_late = true;
        change_set.fail(reason);
        return Ok(change_set);
    }
    let validates = !request.disable_validation;
    if let Err(refusal) = fill_in(&mut change_set, &target, stack, (account, state), validates) {
        change_set.fail(refusal.reason());
        if let Refusal::Findings(mut findings) = refusal {
            for finding in &mut findings {
                finding.reason = change_set.target.mask(&finding.reason);
            }
            change_set.findings = findings;
        }
    }
    Ok(change_set)
}

/// Adds the changes, unless there are none or one is impossible. Without `validates`, leaves out
/// pre-deployment validation.
fn fill_in(
    change_set: &mut ChangeSet,
    target: &Target,
    stack: &Stack,
    (account, state): (&Account, &State),
    validates: bool,
) -> Result<(), Refusal> {
    let standing = with_drift(&stack.current, &change_set.actual);
    let (mut changes, mut planned) = all_changes(target, &standing, &change_set.imports, state)?;
    if change_set.import_existing {
        let found = existing(account, state, target, &changes, &planned);
        change_set.imports.extend(found);
        (changes, planned) = all_changes(target, &standing, &change_set.imports, state)?;
    }
    if validates {
        validate(account, state, target, stack, &changes, &planned)?;
    }
    if changes.is_empty() {
        return if changes_stack(change_set, target, stack, state)? {
            Ok(())
        } else {
            Err(Refusal::NoChanges)
        };
    }
    for change in &mut changes {
        annotate(change, &stack.current, &change_set.actual);
    }
    let refusal = (change_set.kind == ChangeSetType::Import)
        .then(|| {
            let template = &target.template;
            import_refusal(template, &change_set.imports, &stack.current, &changes)
        })
        .flatten();
    let mask = |text: &str| change_set.target.mask(&stack.current.mask(text));
    change_set.changes = changes
        .into_iter()
        .map(|change| Change::Resource(change.masked(mask)))
        .collect();
    refusal.map_or(Ok(()), |reason| Err(reason.into()))
}

/// Whether the outputs or the tags of the stack change while no resource does.
fn changes_stack(
    change_set: &ChangeSet,
    target: &Target,
    stack: &Stack,
    state: &State,
) -> Result<bool, String> {
    let outputs = target.outputs(state, &lookup_listed(state, &stack.current))?;
    Ok(change_set.target.tags != stack.current.tags || outputs != stack.current.outputs)
}
