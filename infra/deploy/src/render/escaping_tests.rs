//! In no text does a value from outside start a line of its own or act on a terminal.

use std::time::Duration;

use super::*;
use crate::Error;
use crate::model::{
    Change, Deployed, Diff, Difference, Drift, Event, FailedOperation, Failure, HandedOver, Plan,
    Progress, PropertyChange, Read, Resource, StackDetails, StackParameter, StackState, Start,
    UnexecutedPlan,
};

/// Clears the screen, sets a title, returns to the start of the line, and says that all is well.
const HOSTILE: &str = "a\u{1b}[2J\u{9b}2J\u{1b}]0;title\u{7}\r\n✅  b\u{2028}✔ c\u{202e}d";

/// Compares a text that has a harmless value in it with the same one that has a hostile value.
fn assert_harmless(what: &str, text: impl Fn(&str) -> String) {
    let (plain, shown) = (text("a"), text(HOSTILE));
    assert!(shown.contains("\\n✅  b"), "{what}: {shown}");
    let acts = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{202e}'));
    assert!(!shown.contains(acts), "{what}: {shown:?}");
    assert_eq!(
        plain.lines().count(),
        shown.lines().count(),
        "{what}: {shown}"
    );
}

fn state(value: &str) -> StackState {
    let parameter = |resolved: Option<&str>| StackParameter {
        key: value.into(),
        value: value.into(),
        resolved: resolved.map(Into::into),
    };
    StackState {
        id: value.into(),
        name: "vpc".into(),
        status: value.into(),
        reason: Some(value.into()),
        parameters: vec![parameter(None), parameter(Some(value))],
        outputs: vec![(value.into(), value.into())],
        tags: vec![(value.into(), value.into())],
        ..StackState::default()
    }
}

fn resource(value: &str) -> Resource {
    Resource {
        logical_id: value.into(),
        physical_id: value.into(),
        resource_type: value.into(),
        status: value.into(),
    }
}

fn an_event(value: &str) -> Event {
    Event {
        time: 0,
        logical_id: value.into(),
        physical_id: value.into(),
        resource_type: value.into(),
        status: value.into(),
        reason: value.into(),
    }
}

fn change(value: &str) -> Change {
    let property = |before: Option<&str>, after: Option<&str>| PropertyChange {
        path: value.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
        recreation: value.into(),
        by_hand: false,
    };
    Change {
        action: value.into(),
        logical_id: value.into(),
        physical_id: value.into(),
        resource_type: value.into(),
        replacement: value.into(),
        policy_action: value.into(),
        properties: vec![
            property(Some(value), None),
            property(None, Some(value)),
            property(Some(value), Some(value)),
        ],
    }
}

fn failure(value: &str) -> Failure {
    Failure {
        logical_id: value.into(),
        resource_type: value.into(),
        line: None,
        reason: value.into(),
        in_rollback: true,
    }
}

#[test]
fn of_what_stands() {
    assert_harmless("deployed", |value| {
        deployed(&Deployed {
            state: state(value),
            changed: true,
        })
    });
    assert_harmless("status", |value| {
        let read = |now: Option<&str>| Read {
            name: value.into(),
            deployed: Some(value.into()),
            now: now.map(Into::into),
        };
        details(&StackDetails {
            state: state(value),
            resources: vec![resource(value)],
            reads: vec![
                read(Some(value)),
                read(Some("b")),
                read(None),
                Read {
                    deployed: None,
                    ..read(Some(value))
                },
            ],
            hands_over: vec![HandedOver {
                name: value.into(),
                now: Some(value.into()),
                readers: [
                    (value.into(), Some(value.into())),
                    ("b".into(), Some("c".into())),
                ]
                .into(),
            }],
        })
    });
    assert_harmless("drift", |value| {
        let difference = |kind: &str| Difference {
            path: value.into(),
            expected: value.into(),
            actual: value.into(),
            kind: kind.into(),
        };
        let drifted = Drift {
            logical_id: value.into(),
            physical_id: value.into(),
            resource_type: value.into(),
            status: value.into(),
            differences: ["ADD", "REMOVE", value].map(difference).into(),
        };
        drift("vpc", &[drifted])
    });
}

#[test]
fn of_what_is_done() {
    assert_harmless("changes", |value| changes("vpc", &[change(value)]));
    assert_harmless("destruction", |value| {
        destruction("vpc", &[resource(value)])
    });
    assert_harmless("event", |value| event(&an_event(value)));
    assert_harmless("settled", |value| {
        settled_resource(&an_event(value), None).expect("the event is settled")
    });
    assert_harmless("tree", |value| {
        let mut progress = Progress::new("vpc", 0);
        let mut running = an_event(value);
        running.status = format!("{value}_IN_PROGRESS").into();
        progress.apply(&running, true);
        progress.apply(&running, false);
        progress.note = Some(value.into());
        tree(&progress, 0, 20).join("\n")
    });
    assert_harmless("note", |value| observer_note(0, "vpc", value));
    assert_harmless("running", |value| {
        let start = Start {
            event_id: value.into(),
            time: 0,
            token: Some(value.into()),
        };
        running(&state(value), Some(&start))
    });
    assert_harmless("timeout", |value| {
        let mut progress = Progress::new("vpc", 0);
        let mut running = an_event(value);
        running.status = "CREATE_IN_PROGRESS".into();
        progress.apply(&running, false);
        timeout(Duration::from_secs(1), &progress)
    });
    assert_harmless("unexecuted plan", |value| {
        let plan = Plan {
            name: value.into(),
            changes: Vec::new(),
            parameters: Vec::new(),
            stack_id: value.into(),
            change_set_id: value.into(),
            is_new_stack: false,
        };
        let stack = "vpc".into();
        UnexecutedPlan { stack, plan }.to_string()
    });
    assert_harmless("diff", |value| {
        let diff = Diff {
            stack_name: "vpc".into(),
            changes: Vec::new(),
            anew: Some(value.into()),
            drift: None,
        };
        diff.to_string()
    });
}

#[test]
fn of_errors() {
    let stack = || "vpc".to_owned();
    let errors: [(&str, &dyn Fn(String) -> Error); 13] = [
        ("no credentials", &Error::NoCredentials),
        ("unreachable", &Error::Unreachable),
        ("not AWS", &Error::NotAws),
        ("AWS", &|value| Error::Aws {
            code: value.clone(),
            message: value,
        }),
        ("missing parameter", &|message| Error::MissingParameter {
            stack: stack(),
            hands_over: stack(),
            message,
        }),
        ("change set", &|reason| Error::ChangeSetFailed {
            stack: stack(),
            reason,
        }),
        ("invalid", &|value| Error::Invalid {
            stack: stack(),
            failures: vec![failure(&value)],
        }),
        ("in progress", &|value| Error::InProgress {
            stack: stack(),
            running: running(&state(&value), None),
        }),
        ("stuck", &|status| Error::Stuck {
            stack: stack(),
            status: status.into(),
        }),
        ("failed", &|value| {
            failed_operation("UPDATE_ROLLBACK_FAILED", &value)
        }),
        ("failed to delete", &|value| {
            failed_operation("DELETE_FAILED", &value)
        }),
        ("timed out", &|status| Error::TimedOut {
            stack: stack(),
            status: status.into(),
        }),
        ("no terminal", &|reason| Error::NoTerminal { reason }),
    ];
    for (what, error) in errors {
        assert_harmless(what, |value| error(value.to_owned()).to_string());
    }
}

fn failed_operation(status: &str, value: &str) -> Error {
    Error::Failed(Box::new(FailedOperation {
        stack: "vpc".into(),
        status: status.into(),
        stopped_by_us: None,
        failures: vec![failure(value), failure(value)],
        findings: None,
        cause: None,
    }))
}
