//! The roles of this program other than the local AWS itself: parts of the tasks that it starts.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use super::program::in_runtime;
use crate::services::ecs;

/// The port of a built-in image in a container.
const PORT: u16 = 8080;

/// Runs the role that the first argument, or the name of the program, says; `None` for the local AWS
/// itself.
pub(super) fn run(arguments: &[OsString]) -> Option<ExitCode> {
    in_container(arguments).or_else(|| on_this_machine(arguments))
}

/// In a container of a built-in image, the program has the name of the image.
fn in_container(arguments: &[OsString]) -> Option<ExitCode> {
    let name = Path::new(arguments.first()?).file_name();
    Some(match name.and_then(OsStr::to_str)? {
        "showtable" => in_runtime(showtable::main(arguments.to_owned())),
        "crashes" => ecs::crash(),
        "unhealthy" => {
            let address = SocketAddr::from(([0, 0, 0, 0], PORT));
            in_runtime(ecs::run_unhealthy(address))
        }
        _ => return None,
    })
}

fn on_this_machine(arguments: &[OsString]) -> Option<ExitCode> {
    let words: Vec<&str> = arguments
        .iter()
        .skip(1)
        .map(|word| word.to_str().unwrap_or(""))
        .collect();
    let program = arguments.first().cloned();
    let (role, rest) = words.split_first()?;
    Some(match *role {
        // The app in the network of this machine, as its variables say.
        "task" if rest.is_empty() => {
            end_with_the_endpoint();
            in_runtime(showtable::main(program))
        }
        "task" => built_in(rest, |address| task(program, address, rest)),
        "task-wrong" => {
            eprintln!("exec {}: exec format error", rest.first().unwrap_or(&""));
            ExitCode::FAILURE
        }
        "task-crashes" => ecs::crash(),
        "task-unhealthy" => built_in(rest, |address| in_runtime(ecs::run_unhealthy(address))),
        #[cfg(target_os = "linux")]
        "task-network" => crate::containers::run_network(number(rest, 0)),
        #[cfg(target_os = "linux")]
        "task-container" => match number(rest, 1) {
            Some(network) => {
                crate::containers::run_container(number(rest, 0), network, number(rest, 2))
            }
            None => internal(role),
        },
        #[cfg(target_os = "linux")]
        "task-exec" => match (number(rest, 1), number(rest, 2), rest.get(3..)) {
            (Some(network), Some(program), Some(words)) => {
                crate::containers::run_command(number(rest, 0), network, program, words)
            }
            _ => internal(role),
        },
        #[cfg(target_os = "linux")]
        "task-init" => crate::containers::run_init(),
        #[cfg(target_os = "linux")]
        "task-processes" => match number(rest, 1) {
            Some(network) => crate::containers::run_processes(number(rest, 0), network),
            None => internal(role),
        },
        #[cfg(target_os = "linux")]
        "task-pause" => crate::containers::run_pause(),
        _ => return None,
    })
}

fn internal(role: &str) -> ExitCode {
    eprintln!("{role} is an internal command of the local AWS");
    ExitCode::FAILURE
}

fn number(words: &[&str], index: usize) -> Option<u32> {
    words.get(index)?.parse().ok()
}

/// Runs a built-in image on the address that is the first word.
fn built_in(words: &[&str], image: impl FnOnce(SocketAddr) -> ExitCode) -> ExitCode {
    let address = words.first().and_then(|address| address.parse().ok());
    let Some(address) = address else {
        return internal("task");
    };
    end_with_the_endpoint();
    image(address)
}

/// The app. What follows the address are its own arguments.
fn task(program: Option<OsString>, address: SocketAddr, words: &[&str]) -> ExitCode {
    let mut arguments: Vec<OsString> = program.into_iter().collect();
    arguments.extend(["--listen-addr".into(), address.to_string().into()]);
    arguments.extend(words.iter().skip(1).map(OsString::from));
    in_runtime(showtable::main(arguments))
}

/// Ends this process when standard input ends. The local AWS holds the other end and never writes,
/// so it ends when the local AWS ends for any reason.
fn end_with_the_endpoint() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}
