//! The roles of this program other than the local AWS itself: parts of the tasks that it starts.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::process::ExitCode;

use crate::services::ecs;

/// Where a built-in image runs.
enum Place {
    /// In the network of this machine, as its variables say.
    Here,
    /// In the network of this machine, on this address.
    At(SocketAddr),
    /// In the network of a task.
    #[cfg(target_os = "linux")]
    In { parent: Option<u32>, network: u32 },
}

/// Runs the role that the first argument names; `None` for the local AWS itself.
pub(super) fn run(arguments: &[OsString]) -> Option<ExitCode> {
    let words: Vec<&str> = arguments
        .iter()
        .skip(1)
        .map(|word| word.to_str().unwrap_or(""))
        .collect();
    let program = arguments.first().cloned();
    let (role, rest) = words.split_first()?;
    Some(match *role {
        "task" => built_in(rest, |place| task(program, &place)),
        "task-wrong" => {
            eprintln!("exec {}: exec format error", rest.first().unwrap_or(&""));
            ExitCode::FAILURE
        }
        "task-crashes" => ecs::crash(),
        "task-unhealthy" => built_in(rest, |place| unhealthy(&place, rest)),
        #[cfg(target_os = "linux")]
        "task-network" => crate::containers::run_network(number(rest, 0)),
        #[cfg(target_os = "linux")]
        "task-container" => match number(rest, 1) {
            Some(network) => crate::containers::run_container(number(rest, 0), network),
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

/// Enters the place that the words name, then runs the image there.
fn built_in(words: &[&str], image: impl FnOnce(Place) -> ExitCode) -> ExitCode {
    let place = match words {
        [] => Place::Here,
        ["at", address, ..] => match address.parse() {
            Ok(address) => Place::At(address),
            Err(_) => return internal("task"),
        },
        #[cfg(target_os = "linux")]
        ["in", parent, network, ..] => match network.parse() {
            Ok(network) => Place::In {
                parent: parent.parse().ok(),
                network,
            },
            Err(_) => return internal("task"),
        },
        _ => return internal("task"),
    };
    #[cfg(target_os = "linux")]
    if let Place::In { parent, network } = place
        && let Err(reason) = crate::containers::enter(parent, network)
    {
        eprintln!("{reason}");
        return ExitCode::FAILURE;
    }
    end_with_the_endpoint();
    image(place)
}

/// The app. Without a network of its own, it listens where it is told to.
fn task(program: Option<OsString>, place: &Place) -> ExitCode {
    let mut arguments: Vec<OsString> = program.into_iter().collect();
    if let Place::At(address) = place {
        arguments.extend(["--listen-addr".into(), address.to_string().into()]);
    }
    super::program::in_runtime(showtable::main(arguments))
}

/// The image that answers with errors. The last word is its port.
fn unhealthy(place: &Place, words: &[&str]) -> ExitCode {
    let port = words.last().and_then(|word| word.parse().ok());
    let address = match place {
        Place::At(address) => *address,
        _ => SocketAddr::from(([0, 0, 0, 0], port.unwrap_or(8080))),
    };
    super::program::in_runtime(ecs::run_unhealthy(address))
}

/// Ends this process when standard input ends. The local AWS holds the other end and never writes,
/// so it ends when the local AWS ends for any reason.
fn end_with_the_endpoint() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}
