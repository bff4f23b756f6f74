//! The status of a stack or a resource, and what it means.
//!
//! AWS adds statuses from time to time. An unknown one is judged by its ending, like the known ones.
//!
//! Two methods differ only for `REVIEW_IN_PROGRESS`, the status of a stack that waits for its first
//! change set to be executed. Both return false for it:
//!
//! - [`Status::is_in_progress`]: `CloudFormation` is not working on the stack.
//! - [`Status::is_settled`]: no operation ends in this status. If the deletion of the stack was
//!   requested, the stack keeps the status for a moment.

use std::fmt;

use serde::Serialize;

/// A status as AWS writes it, for example `UPDATE_COMPLETE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Status(String);

impl Status {
    /// AWS's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether AWS gave a status.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether `CloudFormation` is working on the stack or the resource.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        !self.is_settled() && !self.is_under_review()
    }

    /// Whether an operation can end in this status.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.0.ends_with("_IN_PROGRESS")
    }

    /// Whether an operation or its rollback was completed without a failure.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.0.ends_with("_COMPLETE")
    }

    /// Whether an operation was completed, and not rolled back.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.is_complete() && !self.is_rollback()
    }

    /// Whether an operation or its rollback failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.0.ends_with("_FAILED")
    }

    /// Whether something is or was rolled back, with or without success.
    #[must_use]
    pub fn is_rollback(&self) -> bool {
        self.0.contains("ROLLBACK")
    }

    /// Whether a rollback is running.
    #[must_use]
    pub fn is_rolling_back(&self) -> bool {
        self.0.ends_with("ROLLBACK_IN_PROGRESS")
    }

    /// Whether the resources that an update or its rollback has replaced are being deleted.
    #[must_use]
    pub fn is_cleaning_up(&self) -> bool {
        self.0.ends_with("CLEANUP_IN_PROGRESS")
    }

    /// Whether the stack or the resource is being created.
    #[must_use]
    pub fn is_creating(&self) -> bool {
        self.0 == "CREATE_IN_PROGRESS"
    }

    /// Whether an update is running that can still be cancelled.
    #[must_use]
    pub fn is_updating(&self) -> bool {
        self.0 == "UPDATE_IN_PROGRESS"
    }

    /// Whether existing resources are being imported.
    #[must_use]
    pub fn is_importing(&self) -> bool {
        self.0 == "IMPORT_IN_PROGRESS"
    }

    /// Whether the stack or the resource is being deleted.
    #[must_use]
    pub fn is_deleting(&self) -> bool {
        self.0 == "DELETE_IN_PROGRESS"
    }

    /// Whether a deletion runs, was completed or failed.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        self.0.starts_with("DELETE_")
    }

    /// Whether the stack or the resource no longer exists.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.0 == "DELETE_COMPLETE"
    }

    /// Whether a deletion failed, so that something is left.
    #[must_use]
    pub fn is_failed_deletion(&self) -> bool {
        self.0 == "DELETE_FAILED"
    }

    /// Whether the rollback of an update failed: it must be continued before the next update.
    #[must_use]
    pub fn needs_continued_rollback(&self) -> bool {
        self.0 == "UPDATE_ROLLBACK_FAILED"
    }

    /// Whether the stack waits for its first change set to be executed.
    #[must_use]
    pub fn is_under_review(&self) -> bool {
        self.0 == "REVIEW_IN_PROGRESS"
    }

    /// Whether the stack was never created completely, so that it can only be deleted.
    #[must_use]
    pub fn was_never_created(&self) -> bool {
        self.is_under_review()
            || matches!(
                self.0.as_str(),
                "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED"
            )
    }

    /// Whether a stack in this status can have resources. One under review has none yet, and
    /// neither a deleted nor a rolled back one has any left.
    #[must_use]
    pub fn can_have_resources(&self) -> bool {
        !self.is_under_review() && !self.is_deleted() && self.0 != "ROLLBACK_COMPLETE"
    }

    /// What is or was done, for example `UPDATE` for `UPDATE_IN_PROGRESS`.
    #[must_use]
    pub fn action(&self) -> &str {
        let endings = ["_IN_PROGRESS", "_COMPLETE", "_FAILED"];
        let mut actions = endings.iter().filter_map(|end| self.0.strip_suffix(end));
        actions.next().unwrap_or(&self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for Status {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Status {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq<&str> for Status {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The methods of a status, each with its word in [`TABLE`].
    #[expect(clippy::type_complexity, reason = "a table of questions")]
    const QUESTIONS: [(&str, fn(&Status) -> bool); 11] = [
        ("running", Status::is_in_progress),
        ("settled", Status::is_settled),
        ("complete", Status::is_complete),
        ("succeeded", Status::has_succeeded),
        ("failed", Status::has_failed),
        ("rollback", Status::is_rollback),
        ("rolling-back", Status::is_rolling_back),
        ("cleaning-up", Status::is_cleaning_up),
        ("deletion", Status::is_deletion),
        ("never-created", Status::was_never_created),
        ("resources", Status::can_have_resources),
    ];

    /// Every status of a stack, a resource or an event, and invented ones at the end; with the words of
    /// the methods in [`QUESTIONS`] that return true.
    const TABLE: &[(&str, &str)] = &[
        // Stacks; resources and events share most of these.
        ("CREATE_IN_PROGRESS", "running resources"),
        ("CREATE_FAILED", "settled failed never-created resources"),
        ("CREATE_COMPLETE", "settled complete succeeded resources"),
        (
            "ROLLBACK_IN_PROGRESS",
            "running rollback rolling-back resources",
        ),
        (
            "ROLLBACK_FAILED",
            "settled failed rollback never-created resources",
        ),
        (
            "ROLLBACK_COMPLETE",
            "settled complete rollback never-created",
        ),
        ("DELETE_IN_PROGRESS", "running deletion resources"),
        ("DELETE_FAILED", "settled failed deletion resources"),
        ("DELETE_COMPLETE", "settled complete succeeded deletion"),
        ("UPDATE_IN_PROGRESS", "running resources"),
        (
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "running cleaning-up resources",
        ),
        ("UPDATE_COMPLETE", "settled complete succeeded resources"),
        ("UPDATE_FAILED", "settled failed resources"),
        (
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "running rollback rolling-back resources",
        ),
        (
            "UPDATE_ROLLBACK_FAILED",
            "settled failed rollback resources",
        ),
        (
            "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "running rollback cleaning-up resources",
        ),
        (
            "UPDATE_ROLLBACK_COMPLETE",
            "settled complete rollback resources",
        ),
        ("REVIEW_IN_PROGRESS", "never-created"),
        ("IMPORT_IN_PROGRESS", "running resources"),
        ("IMPORT_COMPLETE", "settled complete succeeded resources"),
        (
            "IMPORT_ROLLBACK_IN_PROGRESS",
            "running rollback rolling-back resources",
        ),
        (
            "IMPORT_ROLLBACK_FAILED",
            "settled failed rollback resources",
        ),
        (
            "IMPORT_ROLLBACK_COMPLETE",
            "settled complete rollback resources",
        ),
        // Resources and events only.
        ("DELETE_SKIPPED", "settled deletion resources"),
        ("IMPORT_FAILED", "settled failed resources"),
        ("EXPORT_IN_PROGRESS", "running resources"),
        ("EXPORT_FAILED", "settled failed resources"),
        ("EXPORT_COMPLETE", "settled complete succeeded resources"),
        (
            "EXPORT_ROLLBACK_IN_PROGRESS",
            "running rollback rolling-back resources",
        ),
        (
            "EXPORT_ROLLBACK_FAILED",
            "settled failed rollback resources",
        ),
        (
            "EXPORT_ROLLBACK_COMPLETE",
            "settled complete rollback resources",
        ),
        // Invented.
        ("TELEPORT_IN_PROGRESS", "running resources"),
        ("TELEPORT_FAILED", "settled failed resources"),
        ("TELEPORT_COMPLETE", "settled complete succeeded resources"),
        (
            "TELEPORT_ROLLBACK_IN_PROGRESS",
            "running rollback rolling-back resources",
        ),
        (
            "TELEPORT_ROLLBACK_COMPLETE",
            "settled complete rollback resources",
        ),
        ("TELEPORTED", "settled resources"),
        ("", "settled resources"),
    ];

    #[test]
    fn every_status_of_aws_and_unknown_ones_by_their_ending() {
        for (text, words) in TABLE {
            let status = Status::from(*text);
            let yes = QUESTIONS.iter().filter(|(_, question)| question(&status));
            let yes: Vec<_> = yes.map(|(word, _)| *word).collect();
            assert_eq!(&yes.join(" "), words, "{text}");
        }
    }

    #[test]
    fn each_of_these_questions_is_about_one_status_only() {
        #[expect(clippy::type_complexity, reason = "a table of questions")]
        let questions: [(&str, fn(&Status) -> bool); 8] = [
            ("CREATE_IN_PROGRESS", Status::is_creating),
            ("UPDATE_IN_PROGRESS", Status::is_updating),
            ("IMPORT_IN_PROGRESS", Status::is_importing),
            ("DELETE_IN_PROGRESS", Status::is_deleting),
            ("DELETE_COMPLETE", Status::is_deleted),
            ("DELETE_FAILED", Status::is_failed_deletion),
            ("UPDATE_ROLLBACK_FAILED", Status::needs_continued_rollback),
            ("REVIEW_IN_PROGRESS", Status::is_under_review),
        ];
        for (only, question) in questions {
            let yes = TABLE.iter().map(|(text, _)| *text);
            let yes: Vec<_> = yes.filter(|text| question(&Status::from(*text))).collect();
            assert_eq!(yes, [only]);
        }
    }

    #[test]
    fn the_action_is_what_comes_before_the_ending() {
        for (status, action) in [
            ("CREATE_IN_PROGRESS", "CREATE"),
            ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK"),
            (
                "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                "UPDATE_COMPLETE_CLEANUP",
            ),
            ("TELEPORT_FAILED", "TELEPORT"),
            ("DELETE_SKIPPED", "DELETE_SKIPPED"),
            ("", ""),
        ] {
            assert_eq!(Status::from(status).action(), action);
        }
    }

    #[test]
    fn text_and_json_are_those_of_aws() {
        let status = Status::from("UPDATE_COMPLETE");
        assert_eq!(format!("{status:16}|"), "UPDATE_COMPLETE |");
        let json = serde_json::to_string(&status).expect("a text");
        assert_eq!(json, "\"UPDATE_COMPLETE\"");
    }
}
