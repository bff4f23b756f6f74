//! Measures start and memory of the container:
//! `cargo test --test podman figures -- --ignored --nocapture`.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::http::{get, get_as};
use e2e::shell::{build_app, run};
use e2e::{Account, free_port};

use crate::LOGIN;
use crate::peer::Podman;

const ROUNDS: usize = 7;

#[tokio::test]
#[ignore = "needs podman, runc and a release build"]
async fn figures_of_the_app_in_its_container() {
    let podman = Podman::new();
    let path = |name: &str| podman.directory.path().join(name).display().to_string();
    build_app(path("dist").as_ref());
    let account = Account::new().await;
    account.local.deploy().await.expect("deployed");
    let endpoint = account.local.endpoint_url();
    let line = format!(
        "container image --dist {} --output {}",
        path("dist"),
        path("layout")
    );
    run(&endpoint, &line);
    let image = podman.ask(&["pull", "--quiet", "oci:layout"]);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(&podman, &image, &endpoint).await);
    }
    let median = |figure: fn(&Round) -> u128| {
        let mut all: Vec<u128> = rounds.iter().map(figure).collect();
        all.sort_unstable();
        all[ROUNDS / 2]
    };
    eprintln!(
        "median of {ROUNDS}: {} ms from podman run to the first /ping, {} ms of it from the start of the container's process; \
         idle {} KiB ({} KiB of it its own), after a page {} KiB",
        median(|round| round.from_podman.as_millis()),
        median(|round| round.from_process.as_millis()),
        median(|round| round.idle.0.into()),
        median(|round| round.idle.1.into()),
        median(|round| round.after_page.0.into()),
    );
    account.local.stop().await;
}

struct Round {
    from_podman: Duration,
    from_process: Duration,
    /// Resident memory, and the private part of it, in KiB.
    idle: (u64, u64),
    after_page: (u64, u64),
}

/// Starts the container as the task definition says, and sends requests until it answers.
async fn round(podman: &Podman, image: &str, endpoint: &str) -> Round {
    let address = format!("127.0.0.1:{}", free_port());
    let variables = [
        format!("LISTEN_ADDR={address}"),
        format!("AWS_ENDPOINT_URL={endpoint}"),
        "AWS_REGION=eu-central-1".to_owned(),
        "AWS_ACCESS_KEY_ID=id".to_owned(),
        "AWS_SECRET_ACCESS_KEY=secret".to_owned(),
    ];
    let mut command = podman.command(&["run", "--rm", "--name=app", "--network=host"]);
    command.args(["--user=65532", "--read-only", "--read-only-tmpfs=false"]);
    command.args(["--cap-drop=ALL", "--http-proxy=false", "--log-driver=none"]);
    command.args(variables.iter().flat_map(|variable| ["--env", variable]));
    let start = Instant::now();
    let mut running = command.arg(image).spawn().expect("podman runs");
    while get(&format!("http://{address}/ping")).await.status != 200 {
        assert!(
            running.try_wait().expect("podman").is_none(),
            "it has ended"
        );
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (from_podman, now) = (start.elapsed(), SystemTime::now());
    let started = podman.ask(&[
        "inspect",
        "--format",
        "{{.State.StartedAt.UnixNano}}",
        "app",
    ]);
    let started = Duration::from_nanos(started.parse().expect("a number"));
    let process = podman.process("app");
    let idle = memory(process);
    let page = get_as(&format!("http://{address}"), "/query", LOGIN).await;
    assert!(page.text.contains("object-key-demo1"), "{}", page.text);
    let after_page = memory(process);
    podman.ask(&["stop", "--time=5", "app"]);
    running.wait().expect("podman ends");
    Round {
        from_podman,
        from_process: now.duration_since(UNIX_EPOCH + started).unwrap_or_default(),
        idle,
        after_page,
    }
}

fn memory(process: u32) -> (u64, u64) {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).expect("it runs");
    let sum = |names: &[&str]| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        let sizes = lines.filter(|(name, _)| names.contains(name));
        let sizes = sizes.map(|(_, size)| size.trim().trim_end_matches(" kB"));
        sizes
            .map(|size| size.parse::<u64>().expect("a number"))
            .sum()
    };
    (sum(&["Rss"]), sum(&["Private_Clean", "Private_Dirty"]))
}
