use std::thread;

use dialoguer::Select;
use dialoguer::console::Term;
use tokio::sync::oneshot;

/// What a person wants after Ctrl-C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Go, and let `CloudFormation` finish by itself.
    Leave,
    /// Cancel the update, or delete the unfinished creation.
    End,
    /// Stay.
    Watch,
}

/// Asks what to do with the operation; a second Ctrl-C leaves.
pub(crate) async fn ask(status: &str) -> Wish {
    let choices = choices(status);
    let (answer, answered) = oneshot::channel();
    let texts: Vec<_> = choices.iter().map(|(text, _)| *text).collect();
    thread::spawn(move || {
        // The receiver is gone when Ctrl-C came again: then nobody waits for the answer.
        let _ = answer.send(select(&texts));
    });
    tokio::select! {
        chosen = answered => match chosen {
            Ok(Some(chosen)) => choices.get(chosen).map_or(Wish::Leave, |(_, wish)| *wish),
            _ => Wish::Leave,
        },
        _ = tokio::signal::ctrl_c() => Wish::Leave,
    }
}

fn choices(status: &str) -> Vec<(&'static str, Wish)> {
    let mut choices = vec![
        ("keep watching", Wish::Watch),
        ("leave it running", Wish::Leave),
    ];
    match status {
        "CREATE_IN_PROGRESS" => choices.push(("delete what was created so far", Wish::End)),
        "UPDATE_IN_PROGRESS" => choices.push(("cancel the update", Wish::End)),
        _ => {}
    }
    choices
}

fn select(texts: &[&str]) -> Option<usize> {
    let chosen = Select::new()
        .with_prompt("Interrupted (again: leave it running)")
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
    fn only_what_can_be_taken_back_is_offered() {
        let offers = |status| choices(status).iter().any(|(_, wish)| *wish == Wish::End);
        assert!(offers("CREATE_IN_PROGRESS"));
        assert!(offers("UPDATE_IN_PROGRESS"));
        assert!(!offers("DELETE_IN_PROGRESS"));
        assert!(!offers("UPDATE_ROLLBACK_IN_PROGRESS"));
        assert!(!offers("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"));
    }
}
