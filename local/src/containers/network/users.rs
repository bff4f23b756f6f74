//! The users of a task's user namespace.

use std::fs;
use std::io;

/// Gives the user namespace of the process its users: all of this machine with the same numbers if
/// the local AWS may do that, otherwise only the user of the local AWS, who is root there. Returns
/// whether it has all users.
pub(super) fn give(process: u32) -> io::Result<bool> {
    let directory = format!("/proc/{process}");
    let all = |file: &str| -> io::Result<()> {
        let own = fs::read_to_string(format!("/proc/self/{file}"))?;
        fs::write(format!("{directory}/{file}"), identity(&own))
    };
    if all("uid_map").and_then(|()| all("gid_map")).is_ok() {
        return Ok(true);
    }
    let user = rustix::process::geteuid().as_raw();
    let group = rustix::process::getegid().as_raw();
    fs::write(format!("{directory}/setgroups"), "deny")?;
    fs::write(format!("{directory}/uid_map"), format!("0 {user} 1"))?;
    fs::write(format!("{directory}/gid_map"), format!("0 {group} 1"))?;
    Ok(false)
}

/// The map that changes no number, for the users of the map `own` (`INSIDE OUTSIDE COUNT` a line).
fn identity(own: &str) -> String {
    let lines = own.lines().filter_map(|line| {
        let mut numbers = line.split_whitespace();
        let (first, count) = (numbers.next()?, numbers.nth(1)?);
        Some(format!("{first} {first} {count}\n"))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn every_user_keeps_the_number() {
        assert_eq!(
            identity("         0          0 4294967295\n"),
            "0 0 4294967295\n"
        );
        assert_eq!(identity("0 1000 1\n1 100000 65536\n"), "0 0 1\n1 1 65536\n");
    }
}
