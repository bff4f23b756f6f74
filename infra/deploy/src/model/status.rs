//! The status of a stack or a resource, and what it means.
//!
//! AWS adds statuses from time to time. An unknown one is judged by its ending, like the known ones.
//!
//! Two questions look alike but differ for `REVIEW_IN_PROGRESS`, in which a stack waits for its
//! first change set to be executed:
//!
//! - [`Status::is_in_progress`]: is `CloudFormation` working on it? Not during a review.
//! - [`Status::is_settled`]: can an operation end in it? Not in a review either: a stack under
//!   review whose deletion was requested keeps that status for a moment.

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

    /// Whether the creation of the stack never succeeded, so that the stack can only be deleted.
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

    /// What is asked of every status, each question with its letter in [`TABLE`].
    #[expect(clippy::type_complexity, reason = "a table of questions")]
    const QUESTIONS: [(char, fn(&Status) -> bool); 11] = [
        ('p', Status::is_in_progress),
        ('s', Status::is_settled),
        ('c', Status::is_complete),
        ('+', Status::has_succeeded),
        ('f', Status::has_failed),
        ('r', Status::is_rollback),
        ('b', Status::is_rolling_back),
        ('u', Status::is_cleaning_up),
        ('d', Status::is_deletion),
        ('n', Status::was_never_created),
        ('h', Status::can_have_resources),
    ];

    /// Every status that a stack, a resource or an event can have, and invented ones at the end.
    const TABLE: &[(&str, &str)] = &[
        // Stacks; resources and events share most of these.
        ("CREATE_IN_PROGRESS", "ph"),
        ("CREATE_FAILED", "sfnh"),
        ("CREATE_COMPLETE", "sc+h"),
        ("ROLLBACK_IN_PROGRESS", "prbh"),
        ("ROLLBACK_FAILED", "sfrnh"),
        ("ROLLBACK_COMPLETE", "scrn"),
        ("DELETE_IN_PROGRESS", "pdh"),
        ("DELETE_FAILED", "sfdh"),
        ("DELETE_COMPLETE", "sc+d"),
        ("UPDATE_IN_PROGRESS", "ph"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "puh"),
        ("UPDATE_COMPLETE", "sc+h"),
        ("UPDATE_FAILED", "sfh"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "prbh"),
        ("UPDATE_ROLLBACK_FAILED", "sfrh"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "pruh"),
        ("UPDATE_ROLLBACK_COMPLETE", "scrh"),
        ("REVIEW_IN_PROGRESS", "n"),
        ("IMPORT_IN_PROGRESS", "ph"),
        ("IMPORT_COMPLETE", "sc+h"),
        ("IMPORT_ROLLBACK_IN_PROGRESS", "prbh"),
        ("IMPORT_ROLLBACK_FAILED", "sfrh"),
        ("IMPORT_ROLLBACK_COMPLETE", "scrh"),
        // Resources and events only.
        ("DELETE_SKIPPED", "sdh"),
        ("IMPORT_FAILED", "sfh"),
        ("EXPORT_IN_PROGRESS", "ph"),
        ("EXPORT_FAILED", "sfh"),
        ("EXPORT_COMPLETE", "sc+h"),
        ("EXPORT_ROLLBACK_IN_PROGRESS", "prbh"),
        ("EXPORT_ROLLBACK_FAILED", "sfrh"),
        ("EXPORT_ROLLBACK_COMPLETE", "scrh"),
        // Invented.
        ("TELEPORT_IN_PROGRESS", "ph"),
        ("TELEPORT_FAILED", "sfh"),
        ("TELEPORT_COMPLETE", "sc+h"),
        ("TELEPORT_ROLLBACK_IN_PROGRESS", "prbh"),
        ("TELEPORT_ROLLBACK_COMPLETE", "scrh"),
        ("TELEPORTED", "sh"),
        ("", "sh"),
    ];

    #[test]
    fn every_status_of_aws_and_unknown_ones_by_their_ending() {
        for (text, letters) in TABLE {
            let status = Status::from(*text);
            let yes = QUESTIONS.iter().filter(|(_, question)| question(&status));
            let yes: String = yes.map(|(letter, _)| letter).collect();
            assert_eq!(&yes, letters, "{text}");
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
