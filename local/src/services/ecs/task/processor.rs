//! The time that processors have worked for a container: its program and all processes that it has
//! started.

use std::fs;
use std::time::Duration;

use super::memory::children;

/// A tick of `/proc/PID/stat`: Linux shows 100 a second to every program, whatever its clock is.
const TICK: Duration = Duration::from_millis(10);

/// The time, with that of processes that have ended.
pub(in crate::services::ecs) fn worked(program: u32) -> Duration {
    let mut processes = vec![program];
    let mut ticks = 0;
    while let Some(process) = processes.pop() {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        ticks += own(&stat);
        processes.extend(children(process));
    }
    TICK * ticks
}

/// User and system time of a process, and of its children that it has waited for, in ticks.
fn own(stat: &str) -> u32 {
    // The name of the program, in parentheses, may contain anything.
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return 0;
    };
    // The fields 14 to 17 of proc(5); the state after the name is the third.
    let fields = fields.split_whitespace().skip(11).take(4);
    fields.filter_map(|field| field.parse::<u32>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_process_and_its_children_is_added() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 5 6";
        assert_eq!(own(stat), 110);
        assert_eq!(own(""), 0);
    }
}
