//! podman with its own store.

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

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("podman");
        // podman names an image after the path of its layout. The name must not have capital letters.
        command.current_dir(self.directory.path());
        let path = |name: &str| self.directory.path().join(name);
        command
            .env("CONTAINERS_CONF", path("containers.conf"))
            .env("CONTAINERS_STORAGE_CONF", path("storage.conf"))
            .args(arguments);
        command
    }

    /// Runs podman, which succeeds. Returns what it printed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("podman runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let printed = String::from_utf8(output.stdout).expect("text");
        printed.trim().to_owned()
    }

    /// The process of a container, as this machine sees it.
    pub(crate) fn process(&self, container: &str) -> u32 {
        let id = self.ask(&["inspect", "--format", "{{.State.Pid}}", container]);
        id.parse().expect("a number")
    }
}
