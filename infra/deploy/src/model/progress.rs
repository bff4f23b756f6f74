use crate::Event;
use crate::events::is_settled;

/// What an operation has done so far and what it waits for, computed from its events alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// The name of the stack.
    pub(crate) stack: String,
    /// How many resources the operation is expected to touch, where that is known.
    pub(crate) expected: usize,
    /// The status of the stack.
    pub(crate) status: String,
    /// When the operation began, in seconds since 1970.
    pub(crate) began: Option<i64>,
    /// The resources, in the order in which they were first touched.
    pub(crate) activities: Vec<Activity>,
    /// What a witness saw last.
    pub(crate) note: Option<String>,
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    pub(crate) status: String,
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

    /// Takes in the next event.
    pub(crate) fn apply(&mut self, event: &Event, is_of_stack: bool) {
        self.began.get_or_insert(event.time);
        if is_of_stack {
            self.turn_to(&event.status);
            return;
        }
        let known = self
            .activities
            .iter_mut()
            .find(|known| known.logical_id == event.logical_id);
        match known {
            Some(known) => known.go_on(event),
            None => self.activities.push(Activity::new(event)),
        }
    }

    /// A rollback, or the clean-up after an update, begins to count anew.
    fn turn_to(&mut self, status: &str) {
        let turns = status.ends_with("ROLLBACK_IN_PROGRESS")
            || status.ends_with("CLEANUP_IN_PROGRESS")
            || (status == "DELETE_IN_PROGRESS" && !self.activities.is_empty());
        if turns {
            self.expected = 0;
            self.activities
                .retain(|activity| !is_settled(&activity.status));
        }
        status.clone_into(&mut self.status);
    }

    /// How many resources are done.
    pub(crate) fn done(&self) -> usize {
        let done = |activity: &&Activity| is_settled(&activity.status);
        self.activities.iter().filter(done).count()
    }

    /// How many resources there are to be done, as far as it is known.
    pub(crate) fn total(&self) -> usize {
        self.expected.max(self.activities.len())
    }

    /// What is being waited for, the longest first.
    pub(crate) fn running(&self) -> Vec<&Activity> {
        let mut running: Vec<_> = self
            .activities
            .iter()
            .filter(|activity| !is_settled(&activity.status))
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

    /// A resource that was done and is touched again begins anew, as in a clean-up.
    fn go_on(&mut self, event: &Event) {
        if is_settled(&self.status) {
            self.began = event.time;
        }
        self.status.clone_from(&event.status);
    }
}

/// How long `CloudFormation` usually takes with a resource of this type, in seconds, where that is
/// worth waiting for with patience: as its events show it for stacks of this size.
pub(crate) fn usual(resource_type: &str) -> Option<u64> {
    match resource_type {
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => Some(150),
        "AWS::EC2::NatGateway" => Some(110),
        "AWS::ECS::Service" => Some(90),
        "AWS::EC2::InternetGateway" | "AWS::EC2::EIP" | "AWS::IAM::Role" => Some(16),
        "AWS::EC2::VPC" | "AWS::EC2::VPCEndpoint" | "AWS::DynamoDB::Table" => Some(12),
        _ => None,
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
    fn it_counts_what_is_done_and_names_what_is_waited_for() {
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
    fn a_rollback_counts_anew() {
        let progress = after(&[
            ("vpc", "CREATE_IN_PROGRESS", 10),
            ("A", "CREATE_COMPLETE", 11),
            ("B", "CREATE_FAILED", 12),
            ("vpc", "ROLLBACK_IN_PROGRESS", 13),
            ("A", "DELETE_IN_PROGRESS", 14),
        ]);
        assert_eq!((progress.done(), progress.total()), (0, 1));
        assert_eq!(progress.status, "ROLLBACK_IN_PROGRESS");
        assert_eq!(progress.began, Some(10));
    }
}
