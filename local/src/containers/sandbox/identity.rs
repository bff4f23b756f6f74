//! The user that a container runs as.

use std::fs;

/// The ids of a user, and the home directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) groups: Vec<u32>,
    pub(super) home: String,
}

/// Finds the user `USER[:GROUP]` in the files of the container. Empty means root.
///
/// # Errors
/// The words of runc for a user or group that the files do not have.
pub(super) fn find(wanted: &str) -> Result<Identity, String> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    in_files(wanted, &read("/etc/passwd"), &read("/etc/group"))
}

fn in_files(wanted: &str, passwd: &str, group: &str) -> Result<Identity, String> {
    let (name, group_name) = match wanted.split_once(':') {
        Some((name, group)) => (name, Some(group)),
        None => (wanted, None),
    };
    let name = if name.is_empty() { "0" } else { name };
    let entry = passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name) || fields.get(2) == Some(&name));
    let field = |index: usize| entry.as_ref().and_then(|fields| fields.get(index).copied());
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok());
    let user = number(field(2))
        .or_else(|| number(Some(name)))
        .ok_or_else(|| format!("unable to find user {name}: no matching entries in passwd file"))?;
    let own_name = field(0).unwrap_or(name);
    let groups = groups_of(own_name, group);
    let group = match group_name {
        Some(group_name) => group_id(group_name, group).ok_or_else(|| {
            format!("unable to find group {group_name}: no matching entries in group file")
        })?,
        None => number(field(3)).unwrap_or(0),
    };
    let home = field(5).filter(|home| !home.is_empty()).unwrap_or("/");
    Ok(Identity {
        user,
        group,
        groups: if group_name.is_some() {
            Vec::new()
        } else {
            groups
        },
        home: home.to_owned(),
    })
}

fn group_id(wanted: &str, groups: &str) -> Option<u32> {
    let mut lines = groups
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let entry = lines.find(|fields| fields.first() == Some(&wanted));
    let named = entry.and_then(|fields| fields.get(2)?.parse().ok());
    named.or_else(|| wanted.parse().ok())
}

/// The groups that list the user as a member.
fn groups_of(user: &str, groups: &str) -> Vec<u32> {
    let lines = groups
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let of_user = lines.filter(|fields| {
        fields
            .get(3)
            .is_some_and(|members| members.split(',').any(|member| member == user))
    });
    of_user
        .filter_map(|fields| fields.get(2)?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/sh\nnginx:x:101:102:nginx:/var/nginx:/bin/false\n";
    const GROUP: &str = "root:x:0:\nnginx:x:102:\nweb:x:200:app,nginx\n";

    #[test]
    fn a_user_is_a_name_or_a_number() {
        for (wanted, user, group, groups, home) in [
            ("", 0, 0, vec![], "/root"),
            ("nginx", 101, 102, vec![200], "/var/nginx"),
            ("101", 101, 102, vec![200], "/var/nginx"),
            ("65532", 65532, 0, vec![], "/"),
            ("65532:7", 65532, 7, vec![], "/"),
            ("nginx:web", 101, 200, vec![], "/var/nginx"),
        ] {
            let expected = Identity {
                user,
                group,
                groups,
                home: home.into(),
            };
            assert_eq!(in_files(wanted, PASSWD, GROUP), Ok(expected), "{wanted}");
        }
        for (wanted, reason) in [
            (
                "nobody",
                "unable to find user nobody: no matching entries in passwd file",
            ),
            (
                "0:staff",
                "unable to find group staff: no matching entries in group file",
            ),
        ] {
            assert_eq!(in_files(wanted, PASSWD, GROUP), Err(reason.to_owned()));
        }
    }
}
