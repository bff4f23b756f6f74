//! The message for an operation that failed or was rolled back: the root cause in the first line,
//! and below it what to do.

use std::collections::BTreeSet;

use super::text::push;
use super::way_out::way_out;
use super::{Shown, task, task_with};
use crate::model::{Cause, FailedOperation, Failure};

/// Why an operation failed, and what to do.
pub(crate) fn failed(operation: &FailedOperation) -> String {
    let FailedOperation {
        stack,
        status,
        stopped_by_us,
        failures,
        findings,
        cause: seen,
    } = operation;
    let status = Shown(status);
    let seen = seen
        .as_ref()
        .filter(|_| failures.first().is_some_and(is_of_tasks));
    let mut causes = failures.iter();
    let root = causes.next();
    let mut text = match (stopped_by_us, root) {
        (Some(stopped), _) => format!("{stack} ended in {status}: {}", Shown(stopped)),
        (None, Some(root)) => format!("{stack} ended in {status}: {}", root_cause(root, seen)),
        (None, None) => {
            format!("{stack} ended in {status}: CloudFormation gave no reason")
        }
    };
    let advice = seen.and_then(|seen| seen.way_out.as_deref());
    let advice = advice.or_else(|| root.and_then(way_out));
    if let Some(way_out) = advice.filter(|_| stopped_by_us.is_none()) {
        push(&mut text, format_args!("\n  way out: {}", Shown(way_out)));
    }
    let others = if stopped_by_us.is_some() {
        failures.iter()
    } else {
        causes
    };
    for failure in others {
        let when = if failure.in_rollback {
            "failed in the rollback"
        } else {
            "also failed"
        };
        push(&mut text, format_args!("\n  {when}: {}", cause(failure)));
    }
    if let Some(findings) = findings {
        push(&mut text, format_args!("\n\n{}\n", findings.trim_end()));
    }
    text.push_str(&next_step(operation));
    text
}

/// Whether `CloudFormation` only says that the tasks of a service failed, and not why.
fn is_of_tasks(failure: &Failure) -> bool {
    let words = [
        "ircuit ",
        "did not stabilize",
        "NotStabilized",
        "Exceeded attempts",
    ];
    failure.resource_type == "AWS::ECS::Service"
        && words.iter().any(|words| failure.reason.contains(words))
}

/// The root cause, with what was seen of the tasks before what `CloudFormation` says of them.
fn root_cause(root: &Failure, seen: Option<&Cause>) -> String {
    let Some(seen) = seen else { return cause(root) };
    let of_cloudformation = root.reason.trim_end().trim_end_matches('.');
    cause(&Failure {
        reason: format!("{} ({of_cloudformation})", seen.reason.trim_end()),
        ..root.clone()
    })
}

/// The errors that validation found in a change set.
pub(crate) fn invalid(stack: &str, failures: &[Failure]) -> String {
    let mut text =
        format!("the change set was not created: CloudFormation found errors in {stack}");
    for failure in failures {
        push(&mut text, format_args!("\n  {}", cause(failure)));
    }
    text
}

/// The resource with its line in the template, and AWS's message.
fn cause(failure: &Failure) -> String {
    let Failure {
        logical_id,
        resource_type,
        line,
        reason,
        in_rollback: _,
    } = failure;
    let place = line.map_or_else(String::new, |line| format!(", template.yaml:{line}"));
    let reason = if reason.is_empty() {
        "AWS gave no reason"
    } else {
        reason.trim_end()
    };
    let (logical_id, resource_type) = (Shown(logical_id), Shown(resource_type));
    format!("{logical_id} ({resource_type}{place}): {}", Shown(reason))
}

/// The commands that lead out of the state in which the failure left the stack.
fn next_step(operation: &FailedOperation) -> String {
    let stack = &operation.stack;
    let failures = operation.failures.iter();
    if operation.status.is_failed_deletion() {
        let again = task("destroy", stack);
        let retain = command("destroy", stack, "--retain", failures);
        let instead = retain.map_or_else(String::new, |command| {
            format!(". To leave the resources undeleted instead, run `{command}`")
        });
        format!("\nRemove what blocks the deletion and run `{again}` again{instead}")
    } else if operation.status.needs_continued_rollback() {
        let again = task("deploy", stack);
        // AWS only skips resources whose rollback failed.
        let failures = failures.filter(|failure| failure.in_rollback);
        let skip = command("deploy", stack, "--skip", failures);
        let instead = skip.map_or_else(String::new, |command| {
            format!(". Or skip the failed resources: `{command}`")
        });
        format!("\nFix the cause, then run `{again}` to continue the rollback{instead}")
    } else {
        String::new()
    }
}

/// The command with one option for each resource that failed, the stack itself excepted.
fn command<'a>(
    verb: &str,
    stack: &str,
    option: &str,
    failures: impl Iterator<Item = &'a Failure>,
) -> Option<String> {
    let names: BTreeSet<_> = failures
        .map(|failure| failure.logical_id.as_str())
        .filter(|name| *name != stack)
        .collect();
    if names.is_empty() {
        return None;
    }
    let options: Vec<_> = names
        .into_iter()
        .map(|name| format!("{option} {}", Shown(name)))
        .collect();
    Some(task_with(verb, stack, &options.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn caused(logical_id: &str, line: Option<usize>, reason: &str) -> Failure {
        Failure {
            logical_id: logical_id.into(),
            resource_type: "AWS::EC2::Subnet".into(),
            line,
            reason: reason.into(),
            in_rollback: false,
        }
    }

    fn operation(status: &str, failures: Vec<Failure>) -> FailedOperation {
        FailedOperation {
            stack: "vpc".into(),
            status: status.into(),
            stopped_by_us: None,
            failures,
            findings: None,
            cause: None,
        }
    }

    #[test]
    fn a_failed_delete_says_what_holds_it() {
        let failures = vec![
            caused("A", Some(7), "has dependencies"),
            caused("B", None, "denied"),
        ];
        assert_snapshot!(failed(&operation("DELETE_FAILED", failures)));
    }

    #[test]
    fn a_failed_deploy_has_its_root_cause_in_the_first_line() {
        let failures = vec![caused("A", Some(7), "The CIDR '10.0.0.0/8' is invalid")];
        assert_snapshot!(failed(&operation("ROLLBACK_COMPLETE", failures)));
    }

    #[test]
    fn a_failed_rollback_names_what_could_be_skipped() {
        let mut failures = vec![
            caused("A", Some(7), "You are not authorized to do this."),
            caused("B", Some(9), ""),
        ];
        failures[1].in_rollback = true;
        assert_snapshot!(failed(&operation("UPDATE_ROLLBACK_FAILED", failures)));
    }

    #[test]
    fn what_was_seen_comes_below_the_cause() {
        let mut failed_operation =
            operation("UPDATE_ROLLBACK_COMPLETE", vec![caused("A", None, "no")]);
        failed_operation.findings = Some("task 1 stopped\n  exit code 3\n".into());
        assert_snapshot!(failed(&failed_operation));
    }

    #[test]
    fn the_cause_that_was_seen_comes_before_the_words_of_cloudformation() {
        let breaker = "Resource handler returned message: \"Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.\"";
        let service = Failure {
            resource_type: "AWS::ECS::Service".into(),
            ..caused("Service", Some(355), breaker)
        };
        let mut failed_operation = operation("UPDATE_ROLLBACK_COMPLETE", vec![service]);
        failed_operation.cause = Some(Cause {
            reason: "CannotPullContainerError: imge:1 not found".into(),
            way_out: Some("check that the image imge:1 exists".into()),
        });
        let text = failed(&failed_operation);
        let mut lines = text.lines();
        let first = lines.next().expect("a line");
        assert!(
            first.contains(
                "template.yaml:355): CannotPullContainerError: imge:1 not found (Resource handler"
            ),
            "{first}"
        );
        assert_eq!(
            lines.next(),
            Some("  way out: check that the image imge:1 exists")
        );

        failed_operation.failures = vec![caused("A", None, "The CIDR is invalid")];
        let other = failed(&failed_operation);
        assert!(!other.contains("imge"), "{other}");
    }

    #[test]
    fn an_operation_that_was_ended_says_so_first() {
        let failed_operation = FailedOperation {
            stopped_by_us: Some("the update was cancelled after --timeout 5m".into()),
            ..operation(
                "UPDATE_ROLLBACK_COMPLETE",
                vec![caused("A", Some(7), "Resource update aborted")],
            )
        };
        assert_snapshot!(failed(&failed_operation));
    }

    #[test]
    fn each_validation_error_has_a_line() {
        let failures = [
            caused("A", Some(7), "Colour is not a property"),
            caused("B", None, ""),
        ];
        assert_snapshot!(invalid("vpc", &failures));
    }

    #[test]
    fn without_a_reason_it_says_that_much() {
        assert_snapshot!(failed(&operation("DELETE_FAILED", Vec::new())));
    }
}
