//! What was seen of a service while it was rolled out, and how it is told: nothing here talks to AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use deploy::render::Shown;

/// So many stopped tasks are told in full: the others stopped for the same reasons.
const TASKS_SHOWN: usize = 2;

/// All that was seen of one rollout.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sighting {
    pub(crate) rollout: Rollout,
    /// The tasks of this rollout that have failed or run still, by id, the oldest first.
    pub(crate) tasks: Vec<Task>,
    /// The last log lines, by task and container.
    pub(crate) logs: BTreeMap<(String, String), Vec<String>>,
    /// Why the load balancer gives no traffic, by target.
    pub(crate) unhealthy: BTreeMap<String, String>,
    /// What ECS says of the deployment and of the service.
    pub(crate) remarks: BTreeSet<String>,
}

/// How far a rollout is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rollout {
    pub(crate) desired: i32,
    pub(crate) running: i32,
    pub(crate) healthy: usize,
    pub(crate) failed: i32,
}

/// A task of the rollout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) id: String,
    /// Why it was stopped; nothing as long as it runs.
    pub(crate) stopped: Option<String>,
    pub(crate) containers: Vec<Container>,
}

/// A container of a task that was stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) exit_code: Option<i32>,
    pub(crate) reason: Option<String>,
}

impl Rollout {
    /// The rollout on one line.
    pub(crate) fn line(&self) -> String {
        let Self {
            desired,
            running,
            healthy,
            failed,
        } = self;
        let tasks = if *failed == 1 { "task" } else { "tasks" };
        format!(
            "Service: {desired} desired, {running} running, {healthy} healthy, {failed} failed {tasks}"
        )
    }
}

impl Sighting {
    /// Takes in a task as it stands now.
    pub(crate) fn see(&mut self, task: Task) {
        match self.tasks.iter_mut().find(|known| known.id == task.id) {
            Some(known) => *known = task,
            None => self.tasks.push(task),
        }
    }

    /// What explains that the service did not become healthy, if anything was seen that does.
    pub(crate) fn testimony(&self) -> Option<String> {
        let mut text = String::new();
        let stopped: Vec<_> = self.tasks.iter().filter(|t| t.stopped.is_some()).collect();
        let shown = match stopped.len() {
            // Where none has stopped, what the last one says is all there is.
            0 if !self.unhealthy.is_empty() => self.tasks.last().into_iter().collect(),
            count => stopped[count.saturating_sub(TASKS_SHOWN)..].to_vec(),
        };
        for task in &shown {
            self.push_task(&mut text, task);
        }
        match stopped.len().saturating_sub(shown.len()) {
            0 => {}
            1 => push(&mut text, 1, "and one more stopped task"),
            more => push(&mut text, 1, &format!("and {more} more stopped tasks")),
        }
        for (target, reason) in &self.unhealthy {
            push(
                &mut text,
                1,
                &format!("target {} was unhealthy: {}", Shown(target), Shown(reason)),
            );
        }
        for remark in &self.remarks {
            push(&mut text, 1, &Shown(remark).to_string());
        }
        (!text.is_empty())
            .then(|| format!("What the service showed while it was rolled out:\n{text}"))
    }

    fn push_task(&self, text: &mut String, task: &Task) {
        let fate = match &task.stopped {
            Some(reason) => format!("stopped: {}", Shown(reason)),
            None => "runs".to_owned(),
        };
        push(text, 1, &format!("task {} {fate}", Shown(&task.id)));
        for container in &task.containers {
            let (name, line) = (Shown(&container.name), container.line());
            if !line.is_empty() {
                push(text, 2, &format!("container {name}{line}"));
            }
            let lines = self.logs.get(&(task.id.clone(), container.name.clone()));
            if let Some(lines) = lines {
                push(text, 2, &format!("the last log lines of {name}:"));
                for line in lines {
                    push(text, 3, &format!("| {}", Shown(line.trim_end())));
                }
            }
            if let Some(way_out) = self.way_out(task, container) {
                push(text, 2, &format!("way out: {way_out}"));
            }
        }
    }

    /// What leads out, where the way in which a container ended is a known one.
    fn way_out(&self, task: &Task, container: &Container) -> Option<&'static str> {
        let mut said = task.stopped.clone().unwrap_or_default();
        said.push_str(container.reason.as_deref().unwrap_or_default());
        if let Some(lines) = self.logs.get(&(task.id.clone(), container.name.clone())) {
            said.push_str(&lines.join("\n"));
        }
        let known = KNOWN.iter().find(|(words, _)| said.contains(words));
        known.map(|(_, way_out)| *way_out)
    }
}

/// Words of ECS and of the log, and what to do about them.
const KNOWN: &[(&str, &str)] = &[
    (
        "CannotPullContainerError",
        "check that the image exists under exactly this name, and that the private subnets reach its registry",
    ),
    (
        "exec format error",
        "the image is built for another processor: deploy with --cpu-architecture X86_64 or ARM64",
    ),
    (
        "OutOfMemory",
        "the container needs more memory than its task has: raise Memory in the template",
    ),
    (
        "ResourceInitializationError",
        "the task reaches no AWS API: check the NAT gateway and the routes of the private subnets",
    ),
    (
        "no accounts",
        "write the accounts: `aws ssm put-parameter --type SecureString` with user:password",
    ),
];

impl Container {
    /// How it ended, as far as ECS says.
    fn line(&self) -> String {
        let mut line = String::new();
        if let Some(code) = self.exit_code {
            let _ = write!(line, " exited with code {code}");
        }
        if let Some(reason) = &self.reason {
            let _ = write!(line, ": {}", Shown(reason));
        }
        line
    }
}

fn push(text: &mut String, depth: usize, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{:width$}{}", "", line.trim_end(), width = depth * 2);
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn crashed(id: &str) -> Task {
        Task {
            id: id.into(),
            stopped: Some("Essential container in task exited".into()),
            containers: vec![Container {
                name: "showtable".into(),
                exit_code: Some(3),
                reason: None,
            }],
        }
    }

    fn logged(sighting: &mut Sighting, task: &str, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let key = (task.to_owned(), "showtable".to_owned());
        sighting.logs.insert(key, lines);
    }

    #[test]
    fn a_crash_is_told_with_its_exit_code_and_the_last_log_lines() {
        let mut sighting = Sighting::default();
        for id in ["1a", "2b", "3c"] {
            sighting.see(crashed(id));
        }
        logged(
            &mut sighting,
            "3c",
            &["reading the configuration", "exec format error"],
        );
        let remark = "ECS deployment circuit breaker: tasks failed to start.";
        sighting.remarks.insert(remark.into());
        assert_snapshot!(sighting.testimony().unwrap_or_default());
    }

    #[test]
    fn an_unhealthy_service_is_told_by_its_targets_and_what_it_logged() {
        let mut sighting = Sighting::default();
        sighting.see(Task {
            id: "1a".into(),
            stopped: None,
            containers: vec![Container {
                name: "showtable".into(),
                ..Container::default()
            }],
        });
        logged(&mut sighting, "1a", &["answering 500"]);
        let reason = "Health checks failed with these codes: [500]";
        sighting
            .unhealthy
            .insert("10.0.1.9:8080".into(), reason.into());
        assert_snapshot!(sighting.testimony().unwrap_or_default());
    }

    #[test]
    fn a_service_that_runs_explains_nothing() {
        let mut sighting = Sighting::default();
        sighting.see(Task {
            id: "1a".into(),
            ..Task::default()
        });
        assert_eq!(sighting.testimony(), None);
    }

    #[test]
    fn a_task_that_stops_later_is_known_once() {
        let mut sighting = Sighting::default();
        sighting.see(Task {
            id: "1a".into(),
            ..Task::default()
        });
        sighting.see(crashed("1a"));
        assert_eq!(sighting.tasks, [crashed("1a")]);
    }

    #[test]
    fn the_rollout_is_one_line() {
        let rollout = Rollout {
            desired: 2,
            running: 1,
            healthy: 0,
            failed: 1,
        };
        assert_eq!(
            rollout.line(),
            "Service: 2 desired, 1 running, 0 healthy, 1 failed task"
        );
    }
}
