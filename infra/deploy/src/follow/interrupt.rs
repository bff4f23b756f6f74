//! Ctrl-C while an operation is followed: a person chooses what to do.

use std::thread;

use dialoguer::Select;
use dialoguer::console::Term;
use tokio::sync::oneshot;

use crate::model::Status;

/// What a person chooses after Ctrl-C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Stop following; `CloudFormation` continues on its own.
    Leave,
    /// Cancel the update, or delete the unfinished creation.
    Cancel,
    /// Keep following.
    Watch,
}

/// Asks what to do with the operation; a second Ctrl-C stops following.
pub(super) async fn ask(status: &Status) -> Choice {
    let choices = choices(status);
    let (answer, answered) = oneshot::channel();
    let texts: Vec<_> = choices.iter().map(|(text, _)| *text).collect();
    thread::spawn(move || {
        // After a second Ctrl-C the receiver is gone, and nobody waits for the answer.
        let _ = answer.send(select(&texts));
    });
    tokio::select! {
        chosen = answered => match chosen {
            Ok(Some(chosen)) => choices.get(chosen).map_or(Choice::Leave, |(_, choice)| *choice),
            _ => Choice::Leave,
        },
        _ = tokio::signal::ctrl_c() => Choice::Leave,
    }
}

fn choices(status: &Status) -> Vec<(&'static str, Choice)> {
    let mut choices = vec![
        ("keep watching", Choice::Watch),
        ("leave it running", Choice::Leave),
    ];
    if status.is_creating() {
        choices.push(("delete what was created so far", Choice::Cancel));
    } else if status.is_updating() {
        choices.push(("cancel the update", Choice::Cancel));
    }
    choices
}

fn select(texts: &[&str]) -> Option<usize> {
    let chosen = Select::new()
        .with_prompt("Interrupted. Press Ctrl-C again to leave it running")
        .items(texts)
        .default(0)
        .interact_opt();
    chosen.unwrap_or_else(|_| {
        // The menu hides the cursor, and an interrupt leaves it hidden.
        let _ = Term::stderr().show_cursor();
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelling_is_offered_only_where_it_is_possible() {
        let offers = |status: &str| {
            let choices = choices(&status.into());
            choices.iter().any(|(_, choice)| *choice == Choice::Cancel)
        };
        assert!(offers("CREATE_IN_PROGRESS"));
        assert!(offers("UPDATE_IN_PROGRESS"));
        assert!(!offers("DELETE_IN_PROGRESS"));
        assert!(!offers("UPDATE_ROLLBACK_IN_PROGRESS"));
        assert!(!offers("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"));
    }
}
