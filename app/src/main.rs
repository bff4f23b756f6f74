//! The binary. All it does is in the library, where tests and other programs can call it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    showtable::main(std::env::args_os()).await
}
