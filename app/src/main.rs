//! The binary. All it does is in the library, where tests and other programs can call it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// It gives memory back when a crowd of clients has gone. The allocator of glibc keeps most of it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    showtable::main(std::env::args_os()).await
}
