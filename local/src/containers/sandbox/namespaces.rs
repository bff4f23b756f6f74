//! Entering namespaces, new ones or those of another process.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

/// Moves this process into new namespaces. It must have only one thread.
pub(super) fn leave(namespaces: UnshareFlags) -> io::Result<()> {
    #[expect(
        deprecated,
        reason = "the replacement is unsafe because of UnshareFlags::FILES, which is never used here"
    )]
    rustix::thread::unshare(namespaces)?;
    Ok(())
}

/// Moves this process into the user, network, host name and IPC namespaces of the process.
pub(super) fn join_task(process: u32) -> io::Result<()> {
    join(
        process,
        &[
            ("user", LinkNameSpaceType::User),
            ("net", LinkNameSpaceType::Network),
            ("uts", LinkNameSpaceType::HostNameAndNISDomainName),
            ("ipc", LinkNameSpaceType::InterProcessCommunication),
        ],
    )
}

/// Moves this process into the namespaces of a container, of which `process` is the program.
/// Only its children are in the process namespace.
pub(super) fn join_container(process: u32) -> io::Result<()> {
    join(
        process,
        &[
            ("pid", LinkNameSpaceType::ProcessID),
            ("mnt", LinkNameSpaceType::Mount),
        ],
    )
}

/// Lets the children of this process be in the process namespace of the process.
pub(super) fn join_processes(process: u32) -> io::Result<()> {
    join(process, &[("pid", LinkNameSpaceType::ProcessID)])
}

fn join(process: u32, namespaces: &[(&str, LinkNameSpaceType)]) -> io::Result<()> {
    let opened: io::Result<Vec<_>> = namespaces
        .iter()
        .map(|(name, kind)| Ok((File::open(format!("/proc/{process}/ns/{name}"))?, *kind)))
        .collect();
    for (namespace, kind) in opened? {
        move_into_link_name_space(namespace.as_fd(), Some(kind))?;
    }
    Ok(())
}

/// Lets the kernel end this process when its parent ends. Setting the user undoes this.
///
/// # Errors
/// The parent, whose id is `parent`, has ended already.
pub(super) fn end_with_parent(parent: Option<u32>) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let Some(parent) = parent else { return Ok(()) };
    let now = getppid().map(Pid::as_raw_nonzero);
    if now.is_some_and(|now| u32::try_from(now.get()) == Ok(parent)) {
        return Ok(());
    }
    Err(io::Error::other("the local AWS has ended"))
}
