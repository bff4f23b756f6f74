//! The program that deploys the stack `vpc`.

use std::process::ExitCode;

use deploy::cli::{exit_code, parse};
use vpc::cli::{Program, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>()).await)
}
