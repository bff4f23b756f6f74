//! The texts about a rollout. Nothing here calls AWS.

use std::fmt::Write;

use deploy::render::Shown;

use super::observations::{Container, Observations, Progress, Task};
use super::way_out::way_out;

/// How many stopped tasks are reported in full: the others usually stopped for the same reasons.
pub(super) const TASKS_SHOWN: usize = 2;

/// The progress on one line.
pub(super) fn progress_line(progress: &Progress) -> String {
    let Progress {
        desired,
        running,
        healthy,
        failed,
    } = progress;
    let tasks = if *failed == 1 { "task" } else { "tasks" };
    format!(
        "Service: {desired} desired, {running} running, {healthy} healthy, {failed} failed {tasks}"
    )
}

/// Explains why the service did not become healthy, if anything was seen that explains it.
pub(super) fn report(seen: &Observations) -> Option<String> {
    let mut text = String::new();
    push_tasks(&mut text, seen);
    for (target, reason) in &seen.unhealthy {
        let (target, reason) = (Shown(target), Shown(reason));
        push(
            &mut text,
            1,
            &format!("target {target} was unhealthy: {reason}"),
        );
    }
    for message in &seen.messages {
        push(&mut text, 1, &Shown(message).to_string());
    }
    (!text.is_empty()).then(|| format!("What the service showed while it was rolled out:\n{text}"))
}

fn push_tasks(text: &mut String, seen: &Observations) {
    let stopped: Vec<_> = seen.tasks.iter().filter(|t| t.stopped.is_some()).collect();
    let shown = match stopped.len() {
        // No task has stopped, so the log of the last one is the only hint.
        0 if !seen.unhealthy.is_empty() => seen.tasks.last().into_iter().collect(),
        count => stopped[count.saturating_sub(TASKS_SHOWN)..].to_vec(),
    };
    for task in &shown {
        push_task(text, seen, task);
    }
    match stopped.len().saturating_sub(shown.len()) {
        0 => {}
        1 => push(text, 1, "and one more stopped task"),
        more => push(text, 1, &format!("and {more} more stopped tasks")),
    }
}

fn push_task(text: &mut String, seen: &Observations, task: &Task) {
    let state = match &task.stopped {
        Some(reason) => format!("stopped: {}", Shown(reason)),
        None => "runs".to_owned(),
    };
    push(text, 1, &format!("task {} {state}", Shown(&task.id)));
    for container in &task.containers {
        let (name, end) = (Shown(&container.name), how_it_ended(container));
        if !end.is_empty() {
            push(text, 2, &format!("container {name}{end}"));
        }
        if let Some(lines) = seen.log_of(task, container) {
            push(text, 2, &format!("the last log lines of {name}:"));
            for line in lines {
                push(text, 3, &format!("| {}", Shown(line.trim_end())));
            }
        }
        if let Some(way_out) = way_out(seen, task, container) {
            push(text, 2, &format!("way out: {way_out}"));
        }
    }
}

/// How a container ended; empty if ECS does not say.
fn how_it_ended(container: &Container) -> String {
    let mut text = String::new();
    if let Some(code) = container.exit_code {
        let _ = write!(text, " exited with code {code}");
    }
    if let Some(reason) = &container.reason {
        let _ = write!(text, ": {}", Shown(reason));
    }
    text
}

fn push(text: &mut String, depth: usize, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{:width$}{}", "", line.trim_end(), width = depth * 2);
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::rollout::observations::Container;

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

    fn add_log(seen: &mut Observations, task: &str, lines: &[&str]) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let key = (task.to_owned(), "showtable".to_owned());
        seen.logs.insert(key, lines);
    }

    #[test]
    fn a_crash_is_reported_with_its_exit_code_and_the_last_log_lines() {
        let mut seen = Observations::default();
        for id in ["1a", "2b", "3c"] {
            seen.add_task(crashed(id));
        }
        add_log(
            &mut seen,
            "3c",
            &["reading the configuration", "exec format error"],
        );
        let message = "ECS deployment circuit breaker: tasks failed to start.";
        seen.messages.insert(message.into());
        assert_snapshot!(report(&seen).expect("an explanation"));
    }

    #[test]
    fn an_unhealthy_service_is_reported_with_its_targets_and_its_log() {
        let mut seen = Observations::default();
        seen.add_task(Task {
            id: "1a".into(),
            stopped: None,
            containers: vec![Container {
                name: "showtable".into(),
                ..Container::default()
            }],
        });
        add_log(&mut seen, "1a", &["answering 500"]);
        let reason = "Health checks failed with these codes: [500]";
        seen.unhealthy.insert("10.0.1.9:8080".into(), reason.into());
        assert_snapshot!(report(&seen).expect("an explanation"));
    }

    #[test]
    fn a_running_service_explains_nothing() {
        let mut seen = Observations::default();
        seen.add_task(Task {
            id: "1a".into(),
            ..Task::default()
        });
        assert_eq!(report(&seen), None);
    }

    #[test]
    fn the_progress_is_one_line() {
        let progress = Progress {
            desired: 2,
            running: 1,
            healthy: 0,
            failed: 1,
        };
        assert_eq!(
            progress_line(&progress),
            "Service: 2 desired, 1 running, 0 healthy, 1 failed task"
        );
    }
}
