use std::io::{self, IsTerminal};
use std::thread;

use dialoguer::Confirm;
use dialoguer::console::Term;
use tokio::sync::oneshot;

use crate::Error;

/// Who says yes before something is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Approval {
    /// A person at the terminal is asked.
    #[default]
    Ask,
    /// The answer is yes, as by `--yes`.
    Granted,
}

impl Approval {
    /// Returns when the answer is yes; any other answer is an error that says why.
    pub async fn confirm(self, question: &str) -> Result<(), Error> {
        if self == Self::Granted {
            return Ok(());
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(Error::NoTerminal);
        }
        if ask(question.to_owned()).await {
            Ok(())
        } else {
            Err(Error::Declined)
        }
    }
}

/// Asks on a thread of its own, so that Ctrl-C counts as a no and the caller can still clean up.
async fn ask(question: String) -> bool {
    let (answer, answered) = oneshot::channel();
    thread::spawn(move || {
        // The receiver is gone when Ctrl-C came first: then nobody waits for the answer.
        let _ = answer.send(prompt(question));
    });
    tokio::select! {
        yes = answered => yes.unwrap_or(false),
        _ = tokio::signal::ctrl_c() => false,
    }
}

fn prompt(question: String) -> bool {
    let answer = Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact();
    answer.unwrap_or_else(|_| {
        // The prompt hides the cursor, and an interrupt leaves it hidden, in the middle of a line.
        let terminal = Term::stderr();
        let _ = terminal
            .show_cursor()
            .and_then(|()| terminal.write_line(""));
        false
    })
}
