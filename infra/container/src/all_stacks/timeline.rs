//! A chart of how long each step took. It is drawn in characters; nothing here prints.

use std::fmt;
use std::time::{Duration, Instant};

use deploy::duration;

/// The width of the chart, in characters.
const WIDTH: usize = 40;

/// The steps of a command, from its beginning to its end.
#[derive(Debug, Default)]
pub(crate) struct Timeline(Vec<Step>);

/// One step. Its times count from the beginning of the command.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
    pub(crate) failed: bool,
}

/// Does the work, and returns it as a step, together with its result.
pub(crate) async fn timed<T, E>(
    start: Instant,
    name: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> (Step, Result<T, E>) {
    let began = start.elapsed();
    let result = work.await;
    let step = Step {
        name,
        began,
        ended: start.elapsed(),
        failed: result.is_err(),
    };
    (step, result)
}

impl Timeline {
    pub(crate) fn add(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.iter().map(|step| step.ended).max();
        // Without a step no time has passed.
        let end = end.unwrap_or(Duration::ZERO);
        for step in &self.0 {
            let bar = bar(step, end);
            let took = words(step.ended.saturating_sub(step.began));
            let mark = if step.failed { "  failed" } else { "" };
            writeln!(f, "{:10} {bar} {took:>8}{mark}", step.name)?;
        }
        write!(f, "{:10} {:WIDTH$} {:>8}", "in total", "", words(end))
    }
}

/// The bar of a step. Even the shortest step has one character.
fn bar(step: &Step, end: Duration) -> String {
    let share = |time: Duration| time.as_secs_f64() / end.as_secs_f64().max(f64::MIN_POSITIVE);
    let (began, ended) = (share(step.began), share(step.ended));
    let from = (0..WIDTH).rfind(|column| as_share(*column) <= began);
    let from = from.expect("no step begins before the first column");
    let to = (from + 1..WIDTH).find(|column| as_share(*column) >= ended);
    let to = to.unwrap_or(WIDTH);
    let (before, inside) = (" ".repeat(from), "█".repeat(to - from));
    format!("{before}{inside}{}", " ".repeat(WIDTH - to))
}

/// The part of the total time that lies before a column.
fn as_share(column: usize) -> f64 {
    let [column, width] = [column, WIDTH].map(|it| u32::try_from(it).expect("at most the width"));
    f64::from(column) / f64::from(width)
}

fn words(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        format!("{:.1}s", time.as_secs_f64())
    } else {
        duration::words(time.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, began: u64, ended: u64, failed: bool) -> Step {
        Step {
            name,
            began: Duration::from_millis(began),
            ended: Duration::from_millis(ended),
            failed,
        }
    }

    #[test]
    fn steps_lie_side_by_side() {
        let mut timeline = Timeline::default();
        for step in [
            step("vpc", 10, 151_200, false),
            step("table", 12, 21_400, false),
            step("build-app", 11, 64_000, false),
            step("push", 64_000, 68_300, false),
            step("container", 151_250, 341_000, true),
        ] {
            timeline.add(step);
        }
        insta::assert_snapshot!(timeline);
    }

    #[test]
    fn a_step_that_took_no_time_is_still_seen() {
        for (began, ended) in [(0, 0), (500, 500), (1000, 1000)] {
            let step = step("table", began, ended, false);
            let bar = bar(&step, Duration::from_secs(1));
            assert_eq!(bar.chars().count(), WIDTH, "{bar}");
            assert_eq!(bar.matches('█').count(), 1, "{bar}");
        }
        assert!(!bar(&step("table", 0, 0, false), Duration::ZERO).is_empty());
    }
}
