//! Directories of a container that are kept in memory (`tmpfs`).

use std::ffi::CString;
use std::io;
use std::path::Path;

use rustix::mount::{MountFlags, mount};

use super::specification::MemoryMount;

/// The options of such a directory if its definition sets none, as those of Docker.
const DEFAULT: MountFlags = MountFlags::NOSUID
    .union(MountFlags::NODEV)
    .union(MountFlags::NOEXEC);

/// Mounts it. `all_users` says whether the user namespace has more than one user.
pub(super) fn add(target: &Path, wanted: &MemoryMount, all_users: bool) -> io::Result<()> {
    let (flags, data) = parse(wanted, all_users);
    let data = CString::new(data)?;
    mount("tmpfs", target, "tmpfs", flags, data.as_c_str())?;
    Ok(())
}

/// The flags and the options of the file system itself.
fn parse(wanted: &MemoryMount, all_users: bool) -> (MountFlags, String) {
    let mut flags = DEFAULT;
    let mut data = format!("size={}m", wanted.size);
    for option in &wanted.options {
        if let Some((flag, is_set)) = flag(option) {
            flags.set(flag, is_set);
        } else if let Some((name, _)) = option.split_once('=') {
            // The only user of a namespace owns all its files.
            let is_owner = ["uid", "gid"].contains(&name);
            let is_known = ["mode", "nr_inodes", "nr_blocks"].contains(&name);
            if is_known || (is_owner && all_users) {
                data.push(',');
                data.push_str(option);
            }
        }
    }
    (flags, data)
}

/// The flag that an option sets or clears.
fn flag(option: &str) -> Option<(MountFlags, bool)> {
    Some(match option {
        "ro" => (MountFlags::RDONLY, true),
        "rw" => (MountFlags::RDONLY, false),
        "suid" => (MountFlags::NOSUID, false),
        "nosuid" => (MountFlags::NOSUID, true),
        "dev" => (MountFlags::NODEV, false),
        "nodev" => (MountFlags::NODEV, true),
        "exec" => (MountFlags::NOEXEC, false),
        "noexec" => (MountFlags::NOEXEC, true),
        "sync" => (MountFlags::SYNCHRONOUS, true),
        "async" => (MountFlags::SYNCHRONOUS, false),
        "dirsync" => (MountFlags::DIRSYNC, true),
        "atime" => (MountFlags::NOATIME, false),
        "noatime" => (MountFlags::NOATIME, true),
        "diratime" => (MountFlags::NODIRATIME, false),
        "nodiratime" => (MountFlags::NODIRATIME, true),
        "relatime" => (MountFlags::RELATIME, true),
        "norelatime" => (MountFlags::RELATIME, false),
        "strictatime" => (MountFlags::STRICTATIME, true),
        "nostrictatime" => (MountFlags::STRICTATIME, false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_flags_or_those_of_the_file_system() {
        let of = |options: &[&str], all_users| {
            let options = options.iter().map(|&option| option.to_owned()).collect();
            let wanted = MemoryMount {
                target: "/run".into(),
                size: 64,
                options,
            };
            parse(&wanted, all_users)
        };
        assert_eq!(of(&[], true), (DEFAULT, "size=64m".into()));
        let (flags, data) = of(&["ro", "exec", "mode=700", "uid=7", "defaults"], true);
        assert_eq!(flags, (DEFAULT | MountFlags::RDONLY) - MountFlags::NOEXEC);
        assert_eq!(data, "size=64m,mode=700,uid=7");
        assert_eq!(
            of(&["uid=7", "nr_inodes=9"], false).1,
            "size=64m,nr_inodes=9"
        );
    }
}
