//! Decides which changes need approval, and asks for it.

use std::io::{self, IsTerminal};
use std::thread;

use clap::ValueEnum;
use dialoguer::console::Term;
use tokio::sync::oneshot;

use crate::Error;
use crate::model::Change;
use crate::render::Shown;

/// Which changes need approval; each level includes the ones above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, ValueEnum)]
pub enum Approval {
    /// Never ask
    Never,
    /// Ask before something is lost because it is removed or replaced
    #[default]
    Destructive,
    /// Also ask before IAM or security groups may grant more
    Broadening,
    /// Ask before every change
    Any,
}

impl Approval {
    /// The name, as `--approval` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Destructive => "destructive",
            Self::Broadening => "broadening",
            Self::Any => "any",
        }
    }

    /// Returns if these changes need no approval or are approved; otherwise returns an error with the
    /// reason.
    pub(super) async fn of_changes(self, changes: &[Change], question: &str) -> Result<(), Error> {
        match self.reason(changes) {
            Some(reason) => confirm(&reason, question).await,
            None => Ok(()),
        }
    }

    /// Returns if something that cannot be undone, as a deletion, needs no approval or is approved;
    /// otherwise returns an error with the reason.
    pub async fn of_risk(self, reason: &str, question: &str) -> Result<(), Error> {
        if self < Self::Destructive {
            return Ok(());
        }
        confirm(reason, question).await
    }

    /// Why these changes need approval; `None` if they need none.
    fn reason(self, changes: &[Change]) -> Option<String> {
        let named = |is: fn(&Change) -> bool| {
            let ids: Vec<_> = changes
                .iter()
                .filter(|change| is(change))
                .map(|change| change.logical_id.as_str())
                .collect();
            (!ids.is_empty()).then(|| ids.join(", "))
        };
        if self >= Self::Destructive
            && let Some(ids) = named(|change| change.destroys().is_some())
        {
            return Some(format!("{ids} would be deleted or replaced"));
        }
        if self >= Self::Broadening
            && let Some(ids) = named(Change::broadens)
        {
            return Some(format!("IAM or security groups would change ({ids})"));
        }
        let any = self >= Self::Any && !changes.is_empty();
        any.then(|| "every change needs approval".to_owned())
    }
}

/// Asks, and returns if the answer is yes; otherwise returns an error with the reason.
async fn confirm(reason: &str, question: &str) -> Result<(), Error> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Error::NoTerminal {
            reason: reason.to_owned(),
        });
    }
    if ask(question.to_owned()).await {
        Ok(())
    } else {
        Err(Error::Declined)
    }
}

/// Asks on a thread of its own, so that Ctrl-C counts as no and the caller can still clean up.
async fn ask(question: String) -> bool {
    let (answer, answered) = oneshot::channel();
    thread::spawn(move || {
        // After Ctrl-C the receiver is gone, and nobody waits for the answer.
        let _ = answer.send(prompt(&question));
    });
    tokio::select! {
        yes = answered => yes.unwrap_or(false),
        _ = tokio::signal::ctrl_c() => false,
    }
}

/// Reads a whole line: a single key could be the first of another word.
fn prompt(question: &str) -> bool {
    let terminal = Term::stderr();
    let asked = terminal.write_str(&format!("{} [y/N] ", Shown(question)));
    let mut line = String::new();
    let answer = asked.and_then(|()| io::stdin().read_line(&mut line));
    if !line.ends_with('\n') {
        // The end of the input leaves the cursor in the line of the question.
        let _ = terminal.write_line("");
    }
    answer.is_ok() && is_yes(&line)
}

/// Only a whole `y` or `yes` is a yes.
fn is_yes(line: &str) -> bool {
    let answer = line.trim();
    ["y", "yes"]
        .iter()
        .any(|yes| answer.eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, resource_type: &str) -> Change {
        Change {
            action: action.into(),
            logical_id: "Thing".into(),
            resource_type: resource_type.into(),
            ..Change::default()
        }
    }

    #[test]
    fn each_level_asks_about_more() {
        let plain = [change("Add", "AWS::DynamoDB::Table")];
        let broadening = [change("Add", "AWS::IAM::Role")];
        let destructive = [change("Remove", "AWS::DynamoDB::Table")];
        for (level, asks) in [
            (Approval::Never, [false, false, false]),
            (Approval::Destructive, [false, false, true]),
            (Approval::Broadening, [false, true, true]),
            (Approval::Any, [true, true, true]),
        ] {
            let asked = [&plain, &broadening, &destructive].map(|changes| level.reason(changes));
            assert_eq!(asked.map(|reason| reason.is_some()), asks, "{level:?}");
        }
    }

    #[test]
    fn only_a_whole_yes_is_a_yes() {
        for yes in ["y\n", "Y\n", "yes\n", "Yes\r\n", " yes \n", "y"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in [
            "",
            "\n",
            "n\n",
            "maybe\n",
            "yy\n",
            "yesterday\n",
            "y n\n",
            "ja\n",
        ] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn the_worst_is_named() {
        let changes = [
            change("Add", "AWS::IAM::Role"),
            change("Remove", "AWS::EC2::VPC"),
        ];
        assert_eq!(
            Approval::Any.reason(&changes).as_deref(),
            Some("Thing would be deleted or replaced")
        );
        assert_eq!(Approval::Any.reason(&[]), None);
    }
}
