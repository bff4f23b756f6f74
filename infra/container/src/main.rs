//! The program that deploys and operates the stack `container`; see [`container`] for the flow.

use std::process::ExitCode;

use container::cli::{Program, run};
use deploy::cli::{exit_code, parse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>()).await)
}
