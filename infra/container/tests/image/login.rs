//! The logins that `podman login` and `docker login` have stored.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::process::Command;

use crate::support::dist;
use crate::support::registry::{Fault, Registry};

/// Pushes with its own home directory, which also contains the helpers.
async fn push(home: &Path, host: &str, variables: &[(&str, &str)]) -> Output {
    let directory = home.join("dist");
    fs::create_dir_all(&directory).unwrap();
    dist(&directory);
    let mut command = Command::new(env!("CARGO_BIN_EXE_container"));
    command
        .args(["image", "--stale", "--dist"])
        .arg(&directory)
        .args(["--push", &format!("{host}/showtable:1")])
        .env_clear()
        .env("HOME", home)
        .env("PATH", home.join("bin"))
        .envs(variables.iter().copied());
    command.output().await.unwrap()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A credential helper that is a script.
fn helper(home: &Path, name: &str, script: &str) {
    let path = home.join("bin").join(format!("docker-credential-{name}"));
    write(&path, &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn basic(user: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:secret")))
}

/// An entry for a key, with the password `secret`.
fn auths(key: &str, user: &str) -> String {
    let auth = STANDARD.encode(format!("{user}:secret"));
    format!(r#"{{"auths": {{"{key}": {{"auth": "{auth}"}}}}}}"#)
}

#[tokio::test]
async fn the_login_is_found_where_podman_and_docker_store_it() {
    let registry = Registry::start(Some(Fault::ExpiresTokens(1000))).await;
    let host = registry.address.to_string();
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let run = home.join("run").display().to_string();
    let named = home.join("named.json").display().to_string();
    let steps = [
        (".docker/config.json", auths(&host, "docker"), "docker"),
        (
            ".config/containers/auth.json",
            auths("other", "other"),
            "docker",
        ),
        (
            ".config/containers/auth.json",
            auths(&host, "podman"),
            "podman",
        ),
        (
            "run/containers/auth.json",
            auths(&format!("{host}/showtable"), "namespace"),
            "namespace",
        ),
        ("named.json", auths(&host, "named"), "named"),
        (
            "named.json",
            format!(r#"{{"credHelpers": {{"{host}": "mine"}}}}"#),
            "helped",
        ),
    ];
    helper(
        home,
        "mine",
        r#"echo '{"Username": "helped", "Secret": "secret"}'"#,
    );
    for (path, text, user) in steps {
        write(&home.join(path), &text);
        registry.forget_logins();
        let variables: &[_] = match path {
            "run/containers/auth.json" => &[("XDG_RUNTIME_DIR", run.as_str())],
            "named.json" => &[("REGISTRY_AUTH_FILE", named.as_str())],
            _ => &[],
        };
        let output = push(home, &host, variables).await;
        assert!(output.status.success(), "{user}: {output:?}");
        assert!(registry.logins().contains(&basic(user)), "{user}");
    }
}

#[tokio::test]
async fn a_helper_without_a_login_does_not_stop_the_push() {
    let registry = Registry::start(None).await;
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(
        &home.join(".docker/config.json"),
        r#"{"credsStore": "mine"}"#,
    );
    helper(
        home,
        "mine",
        "echo credentials not found in native keychain; exit 1",
    );
    let output = push(home, &registry.address.to_string(), &[]).await;
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn an_unusable_login_is_reported_with_its_file() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let path = home.join(".docker/config.json");
    helper(home, "fails", "echo the keychain is locked >&2; exit 1");
    helper(home, "leaks", r#"echo '{"Secret": "hunter2"}'; exit 1"#);
    helper(home, "garbage", "echo hunter2");
    helper(
        home,
        "token",
        r#"echo '{"Username": "<token>", "Secret": "hunter2"}'"#,
    );
    for (text, parts) in [
        (
            r#"{"credsStore": "none"}"#,
            ["docker-credential-none", "not on the PATH"],
        ),
        (
            r#"{"credsStore": "fails"}"#,
            ["docker-credential-fails", "the keychain is locked"],
        ),
        (
            r#"{"credsStore": "leaks"}"#,
            ["docker-credential-leaks", "exit status: 1"],
        ),
        (
            r#"{"credsStore": "garbage"}"#,
            ["docker-credential-garbage", "did not print a login"],
        ),
        (
            r#"{"credsStore": "token"}"#,
            ["docker-credential-token", "identity token"],
        ),
        ("{\n  \"auths\": {\"hunter2\"\n}", ["line 3", "column 1"]),
        ("{\"auths\": \"hunter2\"}", ["line 1", "column 19"]),
        (
            r#"{"auths": {"registry.invalid": {"auth": "hunter2"}}}"#,
            ["base64", "REGISTRY_PASSWORD"],
        ),
    ] {
        write(&path, text);
        let output = push(home, "registry.invalid", &[]).await;
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        for part in parts.into_iter().chain([path.to_str().unwrap()]) {
            assert!(said.contains(part), "{part} is missing: {said}");
        }
        assert!(!said.contains("hunter2"), "{said}");
    }
}
