//! The files of a container: its image, its own changes, and the directories that every container has.

use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
    mount_change, mount_remount, unmount,
};
use rustix::thread::UnshareFlags;

use super::memory_mounts;
use super::namespaces::leave;
use super::specification::{Root, Specification, Volume};

/// The device files that every container has.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// Parts of `/proc` that could change or show this machine.
const READ_ONLY: [&str; 5] = ["bus", "fs", "irq", "sys", "sysrq-trigger"];
const MASKED: [&str; 5] = [
    "kcore",
    "keys",
    "latency_stats",
    "timer_list",
    "sched_debug",
];

/// Mounts the root of the container and makes it the root of this process, which is alone in its
/// mount namespace.
///
/// # Errors
/// The step that failed, with the reason.
pub(super) fn enter(specification: &Specification) -> Result<(), String> {
    let step = |what: &'static str| move |err: io::Error| format!("{what}: {err}");
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private).map_err(|err| step("mount /")(err.into()))?;
    let root = overlay(&specification.root).map_err(step("mount the image"))?;
    system(&root).map_err(step("mount /proc and /dev"))?;
    for mount in &specification.memory_mounts {
        directory(&root, &mount.target)
            .and_then(|target| memory_mounts::add(&target, mount, specification.all_users))
            .map_err(|err| format!("mount {}: {err}", mount.target))?;
    }
    for volume in &specification.volumes {
        bind(&root, volume).map_err(|err| format!("mount {}: {err}", volume.target))?;
    }
    if specification.read_only {
        let flags = MountFlags::BIND | MountFlags::RDONLY | inherited(&root);
        mount_remount(&root, flags, c"").map_err(|err| step("remount /")(err.into()))?;
    }
    pivot(&root).map_err(step("pivot_root"))
}

/// Leaves all files of this machine: the root of this process becomes an empty directory.
///
/// # Errors
/// The kernel does not allow it.
pub(super) fn leave_all() -> io::Result<()> {
    leave(UnshareFlags::NEWNS)?;
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", private)?;
    // A directory that every machine has.
    let empty = Path::new("/proc");
    mount("tmpfs", empty, "tmpfs", MountFlags::RDONLY, c"size=4k")?;
    pivot(empty)
}

/// Lays the container's own directory over the image. Returns the mounted root.
fn overlay(root: &Root) -> io::Result<PathBuf> {
    let merged = root.own.join("root");
    fs::create_dir_all(&merged)?;
    if layered(&root.image, &root.own, &merged).is_ok() {
        return Ok(merged);
    }
    // The file system below cannot hold the changes, for example because it is an overlay itself.
    let memory = root.own.join("memory");
    fs::create_dir_all(&memory)?;
    mount("tmpfs", &memory, "tmpfs", MountFlags::empty(), c"mode=755")?;
    layered(&root.image, &memory, &merged)?;
    Ok(merged)
}

fn layered(image: &Path, own: &Path, merged: &Path) -> io::Result<()> {
    let (upper, work) = (own.join("changes"), own.join("work"));
    fs::create_dir_all(&upper)?;
    fs::create_dir_all(&work)?;
    let escaped = |path: &Path| {
        let text = path.to_string_lossy();
        text.replace('\\', "\\\\")
            .replace(',', "\\,")
            .replace(':', "\\:")
    };
    let options = format!(
        "lowerdir={},upperdir={},workdir={},userxattr",
        escaped(image),
        escaped(&upper),
        escaped(&work)
    );
    let options = CString::new(options)?;
    mount(
        "overlay",
        merged,
        "overlay",
        MountFlags::empty(),
        options.as_c_str(),
    )?;
    Ok(())
}

/// Mounts `/proc`, `/sys` and `/dev`.
fn system(root: &Path) -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    let proc = directory(root, "/proc")?;
    if mount("proc", &proc, "proc", flags, None).is_err() {
        // Where parts of /proc are hidden, as in Docker, a new one cannot be mounted.
        mount_bind_recursive("/proc", &proc)?;
    }
    for part in READ_ONLY {
        lock(&proc.join(part));
    }
    for part in MASKED {
        // What is missing need not be hidden.
        let _ = mount_bind("/dev/null", proc.join(part));
    }
    // Some systems do not allow it; few programs need it.
    let sys = directory(root, "/sys")?;
    let _ = mount("sysfs", sys, "sysfs", flags | MountFlags::RDONLY, None);
    devices(&directory(root, "/dev")?)
}

/// An error means that there is no such part.
fn lock(path: &Path) {
    if mount_bind(path, path).is_ok() {
        let flags = MountFlags::BIND
            | MountFlags::RDONLY
            | MountFlags::NOSUID
            | MountFlags::NODEV
            | MountFlags::NOEXEC;
        let _ = mount_remount(path, flags, c"");
    }
}

fn devices(dev: &Path) -> io::Result<()> {
    mount("tmpfs", dev, "tmpfs", MountFlags::NOSUID, c"mode=755")?;
    for name in DEVICES {
        let target = dev.join(name);
        File::create(&target)?;
        mount_bind(Path::new("/dev").join(name), &target)?;
    }
    for (name, target) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        symlink(target, dev.join(name))?;
    }
    let memory = dev.join("shm");
    fs::create_dir(&memory)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("shm", &memory, "tmpfs", flags, c"mode=1777,size=65536k")?;
    Ok(())
}

/// Shows a directory or file of this machine in the container.
fn bind(root: &Path, volume: &Volume) -> io::Result<()> {
    let target = if volume.source.is_dir() {
        directory(root, &volume.target)?
    } else {
        file(root, &volume.target)?
    };
    mount_bind(&volume.source, &target)?;
    if volume.read_only {
        let flags = MountFlags::BIND | MountFlags::RDONLY | inherited(&target);
        mount_remount(&target, flags, c"")?;
    }
    Ok(())
}

/// The flags that a mount in a user namespace must keep.
fn inherited(path: &Path) -> MountFlags {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    let Ok(found) = statvfs(path) else {
        return MountFlags::empty();
    };
    let pairs = [
        (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ];
    let kept = pairs
        .into_iter()
        .filter(|(has, _)| found.f_flag.contains(*has));
    kept.map(|(_, flag)| flag)
        .fold(MountFlags::empty(), |all, flag| all | flag)
}

/// A directory of the container, which is created if it is missing.
fn directory(root: &Path, path: &str) -> io::Result<PathBuf> {
    let target = within(root, path)?;
    fs::create_dir_all(&target)?;
    Ok(target)
}

/// A file of the container, which is created if it is missing. A link is replaced: it could lead out
/// of the container.
fn file(root: &Path, path: &str) -> io::Result<PathBuf> {
    let target = within(root, path)?;
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    if target.is_symlink() {
        fs::remove_file(&target)?;
    }
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&target)?;
    Ok(target)
}

/// The place of `path` under `root`, where links of the image lead to as in the container.
fn within(root: &Path, path: &str) -> io::Result<PathBuf> {
    /// As many links as the kernel follows.
    const MOST_LINKS: usize = 40;
    let mut found = PathBuf::new();
    let mut rest: Vec<std::ffi::OsString> = parts(Path::new(path));
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == ".." {
            found.pop();
            continue;
        }
        found.push(&part);
        if let Ok(target) = fs::read_link(root.join(&found)) {
            links += 1;
            if links > MOST_LINKS {
                return Err(io::Error::other(format!("{path} is a circle of links")));
            }
            found.pop();
            if target.is_absolute() {
                found.clear();
            }
            rest.extend(parts(&target));
        }
    }
    Ok(root.join(found))
}

/// The names of a path, the last one first.
fn parts(path: &Path) -> Vec<std::ffi::OsString> {
    let parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    parts.collect()
}

/// Makes `root` the root of this mount namespace, without a trace of the old one.
fn pivot(root: &Path) -> io::Result<()> {
    rustix::process::chdir(root)?;
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    rustix::process::chdir("/")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_an_image_stay_in_the_container() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir_all(root.join("run")).unwrap();
        symlink("/run", root.join("var")).unwrap();
        symlink("../../..", root.join("up")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        for (path, expected) in [
            ("/var/data", "run/data"),
            ("/up/etc", "etc"),
            ("../../etc/hosts", "etc/hosts"),
            ("/a/./b", "a/b"),
        ] {
            assert_eq!(within(&root, path).unwrap(), root.join(expected), "{path}");
        }
        assert!(within(&root, "/loop/x").is_err());
    }
}
