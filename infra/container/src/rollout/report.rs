//! The texts about a rollout. Nothing here calls AWS.

use std::collections::BTreeSet;
use std::fmt::Write;

use deploy::Cause;
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
    for line in grouped(&seen.messages) {
        push(&mut text, 1, &line);
    }
    (!text.is_empty()).then(|| format!("What the service showed while it was rolled out:\n{text}"))
}

/// The cause of the failure in one sentence, with what to do about it: why the last task stopped,
/// else why a target gets no traffic.
pub(super) fn cause(seen: &Observations) -> Option<Cause> {
    let of_tasks = seen.tasks.iter().rev().find_map(|task| of_task(seen, task));
    of_tasks.or_else(|| {
        let (target, reason) = seen.unhealthy.iter().next()?;
        Some(Cause {
            reason: format!("target {target} was unhealthy: {reason}"),
            way_out: None,
        })
    })
}

/// Why a task stopped. ECS says of a task whose container ended only that it was essential.
fn of_task(seen: &Observations, task: &Task) -> Option<Cause> {
    let stopped = task.stopped.as_deref()?;
    let has_failed = |container: &&Container| {
        container.reason.is_some() || container.exit_code.is_some_and(|code| code != 0)
    };
    let failed = task.containers.iter().find(has_failed);
    let reason = match failed {
        Some(failed) if stopped.starts_with("Essential container") => {
            format!("container {}{}", failed.name, how_it_ended(failed))
        }
        _ => stopped.to_owned(),
    };
    let container = failed.or(task.containers.first())?;
    Some(Cause {
        reason,
        way_out: way_out(seen, task, container),
    })
}

/// Each message once, without the ids of the tasks, and how often it was said.
fn grouped(messages: &BTreeSet<String>) -> Vec<String> {
    let mut groups: Vec<(String, &String, usize)> = Vec::new();
    for message in messages {
        let general = without_task(message);
        match groups.iter_mut().find(|(known, ..)| *known == general) {
            Some((.., count)) => *count += 1,
            None => groups.push((general, message, 1)),
        }
    }
    let lines = groups.into_iter().map(|(general, message, count)| {
        if count == 1 {
            Shown(message).to_string()
        } else {
            format!("{} ({count} times)", Shown(&general))
        }
    });
    lines.collect()
}

/// The message without its `(task ID)`.
fn without_task(message: &str) -> String {
    let cut = message.split_once(" (task ").and_then(|(before, rest)| {
        let (_, after) = rest.split_once(')')?;
        Some(format!("{before}{after}"))
    });
    cut.unwrap_or_else(|| message.to_owned())
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
                image: None,
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
    fn the_same_message_about_several_tasks_is_one_line() {
        let said = |id: &str| format!("(service web) was unable to start a task (task {id}): no");
        let messages = BTreeSet::from([said("1a"), said("2b"), said("3c"), "another".into()]);
        assert_eq!(
            grouped(&messages),
            [
                "(service web) was unable to start a task: no (3 times)",
                "another"
            ]
        );
        let one = BTreeSet::from([said("1a")]);
        assert_eq!(grouped(&one), [said("1a")]);
    }

    #[test]
    fn the_cause_is_one_sentence() {
        let mut seen = Observations::default();
        let target = "Health checks failed with these codes: [500]";
        seen.unhealthy.insert("10.0.1.9:8080".into(), target.into());
        let reason = |seen: &Observations| cause(seen).expect("a cause").reason;
        assert_eq!(
            reason(&seen),
            format!("target 10.0.1.9:8080 was unhealthy: {target}")
        );
        seen.add_task(crashed("1a"));
        assert_eq!(reason(&seen), "container showtable exited with code 3");
        let mut pulled = crashed("2b");
        let why = "CannotPullContainerError: not found";
        pulled.stopped = Some(why.into());
        pulled.containers[0].exit_code = None;
        pulled.containers[0].image = Some("imge:1".into());
        seen.add_task(pulled);
        assert_eq!(reason(&seen), why);
        let way_out = cause(&seen)
            .and_then(|cause| cause.way_out)
            .expect("advice");
        assert!(way_out.contains("imge:1"), "{way_out}");
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
