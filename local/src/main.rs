//! `local` starts the local AWS; `local task` runs one of its tasks.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    local::main(std::env::args_os()).await
}
