//! `local` starts the local AWS; `local task` runs one of its tasks.

use std::process::ExitCode;

fn main() -> ExitCode {
    local::main(std::env::args_os())
}
