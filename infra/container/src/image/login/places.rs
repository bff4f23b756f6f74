use std::ffi::OsString;
use std::path::PathBuf;

/// The files with logins, in the order in which podman looks into them: its own, and Docker's.
pub(super) fn of_logins(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let given = |name: &str| {
        let value = variable(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    if let Some(only) = given("REGISTRY_AUTH_FILE") {
        return vec![only];
    }
    let in_home = |name: &str| given("HOME").map(|home| home.join(name));
    let podman = [
        given("XDG_RUNTIME_DIR"),
        given("XDG_CONFIG_HOME").or_else(|| in_home(".config")),
    ];
    let podman = podman.into_iter().flatten();
    let podman = podman.map(|directory| directory.join("containers/auth.json"));
    let docker = given("DOCKER_CONFIG").or_else(|| in_home(".docker"));
    let docker = docker.map(|directory| directory.join("config.json"));
    podman.chain(docker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(variables: &[(&str, &str)]) -> Vec<String> {
        let value = |name: &str| {
            let mut all = variables.iter();
            let found = all.find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        let paths = of_logins(value).into_iter();
        paths.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn podman_comes_before_docker_and_one_file_can_be_named() {
        let home = ("HOME", "/a");
        let expected = ["/a/.config/containers/auth.json", "/a/.docker/config.json"];
        assert_eq!(places(&[home]), expected);
        let all = [
            home,
            ("XDG_RUNTIME_DIR", "/run/user/1"),
            ("XDG_CONFIG_HOME", "/config"),
            ("DOCKER_CONFIG", "/docker"),
            ("REGISTRY_AUTH_FILE", ""),
        ];
        let expected = [
            "/run/user/1/containers/auth.json",
            "/config/containers/auth.json",
            "/docker/config.json",
        ];
        assert_eq!(places(&all), expected);
        assert_eq!(places(&[home, ("REGISTRY_AUTH_FILE", "/a")]), ["/a"]);
        assert!(places(&[]).is_empty());
    }
}
