//! A container whose program comes from an image. It needs Linux and its namespaces.

#[cfg(target_os = "linux")]
pub(super) use self::linux::start;

#[cfg(not(target_os = "linux"))]
pub(super) async fn start(
    _: &std::sync::Arc<crate::account::Account>,
    _: &crate::services::ecr::Image,
    _: &super::prepare::Prepared,
    _: &super::prepare::Container,
    _: &str,
) -> Result<super::process::Started, String> {
    Err(format!("CannotStartContainerError: {NEEDS}"))
}

/// What an image needs on this machine.
const NEEDS: &str = "the local AWS runs images on Linux only, where its user may make namespaces (sysctl user.max_user_namespaces, and kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu): use the image local/showtable, which is built in";

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;
    use std::process::Stdio;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::UnixStream;
    use tokio::process::Command;

    use crate::account::Account;
    use crate::containers::{DEFAULT_CAPABILITIES, Root, Specification, Volume};
    use crate::services::ecr::Image;
    use crate::services::ecs::task::environment::{Variables, environment};
    use crate::services::ecs::task::prepare::{Container, Prepared};
    use crate::services::ecs::task::process::{Started, spawn};
    use crate::services::ecs::task_definition::ContainerDefinition;

    /// How long the start of a container may take.
    const LONGEST_START: Duration = Duration::from_mins(1);

    /// The processor of this machine, as images call it.
    const HERE: &str = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    };

    /// Fargate's limit of open files.
    const OPEN_FILES: u64 = 65_535;

    /// Starts the program of an image in a container.
    pub(in crate::services::ecs::task) async fn start(
        account: &Arc<Account>,
        image: &Image,
        task: &Prepared,
        container: &Container,
        id: &str,
    ) -> Result<Started, String> {
        let Some(network) = task.network.namespace() else {
            return Err(format!("CannotStartContainerError: {}", super::NEEDS));
        };
        let architecture = task.definition.architecture();
        let is_right = [architecture, ""].contains(&image.architecture.as_str());
        if is_right && architecture != HERE {
            return Err(format!(
                "CannotStartContainerError: the local AWS on this machine ({HERE}) does not run images for {architecture} yet"
            ));
        }
        let broken = |err: io::Error| format!("CannotCreateContainerError: {err}");
        let files = account.blobs.container().map_err(broken)?;
        let variables = environment(account, task, container, id, own(image));
        let specification = specification(account, image, task, container, variables, files.path())
            .map_err(broken)?;
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().map_err(broken)?;
        ours.set_nonblocking(true).map_err(broken)?;
        if !is_right {
            return wrong_architecture(account, &specification);
        }
        let mut command = Command::new(&account.task_program);
        command
            .arg("task-container")
            .args([std::process::id().to_string(), network.to_string()])
            .env_clear();
        let child = spawn(account, &mut command, Stdio::from(OwnedFd::from(theirs)))?;
        // The command still holds the channel, whose end is awaited.
        drop(command);
        let said = tokio::time::timeout(LONGEST_START, hand_over(ours, &specification)).await;
        let said = said
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(broken)?;
        let program = read(&said)?;
        Ok(Started {
            child,
            program,
            files: Some(files),
        })
    }

    /// On Fargate, a program for another processor ends at once, with a line in the log
    /// (<https://repost.aws/knowledge-center/ecs-task-exec-format-error>).
    fn wrong_architecture(
        account: &Account,
        specification: &Specification,
    ) -> Result<Started, String> {
        let program = specification.command.first().map_or("", String::as_str);
        let mut command = Command::new(&account.task_program);
        command.args(["task-wrong", program]).env_clear();
        let child = spawn(account, &mut command, Stdio::null())?;
        let program = child.id().unwrap_or_default();
        Ok(Started {
            child,
            program,
            files: None,
        })
    }

    /// Sends the specification. Returns what the roles have said when the program starts.
    async fn hand_over(
        channel: std::os::unix::net::UnixStream,
        specification: &Specification,
    ) -> io::Result<String> {
        let mut channel = UnixStream::from_std(channel)?;
        let mut line = serde_json::to_vec(specification)?;
        line.push(b'\n');
        channel.write_all(&line).await?;
        let mut said = String::new();
        channel.read_to_string(&mut said).await?;
        Ok(said)
    }

    /// The id of the program.
    ///
    /// # Errors
    /// Fargate's words around those of runc, as in
    /// <https://repost.aws/knowledge-center/ecs-container-runtime-errors>.
    fn read(said: &str) -> Result<u32, String> {
        let of = |kind: &str| said.lines().find_map(|line| line.strip_prefix(kind));
        if let Some(reason) = of("error ") {
            return Err(format!(
                "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {reason}: unknown"
            ));
        }
        let program = of("pid ").and_then(|id| id.parse().ok());
        program.ok_or_else(|| "CannotStartContainerError: the container has not started".to_owned())
    }

    /// The variables of an image.
    fn own(image: &Image) -> Variables {
        let variables = image.execution.env.iter().flatten();
        let pairs = variables.filter_map(|variable| {
            let (name, value) = variable.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        pairs.collect()
    }

    fn specification(
        account: &Account,
        image: &Image,
        task: &Prepared,
        container: &Container,
        environment: Variables,
        files: &Path,
    ) -> io::Result<Specification> {
        let definition = &container.definition;
        let execution = &image.execution;
        let text = |defined: &Option<String>, own: &Option<String>| {
            let defined = defined.clone().filter(|text| !text.is_empty());
            defined.or_else(|| own.clone()).unwrap_or_default()
        };
        Ok(Specification {
            root: Root {
                image: image.root.clone(),
                own: files.to_owned(),
            },
            command: command(image, definition),
            environment,
            directory: text(&definition.working_directory, &execution.working_dir),
            user: text(&definition.user, &execution.user),
            all_users: task.network.has_all_users(),
            read_only: definition.readonly_root_filesystem,
            capabilities: capabilities(definition),
            limits: limits(definition),
            volumes: volumes(account, task, definition, files)?,
        })
    }

    /// The program and its arguments. A new entry point makes the image's command void.
    fn command(image: &Image, definition: &ContainerDefinition) -> Vec<String> {
        let of_image = |words: &Option<Vec<String>>| words.clone().unwrap_or_default();
        let has_entry_point = !definition.entry_point.is_empty();
        let mut words = if has_entry_point {
            definition.entry_point.clone()
        } else {
            of_image(&image.execution.entrypoint)
        };
        if !definition.command.is_empty() {
            words.extend(definition.command.iter().cloned());
        } else if !has_entry_point {
            words.extend(of_image(&image.execution.cmd));
        }
        words
    }

    fn capabilities(definition: &ContainerDefinition) -> Vec<String> {
        let settings = &definition.linux_parameters.capabilities;
        let drops_all = settings.drop.iter().any(|name| name == "ALL");
        let kept = DEFAULT_CAPABILITIES.iter().map(|name| (*name).to_owned());
        let kept = kept.filter(|name| !drops_all && !settings.drop.contains(name));
        kept.chain(settings.add.iter().cloned()).collect()
    }

    fn limits(definition: &ContainerDefinition) -> Vec<(String, u64, u64)> {
        let default = ("nofile".to_owned(), OPEN_FILES, OPEN_FILES);
        let own = definition.ulimits.iter();
        let own = own.map(|limit| (limit.name.clone(), limit.soft_limit.0, limit.hard_limit.0));
        std::iter::once(default).chain(own).collect()
    }

    /// The files that every container has, and the volumes of the task.
    fn volumes(
        account: &Account,
        task: &Prepared,
        definition: &ContainerDefinition,
        files: &Path,
    ) -> io::Result<Vec<Volume>> {
        let address = task.interface.interface.private_ip;
        let name = crate::containers::host_name(address, &account.region);
        let texts = [
            (
                "/etc/hosts",
                format!("127.0.0.1 localhost\n{address} {name}\n"),
            ),
            ("/etc/hostname", format!("{name}\n")),
            // The resolver of every VPC.
            (
                "/etc/resolv.conf",
                format!(
                    "nameserver 169.254.169.253\nsearch {}.compute.internal\n",
                    account.region
                ),
            ),
        ];
        let mut volumes = Vec::new();
        for (target, text) in texts {
            let source = files.join(target.trim_start_matches("/etc/"));
            std::fs::write(&source, text)?;
            volumes.push(Volume {
                source,
                target: target.to_owned(),
                read_only: false,
            });
        }
        for mount in &definition.mount_points {
            let name = mount.source_volume.as_deref().unwrap_or("");
            let path = mount.container_path.clone().unwrap_or_default();
            if let Some(directory) = task.volumes.get(name) {
                volumes.push(Volume {
                    source: directory.path().to_owned(),
                    target: path,
                    read_only: mount.read_only,
                });
            }
        }
        Ok(volumes)
    }

    #[cfg(test)]
    mod tests {
        use serde_json::json;

        use super::*;

        fn image(entrypoint: &[&str], cmd: &[&str]) -> Image {
            let execution = json!({"Entrypoint": entrypoint, "Cmd": cmd});
            Image {
                digest: String::new(),
                architecture: String::new(),
                root: "/".into(),
                execution: serde_json::from_value(execution).unwrap(),
            }
        }

        #[test]
        fn a_new_entry_point_makes_the_command_of_the_image_void() {
            let image = image(&["/app"], &["serve"]);
            for (definition, expected) in [
                (json!({}), vec!["/app", "serve"]),
                (json!({"Command": ["check"]}), vec!["/app", "check"]),
                (json!({"EntryPoint": ["/sh"]}), vec!["/sh"]),
                (
                    json!({"EntryPoint": ["/sh"], "Command": ["-c", "x"]}),
                    vec!["/sh", "-c", "x"],
                ),
            ] {
                let definition = serde_json::from_value(definition).unwrap();
                assert_eq!(command(&image, &definition), expected);
            }
        }

        #[test]
        fn capabilities_are_dropped_one_by_one_or_all() {
            let of = |settings: serde_json::Value| {
                let definition = json!({"LinuxParameters": {"Capabilities": settings}});
                capabilities(&serde_json::from_value(definition).unwrap())
            };
            assert_eq!(of(json!({})).len(), DEFAULT_CAPABILITIES.len());
            assert!(of(json!({"Drop": ["ALL"]})).is_empty());
            assert_eq!(
                of(json!({"Drop": ["ALL"], "Add": ["SYS_PTRACE"]})),
                ["SYS_PTRACE"]
            );
            assert!(!of(json!({"Drop": ["CHOWN"]})).contains(&"CHOWN".to_owned()));
        }

        #[test]
        fn an_error_of_the_container_has_the_words_of_fargate() {
            assert_eq!(read("pid 7\n"), Ok(7));
            let failed = read("pid 7\nerror exec: \"x\": executable file not found in $PATH\n");
            let failed = failed.unwrap_err();
            assert!(failed.ends_with("unable to start container process: exec: \"x\": executable file not found in $PATH: unknown"), "{failed}");
        }
    }
}
