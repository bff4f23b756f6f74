//! A local AWS to measure against, and processes with what they take.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use local::{Options, Runtime};

/// The options of an empty local AWS that never waits.
pub(crate) fn options() -> Options {
    Options {
        port: 0,
        alb_port: 0,
        region: "eu-central-1".into(),
        data: None,
        empty: true,
        pace: 0.0,
        runtime: Runtime::Process,
        fail: Vec::new(),
        throttle: None,
        latency: 0,
        task_program: Some(PathBuf::from(env!("CARGO_BIN_EXE_local"))),
    }
}

/// One run: how long it took, and the most memory that it had, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) wall: Duration,
    pub(crate) memory: u64,
}

/// Runs a command to its good end.
pub(crate) fn measure(mut command: Command) -> Run {
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
