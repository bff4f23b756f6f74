//! A task as a real container: podman pulls its image from the local AWS's registry and runs it.
//!
//! The container uses the network of this machine. The load balancer reaches its port on 127.0.0.1,
//! and the container reaches the local AWS there. A container outlives the process that started it.
//! `local task-podman` therefore runs between the local AWS and podman, and removes the container
//! when the local AWS ends.

use std::ffi::OsStr;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tokio::process::Command;

use super::environment::Variables;
use crate::account::Account;
use crate::services::ecr::{Image, PASSWORD};
use crate::services::ecs::task_definition::ContainerDefinition;

/// Makes sure that podman is there and runs containers on this machine.
///
/// # Errors
/// One sentence that says how to solve the problem.
pub(crate) async fn find() -> Result<()> {
    const WITHOUT_PODMAN: &str =
        "or leave out --runtime podman to run the program of an image as a process";
    let asked = podman(["info", "--format", "{{.Host.ServiceIsRemote}}"])
        .output()
        .await
        .with_context(|| format!("podman cannot be started: install it, {WITHOUT_PODMAN}"))?;
    if !asked.status.success() {
        let reason = last_line(&asked.stderr);
        bail!("podman info fails ({reason}): correct podman's configuration, {WITHOUT_PODMAN}");
    }
    if last_line(&asked.stdout) == "true" {
        bail!(
            "podman runs its containers on another machine, which cannot reach the local AWS on 127.0.0.1: use a podman that runs them on this machine, {WITHOUT_PODMAN}"
        );
    }
    Ok(())
}

/// Pulls an image from the local AWS's registry.
///
/// # Errors
/// ECS's error for an image that it cannot pull, with podman's reason.
pub(super) async fn pull(account: &Account, image: &Image) -> Result<(), String> {
    let reference = &image.reference;
    let failed = |reason: String| format!("CannotPullContainerError: {reference}: {reason}");
    // The password protects nothing, and may appear in the list of processes.
    let login = format!("AWS:{PASSWORD}");
    let pull = ["pull", "--quiet", "--tls-verify=false", "--creds", &login];
    let pulled = podman(pull).arg(reference).output().await;
    let pulled = pulled.map_err(|err| failed(format!("podman cannot be started: {err}")))?;
    if !pulled.status.success() {
        return Err(failed(last_line(&pulled.stderr)));
    }
    account.tasks.pulled().insert(reference.clone());
    Ok(())
}

/// Removes the images that [`pull`] has pulled, when the local AWS stops.
pub(in crate::services::ecs) async fn forget_images(account: &Account) {
    let pulled = std::mem::take(&mut *account.tasks.pulled());
    for image in pulled {
        remove_image(image.as_ref()).await;
    }
}

/// The command that runs the container of a task and ends with it.
pub(super) fn command(
    account: &Account,
    image: &Image,
    container: &ContainerDefinition,
    task_id: &str,
    variables: &Variables,
) -> Command {
    let name = format!("local-{task_id}");
    let mut command = Command::new(&account.task_program);
    command
        // Ctrl-C must reach only the local AWS, which then stops its tasks in order.
        .process_group(0)
        .args(["task-podman", &image.reference, &name])
        .args(["run", "--rm", "--pull=never", "--name", &name])
        // With a proxy the container could not reach this machine.
        .args(["--network=host", "--http-proxy=false", "--log-driver=none"])
        .args(settings(container));
    for (name, value) in variables {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    command.arg(&image.reference).args(&container.command);
    command
}

/// The definition of a container as options of podman.
fn settings(container: &ContainerDefinition) -> Vec<String> {
    let mut all = vec![format!("--stop-timeout={}", container.stop_timeout())];
    for (value, option) in [
        (&container.user, "user"),
        (&container.working_directory, "workdir"),
    ] {
        let value = value.as_deref().filter(|value| !value.is_empty());
        all.extend(value.map(|value| format!("--{option}={value}")));
    }
    if container.readonly_root_filesystem {
        // Podman would add writable directories in memory; Fargate has none.
        all.extend(["--read-only", "--read-only-tmpfs=false"].map(str::to_owned));
    }
    let capabilities = &container.linux_parameters.capabilities;
    for (listed, option) in [
        (&capabilities.add, "cap-add"),
        (&capabilities.drop, "cap-drop"),
    ] {
        let listed = listed.iter();
        all.extend(listed.map(|capability| format!("--{option}={capability}")));
    }
    if !container.entry_point.is_empty() {
        all.push(format!("--entrypoint={}", json!(container.entry_point)));
    }
    all
}

/// Without force: a container of another local AWS may use the same image.
pub(super) async fn remove_image(image: &OsStr) {
    quietly(&["rmi"], image).await;
}

fn podman(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("podman");
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs podman. A failure is ignored: it means that there was nothing to do.
pub(super) async fn quietly(arguments: &[&str], of: &OsStr) {
    let mut command = podman(arguments);
    let command = command.arg(of).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.status().await;
}

fn last_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.trim().lines().last().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_a_container_are_options_of_podman() {
        for (container, expected) in [
            (json!({}), vec!["--stop-timeout=30"]),
            (
                json!({
                    "StopTimeout": 5,
                    "User": "65532",
                    "ReadonlyRootFilesystem": true,
                    "LinuxParameters": {"Capabilities": {"Drop": ["ALL"], "Add": ["SYS_PTRACE"]}},
                }),
                vec![
                    "--stop-timeout=5",
                    "--user=65532",
                    "--read-only",
                    "--read-only-tmpfs=false",
                    "--cap-add=SYS_PTRACE",
                    "--cap-drop=ALL",
                ],
            ),
            (
                json!({"WorkingDirectory": "/tmp", "EntryPoint": ["/a b", "c"]}),
                vec![
                    "--stop-timeout=30",
                    "--workdir=/tmp",
                    r#"--entrypoint=["/a b","c"]"#,
                ],
            ),
        ] {
            let definition = serde_json::from_value(container.clone()).unwrap();
            assert_eq!(settings(&definition), expected, "{container}");
        }
    }
}
