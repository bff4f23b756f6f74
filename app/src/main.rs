//! The binary. All it does is in the library, where tests and other programs can call it.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// It gives memory back after many clients have gone, which that of the system does not.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let runtime = match showtable::runtime() {
        Ok(runtime) => runtime,
        Err(err) => {
            eprintln!("error: cannot start: {err}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(showtable::main(std::env::args_os()))
}
