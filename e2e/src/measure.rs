//! The time and the memory that a process takes.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// From its start to its end.
    pub wall: Duration,
    /// The most memory at any time, in KiB.
    pub memory: u64,
}

/// Runs a command, which succeeds.
pub fn measure(mut command: Command) -> Run {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut process = command.spawn().expect("the command is on the path");
    let mut memory = 0;
    let status = loop {
        memory = peak(process.id()).unwrap_or(memory);
        match process.try_wait().expect("it can be waited for") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let wall = start.elapsed();
    if !status.success() {
        let mut said = String::new();
        let _ = process
            .stderr
            .map(|mut pipe| pipe.read_to_string(&mut said));
        panic!("{command:?}: {said}");
    }
    Run { wall, memory }
}

/// The most memory that a process has had so far, in KiB, as Linux counts it.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
