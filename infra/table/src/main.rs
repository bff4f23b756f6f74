//! `table deploy`, `diff`, `execute`, `destroy`, `follow`, `status`, `import`,
//! `load`, `export` and `completions`.

mod cli;

use std::process::ExitCode;

use deploy::cli::{exit_code, parse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(cli::run(parse()).await)
}
