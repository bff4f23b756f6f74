//! The binary: everything it does is in the library, where a test or another program can call it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    showtable::main(std::env::args_os()).await
}
