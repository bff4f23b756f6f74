//! podman with its own store. The local AWS finds it through the same configuration files.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// Lower limits than usual: podman may run inside a container, which allows no more.
const CONTAINERS: &str = r#"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"#;

/// A podman whose containers are removed at the end.
pub(crate) struct Podman {
    pub(crate) directory: TempDir,
}

impl Drop for Podman {
    fn drop(&mut self) {
        let _ = self
            .command(&["rm", "--force", "--all", "--time=0"])
            .output();
    }
}

impl Podman {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = |name: &str| directory.path().join(name);
        fs::write(path("containers.conf"), CONTAINERS).expect("a file");
        let storage = format!(
            "[storage]\ndriver = \"vfs\"\ngraphroot = \"{}\"\nrunroot = \"{}\"\n",
            path("store").display(),
            path("run").display()
        );
        fs::write(path("storage.conf"), storage).expect("a file");
        Self { directory }
    }

    /// Makes a command, and every podman that it starts, use this store.
    pub(crate) fn configure<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let path = |name: &str| self.directory.path().join(name);
        command
            .env("CONTAINERS_CONF", path("containers.conf"))
            .env("CONTAINERS_STORAGE_CONF", path("storage.conf"))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("podman");
        // podman names an image after the path of its layout. The name must not have capital letters.
        command.current_dir(self.directory.path());
        self.configure(&mut command).args(arguments);
        command
    }

    /// Runs podman, which succeeds. Returns what it printed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        self.try_to_ask(arguments).expect("podman succeeds")
    }

    /// What podman printed, or why it failed. It fails if it lists something that another podman is
    /// removing at that moment.
    fn try_to_ask(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.command(arguments).output().expect("podman runs");
        if !output.status.success() {
            return Err(format!("{arguments:?}: {output:?}"));
        }
        let printed = String::from_utf8(output.stdout).expect("text");
        Ok(printed.trim().to_owned())
    }

    /// The ids of the running containers, or an error while they change.
    pub(crate) fn containers(&self) -> Result<Vec<String>, String> {
        let ids = self.try_to_ask(&["ps", "--quiet", "--no-trunc"])?;
        Ok(ids.lines().map(str::to_owned).collect())
    }

    /// The ids of all containers, running or not, and of all images, or an error while they change.
    pub(crate) fn rest(&self) -> Result<String, String> {
        let containers = self.try_to_ask(&["ps", "--all", "--external", "--quiet"])?;
        let images = self.try_to_ask(&["images", "--all", "--quiet"])?;
        Ok(containers + &images)
    }

    /// The process of a container, as this machine sees it.
    pub(crate) fn process(&self, container: &str) -> u32 {
        let id = self.ask(&["inspect", "--format", "{{.State.Pid}}", container]);
        id.parse().expect("a number")
    }

    /// Checks that a container has only the rights that its task definition gives it.
    pub(crate) fn is_restricted(&self, container: &str) {
        let status = format!("/proc/{}/status", self.process(container));
        let status = fs::read_to_string(status).expect("the container runs");
        for line in [
            "CapEff:\t0000000000000000",
            "CapBnd:\t0000000000000000",
            "Uid:\t65532\t",
        ] {
            assert!(status.contains(line), "{line}: {status}");
        }
        let format = "{{.HostConfig.ReadonlyRootfs}} {{.Config.StopTimeout}} {{.HostConfig.Tmpfs}}";
        let settings = self.ask(&["inspect", "--format", format, container]);
        assert_eq!(settings, "true 30 map[]");
    }
}
