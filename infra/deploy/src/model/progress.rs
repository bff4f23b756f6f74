use super::{Event, Status};

/// What an operation has done and what it waits for, computed from its events alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// The name of the stack.
    pub(crate) stack: String,
    /// How many resources the operation is expected to touch; 0 if unknown.
    pub(crate) expected: usize,
    /// The status of the stack.
    pub(crate) status: Status,
    /// When the operation began, in seconds since 1970.
    pub(crate) began: Option<i64>,
    /// The resources, in the order in which they were first touched.
    pub(crate) activities: Vec<Activity>,
    /// What the observer reported last.
    pub(crate) note: Option<String>,
}

/// What is done to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    pub(crate) status: Status,
    /// When it began, in seconds since 1970.
    pub(crate) began: i64,
}

impl Progress {
    pub(crate) fn new(stack: &str, expected: usize) -> Self {
        Self {
            stack: stack.to_owned(),
            expected,
            ..Self::default()
        }
    }

    /// Applies the next event.
    pub(crate) fn apply(&mut self, event: &Event, is_of_stack: bool) {
        self.began.get_or_insert(event.time);
        if is_of_stack {
            self.apply_stack_status(&event.status);
            return;
        }
        let known = self
            .activities
            .iter_mut()
            .find(|known| known.logical_id == event.logical_id);
        match known {
            Some(known) => known.apply(event),
            None => self.activities.push(Activity::new(event)),
        }
    }

    /// The count restarts with a rollback, with the clean-up after an update, and with the deletion
    /// of what was created so far.
    fn apply_stack_status(&mut self, status: &Status) {
        let restarts = status.is_rolling_back()
            || status.is_cleaning_up()
            || (status.is_deleting() && !self.activities.is_empty());
        if restarts {
            self.expected = 0;
            self.activities
                .retain(|activity| !activity.status.is_settled());
        }
        self.status.clone_from(status);
    }

    /// How many resources are done.
    pub(crate) fn done(&self) -> usize {
        let done = |activity: &&Activity| activity.status.is_settled();
        self.activities.iter().filter(done).count()
    }

    /// How many resources there are to do, as far as is known.
    pub(crate) fn total(&self) -> usize {
        self.expected.max(self.activities.len())
    }

    /// What the operation waits for, the longest first.
    pub(crate) fn running(&self) -> Vec<&Activity> {
        let mut running: Vec<_> = self
            .activities
            .iter()
            .filter(|activity| !activity.status.is_settled())
            .collect();
        running.sort_by_key(|activity| activity.began);
        running
    }

    /// How long the resource of a settled event took, in seconds.
    pub(crate) fn took(&self, event: &Event) -> Option<u64> {
        let known = self
            .activities
            .iter()
            .find(|known| known.logical_id == event.logical_id)?;
        u64::try_from(event.time - known.began).ok()
    }
}

impl Activity {
    fn new(event: &Event) -> Self {
        Self {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            status: event.status.clone(),
            began: event.time,
        }
    }

    /// The clock restarts for a resource that was done and is touched again, as in a clean-up.
    fn apply(&mut self, event: &Event) {
        if self.status.is_settled() {
            self.began = event.time;
        }
        self.status.clone_from(&event.status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(logical_id: &str, status: &str, time: i64) -> Event {
        Event {
            time,
            logical_id: logical_id.into(),
            physical_id: String::new(),
            resource_type: "AWS::EC2::VPC".into(),
            status: status.into(),
            reason: String::new(),
        }
    }

    fn after(events: &[(&str, &str, i64)]) -> Progress {
        let mut progress = Progress::new("vpc", 3);
        for (logical_id, status, time) in events {
            progress.apply(&event(logical_id, status, *time), *logical_id == "vpc");
        }
        progress
    }

    #[test]
    fn it_counts_what_is_done_and_names_what_it_waits_for() {
        let progress = after(&[
            ("vpc", "CREATE_IN_PROGRESS", 10),
            ("A", "CREATE_IN_PROGRESS", 11),
            ("B", "CREATE_IN_PROGRESS", 12),
            ("A", "CREATE_IN_PROGRESS", 13),
            ("B", "CREATE_COMPLETE", 14),
        ]);
        assert_eq!((progress.done(), progress.total()), (1, 3));
        let running: Vec<_> = progress
            .running()
            .into_iter()
            .map(|a| (a.logical_id.as_str(), a.began))
            .collect();
        assert_eq!(running, [("A", 11)]);
        assert_eq!(progress.took(&event("B", "CREATE_COMPLETE", 14)), Some(2));
    }

    #[test]
    fn the_count_restarts_with_a_rollback() {
        let progress = after(&[
            ("vpc", "CREATE_IN_PROGRESS", 10),
            ("A", "CREATE_COMPLETE", 11),
            ("B", "CREATE_FAILED", 12),
            ("vpc", "ROLLBACK_IN_PROGRESS", 13),
            ("A", "DELETE_IN_PROGRESS", 14),
        ]);
        assert_eq!((progress.done(), progress.total()), (0, 1));
        assert!(progress.status.is_rolling_back());
        assert_eq!(progress.began, Some(10));
    }
}
