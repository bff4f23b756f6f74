use std::ffi::OsString;
use std::path::PathBuf;

/// The files that may contain logins, in the order of podman: first its own, then Docker's.
pub(super) fn login_files(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
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

    fn paths(variables: &[(&str, &str)]) -> Vec<String> {
        let value = |name: &str| {
            let mut all = variables.iter();
            let found = all.find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        let paths = login_files(value).into_iter();
        paths.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn podman_comes_before_docker_and_a_variable_can_name_the_only_file() {
        let home = ("HOME", "/a");
        let expected = ["/a/.config/containers/auth.json", "/a/.docker/config.json"];
        assert_eq!(paths(&[home]), expected);
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
        assert_eq!(paths(&all), expected);
        assert_eq!(paths(&[home, ("REGISTRY_AUTH_FILE", "/a")]), ["/a"]);
        assert!(paths(&[]).is_empty());
    }
}
