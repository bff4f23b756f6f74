//! The image together with programs that have to understand it: a registry, an inspector and a runtime.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use container::image::{Architecture, build_app};
use deploy::Output;
use serde_json::Value;

use crate::attachments::described;
use crate::support::dist;
use crate::support::processes::{Running, certificates, free_port, get, run, wait_for};

const LOGIN: &str = "me:secret-of-a-test";

/// Debian's registry, which accepts only `LOGIN`.
fn docker_registry(directory: &Path) -> (Running, u16) {
    let (user, password) = LOGIN.split_once(':').unwrap();
    let accounts = run(Command::new("htpasswd").args(["-Bbn", user, password]));
    fs::write(directory.join("accounts"), accounts).unwrap();
    let port = free_port();
    let root = directory.display();
    let config = format!(
        "version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {root}/registry}}}}
http: {{addr: '127.0.0.1:{port}'}}
auth: {{htpasswd: {{realm: test, path: {root}/accounts}}}}
"
    );
    let path = directory.join("registry.yml");
    fs::write(&path, config).unwrap();
    let registry = Running::start(Command::new("docker-registry").arg("serve").arg(path));
    wait_for(port);
    (registry, port)
}

fn container(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_container"));
    command.args(["image", "--json", "--stale", "--dist"]);
    command.arg(directory.join("dist"));
    // Without the logins of the person who runs the test.
    command.env("DOCKER_CONFIG", directory.join("docker"));
    command
}

fn pushed(command: &mut Command) -> Value {
    serde_json::from_str(&run(command)).unwrap()
}

#[test]
#[ignore = "needs skopeo"]
fn skopeo_reads_the_layout() {
    let directory = tempfile::tempdir().unwrap();
    dist(&directory.path().join("dist"));
    let layout = directory.path().join("layout");
    for compression in ["zstd", "gzip"] {
        let made = pushed(
            container(directory.path())
                .args(["--compression", compression, "--output"])
                .arg(&layout),
        );
        let target = format!("oci:{}", layout.display());
        let seen = pushed(Command::new("skopeo").args(["inspect", &target]));
        assert_eq!(seen["Digest"], made["digest"], "{compression}");
    }
}

#[test]
#[ignore = "needs docker-registry, apache2-utils and skopeo"]
fn a_registry_with_a_login_takes_the_image() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    dist(&root.join("dist"));
    let (_registry, port) = docker_registry(root);
    let reference = format!("127.0.0.1:{port}/app/showtable:1");
    let refused = container(root)
        .args(["--push", &reference])
        .output()
        .unwrap();
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && words.contains("docker login"),
        "{words}"
    );

    let (user, password) = LOGIN.split_once(':').unwrap();
    let first = pushed(
        container(root)
            .args(["--push", &reference, "--username", user])
            .env("REGISTRY_PASSWORD", password),
    );
    // The second push uses a login in Docker's file.
    fs::create_dir(root.join("docker")).unwrap();
    let auth = serde_json::json!({"auth": STANDARD.encode(LOGIN)});
    let config = serde_json::json!({"auths": {format!("127.0.0.1:{port}"): auth}});
    fs::write(root.join("docker/config.json"), config.to_string()).unwrap();
    let second = pushed(container(root).args(["--push", &reference]));
    assert_eq!(first["digest"], second["digest"]);
    let was_sent = |pushed: &Value| {
        let blobs = pushed["pushed"]["blobs"].as_array().unwrap().clone();
        blobs.iter().filter(|blob| blob["was_sent"] == true).count()
    };
    assert_eq!((was_sent(&first), was_sent(&second)), (4, 0));

    let target = format!("docker://{reference}");
    let skopeo = ["inspect", "--tls-verify=false", "--creds", LOGIN, &target];
    let seen = pushed(Command::new("skopeo").args(skopeo));
    assert_eq!(seen["Digest"], first["digest"]);
    let config = pushed(Command::new("skopeo").args(skopeo).arg("--config"));
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(
        config["config"]["Entrypoint"],
        serde_json::json!(["/showtable"])
    );
    assert_eq!(config["created"], "1970-01-01T00:00:00Z");
}

/// The commands of `docs/deploying.md` that check a signature without cosign.
#[test]
#[ignore = "needs docker-registry, apache2-utils, skopeo, openssl and python3"]
fn openssl_verifies_the_signature_in_a_registry_without_referrers() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    described(&root.join("dist"));
    let (_registry, port) = docker_registry(root);
    let shell = |script: &str| {
        run(Command::new("sh").args(["-ec", script]).current_dir(root));
    };
    shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    shell("openssl pkey -in key.pem -pubout -out key.pub");
    let (user, password) = LOGIN.split_once(':').unwrap();
    let made = pushed(
        container(root)
            .args([
                "--push",
                &format!("127.0.0.1:{port}/app/showtable:1"),
                "--username",
                user,
            ])
            .arg("--sign")
            .arg(root.join("key.pem"))
            .env("REGISTRY_PASSWORD", password),
    );
    let attached = made["pushed"]["attachments"].as_array().unwrap();
    assert_eq!(attached.len(), 3, "{made}");

    let repository = format!("docker://127.0.0.1:{port}/app/showtable");
    let tag = made["digest"].as_str().unwrap().replace(':', "-");
    let skopeo = format!(
        "skopeo copy --src-tls-verify=false --src-creds {LOGIN} {repository}:{tag}.sig dir:signature"
    );
    shell(&skopeo);
    shell(
        r#"python3 -c 'import base64, json; print(json.load(open("signature/manifest.json"))["layers"][0]["annotations"]["dev.cosignproject.cosign/signature"])' | base64 -d > signature.der"#,
    );
    let manifest = fs::read_to_string(root.join("signature/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let payload = manifest["layers"][0]["digest"].as_str().unwrap();
    let payload = payload.trim_start_matches("sha256:");
    shell(&format!(
        "openssl dgst -sha256 -verify key.pub -signature signature.der signature/{payload}"
    ));
    let signed = fs::read_to_string(root.join("signature").join(payload)).unwrap();
    assert!(
        signed.contains(made["digest"].as_str().unwrap()),
        "{signed}"
    );

    let target = format!("{repository}:{tag}");
    let raw = [
        "inspect",
        "--raw",
        "--tls-verify=false",
        "--creds",
        LOGIN,
        &target,
    ];
    let list = pushed(Command::new("skopeo").args(raw));
    assert_eq!(list["manifests"].as_array().unwrap().len(), 3, "{list}");
}

/// Checks what `build_app` says about a binary, with the programs that read it.
fn check_bill(dist: &Path) {
    let binary = fs::read(dist.join("showtable")).unwrap();
    let listed = auditable_info::audit_info_from_slice(&binary, 8 << 20).unwrap();
    let kind = |name: &str| {
        let mut packages = listed.packages.iter();
        packages.find(|one| one.name == name).map(|one| one.kind)
    };
    let (linked, built) = (
        auditable_serde::DependencyKind::Runtime,
        auditable_serde::DependencyKind::Build,
    );
    for (name, expected) in [
        ("showtable", Some(linked)),
        ("axum", Some(linked)),
        ("serde_derive", Some(built)),
        // Of the deployer, of a test, and of another system.
        ("clap_complete", None),
        ("proptest", None),
        ("windows-sys", None),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
    let script = "import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(error) if error else 0)";
    let bill = dist.join("sbom.cdx.json");
    run(Command::new("python3").args(["-c", script]).arg(&bill));
    let bill: Value = serde_json::from_slice(&fs::read(bill).unwrap()).unwrap();
    let components = bill["components"].as_array().unwrap();
    let find = |name: &str| components.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(find("axum")["scope"], "required");
    assert_eq!(find("serde_derive")["scope"], "excluded");
    assert_eq!(find("rust-std")["scope"], "required");
    let without_license = |one: &&Value| one["type"] == "library" && one["licenses"].is_null();
    assert_eq!(components.iter().find(without_license), None);
    assert_eq!(
        find("ca-certificates.crt")["properties"][0]["name"],
        "go-on-aws:released"
    );
}

/// podman with its own store. Its containers are removed at the end.
struct Podman<'a>(&'a Path);

impl Podman<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new("podman");
        command.args(["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]);
        command.args(["--runtime", "runc"]);
        command.arg("--root").arg(self.0.join("store"));
        command.arg("--runroot").arg(self.0.join("run"));
        command
    }
}

impl Drop for Podman<'_> {
    fn drop(&mut self) {
        let _ = self.command().args(["rm", "--force", "--all"]).output();
    }
}

/// Every file of an image, with its permissions and its bytes.
fn files(podman: &Podman<'_>, image: &str) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let id = run(podman.command().args(["create", image]));
    let exported = podman.command().args(["export", &id]).output().unwrap();
    assert!(exported.status.success(), "{exported:?}");
    let mut archive = tar::Archive::new(&*exported.stdout);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (path, (entry.header().mode().unwrap() & 0o777, bytes))
    });
    entries.collect()
}

#[test]
#[ignore = "needs podman and runc"]
fn the_dockerfile_packs_the_same_image() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    dist(&root.join("dist"));
    let binary = root.join("dist/showtable");
    fs::set_permissions(binary, fs::Permissions::from_mode(0o755)).unwrap();
    let podman = Podman(root);
    let dockerfile = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Dockerfile");
    run(podman
        .command()
        .args(["build", "--quiet", "--isolation=chroot", "--tag=theirs"])
        .args(["--file", dockerfile])
        .arg(root));
    pushed(container(root).arg("--output").arg(root.join("layout")));
    // podman uses the path as a name, which may have no capitals.
    let pull = ["pull", "--quiet", "oci:layout"];
    let ours = run(podman.command().current_dir(root).args(pull));

    let made = files(&podman, &ours);
    assert!(made.contains_key(Path::new("showtable")), "{made:?}");
    assert_eq!(made, files(&podman, "theirs"));
    // Everything but PATH: builders set it, and a single static binary does not need it.
    let settings = |image: &str| {
        let format = "--format={{json .User}} {{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.ExposedPorts}} {{json .Config.WorkingDir}}";
        run(podman.command().args(["image", "inspect", format, image]))
    };
    assert_eq!(settings(&ours), settings("theirs"));
}

#[test]
#[ignore = "needs docker-registry, apache2-utils, podman, runc, openssl, python3, cyclonedx-python-lib and a release build"]
fn podman_runs_the_image_without_privileges_and_it_speaks_tls() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    build_app(
        Architecture::of_this_machine(),
        &root.join("dist"),
        Output::Lines,
    )
    .unwrap();
    check_bill(&root.join("dist"));
    let chain = certificates(root);
    let bundle = root.join("dist/ca-certificates.crt");
    let trusted = [fs::read(&bundle).unwrap(), fs::read(&chain.root).unwrap()].concat();
    fs::write(&bundle, trusted).unwrap();
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/image/support/tls_endpoint.py"
    );
    let (_endpoint, tls_port) = Running::start_and_read(
        Command::new("python3")
            .arg(script)
            .args([&chain.chain, &chain.key]),
    );
    let (_registry, port) = docker_registry(root);
    let reference = format!("127.0.0.1:{port}/showtable:1");
    let (user, password) = LOGIN.split_once(':').unwrap();
    let made = pushed(
        container(root)
            .args(["--push", &reference, "--username", user])
            .env("REGISTRY_PASSWORD", password),
    );
    let size = made["size"].as_u64().unwrap();
    assert!(size <= 5_000_000, "{size} bytes are more than 5 MB");

    let image = made["pushed"]["image"].as_str().unwrap();
    let podman = Podman(root);
    let pull = [
        "pull",
        "--quiet",
        "--tls-verify=false",
        "--creds",
        LOGIN,
        image,
    ];
    run(podman.command().args(pull));
    let app = free_port();
    let id = run(podman
        .command()
        .args([
            "run",
            "--detach",
            "--network=host",
            "--read-only",
            "--cap-drop=all",
        ])
        .args(["--security-opt=no-new-privileges"])
        // Without these podman asks for more than a container inside a container may have.
        .args(["--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096"])
        .arg(format!("--env=LISTEN_ADDR=127.0.0.1:{app}"))
        .arg(format!(
            "--env=AWS_ENDPOINT_URL=https://localhost:{tls_port}"
        ))
        .args([
            "--env=AWS_REGION=eu-central-1",
            "--env=AWS_ACCESS_KEY_ID=id",
        ])
        .args([
            "--env=AWS_SECRET_ACCESS_KEY=secret",
            "--env=TABLE_NAME=demo",
        ])
        .arg(format!("--env=ACCOUNTS={LOGIN}"))
        .arg(image));
    wait_for(app);
    let login = STANDARD.encode(LOGIN);
    assert!(get(app, "/ping", &login).contains("pong"));
    let page = get(app, "/query", &login);
    assert!(page.contains("came-over-tls"), "{page}");
    let style = get(app, "/css/showtable.css", &login);
    assert!(style.starts_with("HTTP/1.1 200"), "{style}");

    let pid = run(podman
        .command()
        .args(["inspect", "--format={{.State.Pid}}", &id]));
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let is_in = |line: &str| status.lines().any(|one| one.starts_with(line));
    assert!(is_in("CapEff:\t0000000000000000"), "{status}");
    assert!(is_in("NoNewPrivs:\t1"), "{status}");
    assert!(!is_in("Uid:\t0\t"), "{status}");
}
