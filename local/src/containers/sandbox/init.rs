//! The first process of a container, until it becomes the container's program.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use rustix::fs::{Access, Mode, access};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{UnshareFlags, set_thread_gid, set_thread_groups, set_thread_uid};

use super::identity::Identity;
use super::namespaces::{end_with_parent, leave};
use super::specification::Specification;
use super::{capabilities, identity, kernel_parameters, mounts, reaper};

/// The path for programs of a container that sets none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Becomes the program that standard input describes, or its init process. An error goes back through
/// standard input.
pub(crate) fn run() -> ExitCode {
    match prepare() {
        Ok((mut command, has_init)) => {
            let err = if has_init {
                match reaper::run(&mut command) {
                    Ok(code) => return code,
                    Err(err) => err,
                }
            } else {
                // Standard input is replaced now, which tells the local AWS that the program starts.
                command.exec()
            };
            let program = command.get_program().display();
            eprintln!("exec {program}: {}", plain(&err));
            ExitCode::FAILURE
        }
        Err(reason) => {
            let channel = rustix::io::dup(rustix::stdio::stdin()).map(std::fs::File::from);
            // The local AWS may have ended. Then this process ends, too.
            let _ = channel.map(|mut channel| writeln!(channel, "error {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// The program, and whether it has an init process.
fn prepare() -> Result<(Command, bool), String> {
    // As in a container of Docker, whatever the user of the local AWS has.
    rustix::process::umask(Mode::from_raw_mode(0o022));
    let specification = read().map_err(|err| format!("read the specification: {err}"))?;
    let failed = |err: io::Error| err.to_string();
    leave(UnshareFlags::NEWNS).map_err(failed)?;
    tell_namespace().map_err(failed)?;
    for (name, value) in &specification.kernel_parameters {
        kernel_parameters::set(name, value)?;
    }
    mounts::enter(&specification)?;
    let user = identity::find(&specification.user)?;
    for (name, soft, hard) in &specification.limits {
        limit(name, *soft, *hard);
    }
    enter_directory(&specification.directory)?;
    become_user(&specification, &user).map_err(|err| format!("set the user: {err}"))?;
    end_with_parent(None).map_err(failed)?;
    Ok((command(&specification, &user)?, specification.has_init))
}

/// Tells the local AWS the mount namespace, by which it finds the processes of the container.
fn tell_namespace() -> io::Result<()> {
    let own = std::fs::read_link("/proc/self/ns/mnt")?;
    let channel = rustix::io::dup(rustix::stdio::stdin())?;
    writeln!(std::fs::File::from(channel), "mounts {}", own.display())
}

fn read() -> io::Result<Specification> {
    let mut line = String::new();
    BufReader::new(io::stdin()).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// A limit that is higher than this machine's is the one of this machine.
fn limit(name: &str, soft: u64, hard: u64) {
    let resource = match name {
        "core" => Resource::Core,
        "cpu" => Resource::Cpu,
        "data" => Resource::Data,
        "fsize" => Resource::Fsize,
        "locks" => Resource::Locks,
        "memlock" => Resource::Memlock,
        "msgqueue" => Resource::Msgqueue,
        "nice" => Resource::Nice,
        "nofile" => Resource::Nofile,
        "nproc" => Resource::Nproc,
        "rss" => Resource::Rss,
        "rtprio" => Resource::Rtprio,
        "rttime" => Resource::Rttime,
        "sigpending" => Resource::Sigpending,
        "stack" => Resource::Stack,
        _ => return,
    };
    let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let new = Rlimit {
        current: Some(soft.min(most)),
        maximum: Some(hard.min(most)),
    };
    let _ = setrlimit(resource, new);
}

/// Gives up the rights of the user namespace, then becomes the user.
fn become_user(specification: &Specification, user: &Identity) -> io::Result<()> {
    if !specification.all_users && user.user != 0 {
        // This namespace has one user only, who is root here. In one more namespace, that user has
        // the wanted number.
        leave(UnshareFlags::NEWUSER)?;
        std::fs::write("/proc/self/uid_map", format!("{} 0 1", user.user))?;
        std::fs::write("/proc/self/setgroups", "deny")?;
        std::fs::write("/proc/self/gid_map", format!("{} 0 1", user.group))?;
        return capabilities::keep_only(&specification.capabilities);
    }
    capabilities::keep_only(&specification.capabilities)?;
    if specification.all_users {
        let group = |id: u32| rustix::process::Gid::from_raw(id);
        let groups: Vec<_> = user.groups.iter().map(|id| group(*id)).collect();
        set_thread_groups(&groups)?;
        set_thread_gid(group(user.group))?;
        set_thread_uid(rustix::process::Uid::from_raw(user.user))?;
    }
    Ok(())
}

/// The working directory, which is created if it is missing.
fn enter_directory(directory: &str) -> Result<(), String> {
    let directory = if directory.is_empty() { "/" } else { directory };
    std::fs::create_dir_all(directory)
        .and_then(|()| std::env::set_current_dir(directory))
        .map_err(|err| format!("mkdir {directory}: {}", plain(&err)))
}

fn command(specification: &Specification, user: &Identity) -> Result<Command, String> {
    let variable = |name: &str| {
        let mut all = specification.environment.iter().rev();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let path = variable("PATH").unwrap_or(PATH);
    let [program, arguments @ ..] = specification.command.as_slice() else {
        return Err("no command specified".to_owned());
    };
    let mut command = Command::new(look_up(program, path)?);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", path)
        .env("HOME", &user.home)
        .envs(
            specification
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .stdin(Stdio::null());
    Ok(command)
}

/// The file of a program.
///
/// # Errors
/// runc's words for a program that is not there or cannot be executed.
fn look_up(program: &str, path: &str) -> Result<PathBuf, String> {
    let is_program = |file: &Path| file.is_file() && access(file, Access::EXEC_OK).is_ok();
    if program.contains('/') {
        let file = PathBuf::from(program);
        if let Err(err) = std::fs::metadata(&file) {
            return Err(format!(
                "exec: \"{program}\": stat {program}: {}",
                plain(&err)
            ));
        }
        return if is_program(&file) {
            Ok(file)
        } else {
            Err(format!("exec: \"{program}\": permission denied"))
        };
    }
    let files = path
        .split(':')
        .map(|directory| Path::new(directory).join(program));
    let mut found = files.filter(|file| is_program(file));
    found
        .next()
        .ok_or_else(|| format!("exec: \"{program}\": executable file not found in $PATH"))
}

/// An error as the C library and Go write it: in lower case, without the number.
fn plain(err: &io::Error) -> String {
    let text = err.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}
