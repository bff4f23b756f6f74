//! The deletion protection of the load balancer, and the access logs that outlive it.

use deploy::render::Shown;
use deploy::{Options, StackState, task_with};

use crate::Error;
use crate::parameters::{ACCESS_LOG_BUCKET, DELETION_PROTECTION};

/// If a stack is new, takes the deletion protection out of the options: the rollback of a creation that
/// fails could not delete the load balancer. Returns the options to deploy with once the stack is
/// created.
pub(super) fn postpone_protection(
    options: &mut Options,
    state: Option<&StackState>,
) -> Option<Options> {
    let is_new = state.is_none_or(|state| state.status.was_never_created());
    let value = options.parameters.get(DELETION_PROTECTION);
    if !is_new || value.map(String::as_str) != Some("true") {
        return None;
    }
    let mut later = options.clone();
    later
        .parameters
        .retain(|key, _| key == DELETION_PROTECTION || key == deploy::PREFIX);
    let off = "false".to_owned();
    options
        .parameters
        .insert(DELETION_PROTECTION.to_owned(), off);
    Some(later)
}

/// Checks that ELB would let the load balancer be deleted. A deletion that fails half-way leaves a part
/// of the stack.
pub(super) fn ensure_unprotected(state: &StackState) -> Result<(), Error> {
    let is_protected = state.parameter(DELETION_PROTECTION) == Some("true");
    let status = &state.status;
    // In these no deployment can switch it off any more: AWS itself says what it refuses.
    if !is_protected || status.was_never_created() || status.is_failed_deletion() {
        return Ok(());
    }
    let stack = &state.name;
    let reason = format!(
        "{stack} has a load balancer with deletion protection: run `{}` first",
        task_with("deploy", stack, "--deletion-protection false")
    );
    Err(deploy::Error::ContentsProtected(reason).into())
}

/// Says where the access logs of a deleted stack are.
pub(super) fn kept_logs(state: &StackState) -> Option<String> {
    let mut outputs = state.outputs.iter();
    let (_, bucket) = outputs.find(|(key, _)| key == ACCESS_LOG_BUCKET)?;
    let bucket = Shown(bucket);
    Some(format!(
        "The access logs stay in the bucket {bucket}, and expire after 90 days. To delete them now: aws s3 rb s3://{bucket} --force"
    ))
}

#[cfg(test)]
mod tests {
    use deploy::StackParameter;

    use super::*;

    fn state(status: &str, protection: &str) -> StackState {
        StackState {
            name: "staging-container".into(),
            status: status.into(),
            parameters: vec![StackParameter {
                key: DELETION_PROTECTION.into(),
                value: protection.into(),
                resolved: None,
            }],
            outputs: vec![(ACCESS_LOG_BUCKET.into(), "logs-1".into())],
            ..StackState::default()
        }
    }

    fn options(protection: &str) -> Options {
        let given = [
            (DELETION_PROTECTION, protection),
            ("Image", "app:1"),
            (deploy::PREFIX, "/a"),
        ];
        Options {
            parameters: given
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            ..Options::default()
        }
    }

    #[test]
    fn a_new_stack_is_protected_after_its_creation() {
        let rolled_back = state("ROLLBACK_COMPLETE", "true");
        for state in [None, Some(&rolled_back)] {
            let mut now = options("true");
            let later = postpone_protection(&mut now, state).expect("later");
            assert_eq!(now.parameters[DELETION_PROTECTION], "false");
            assert_eq!(later.parameters[DELETION_PROTECTION], "true");
            assert_eq!(later.parameters.len(), 2);
        }
        let stands = state("UPDATE_COMPLETE", "false");
        let mut now = options("true");
        assert!(postpone_protection(&mut now, Some(&stands)).is_none());
        assert_eq!(now.parameters[DELETION_PROTECTION], "true");
        assert!(postpone_protection(&mut options("false"), None).is_none());
    }

    #[test]
    fn a_protected_load_balancer_cannot_be_deleted() {
        let refused = |status, protection| ensure_unprotected(&state(status, protection));
        assert!(refused("CREATE_COMPLETE", "false").is_ok());
        assert!(refused("ROLLBACK_COMPLETE", "true").is_ok());
        let refused = refused("CREATE_COMPLETE", "true").expect_err("refused");
        assert_eq!(
            refused.to_string(),
            "staging-container has a load balancer with deletion protection: run `task deploy-container -- --env staging --deletion-protection false` first"
        );
    }

    #[test]
    fn the_bucket_that_stays_is_named() {
        let kept = kept_logs(&state("CREATE_COMPLETE", "false")).expect("a sentence");
        assert!(kept.contains("aws s3 rb s3://logs-1 --force"), "{kept}");
        assert_eq!(kept_logs(&StackState::default()), None);
    }
}
