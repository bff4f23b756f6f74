//! From the source to a rollout under load: the real app, built as a static binary, without Docker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use e2e::http::get;
use e2e::shell::{build_app, run};
use e2e::{Account, until};

/// Requests a second, of all clients together.
const RATE: u32 = 200;
const CLIENTS: u32 = 10;

/// Clients that send requests at a constant rate until they are stopped, and count the answers and the
/// failures.
struct Load {
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicUsize>,
    failures: Arc<AtomicUsize>,
    clients: Vec<tokio::task::JoinHandle<()>>,
    began: Instant,
}

impl Load {
    fn start(url: &str) -> Self {
        let mut load = Self {
            stop: Arc::default(),
            answers: Arc::default(),
            failures: Arc::default(),
            clients: Vec::new(),
            began: Instant::now(),
        };
        for _ in 0..CLIENTS {
            let (url, stop) = (format!("{url}/ping"), Arc::clone(&load.stop));
            let (answers, failures) = (Arc::clone(&load.answers), Arc::clone(&load.failures));
            load.clients.push(tokio::spawn(async move {
                let mut pace = tokio::time::interval(Duration::from_secs(1) * CLIENTS / RATE);
                while !stop.load(Ordering::Relaxed) {
                    pace.tick().await;
                    let answer = get(&url).await;
                    answers.fetch_add(1, Ordering::Relaxed);
                    if answer.status != 200 {
                        failures.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }));
        }
        load
    }

    fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// Stops the clients. Returns the number of failures.
    async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.expect("a client goes on");
        }
        let (answers, seconds) = (
            self.answers.load(Ordering::Relaxed),
            self.began.elapsed().as_secs_f64(),
        );
        eprintln!("{answers} answers in {seconds:.1} s");
        self.failures.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "builds the app for release, which takes minutes"]
async fn a_new_style_sheet_is_rolled_out_under_load_without_a_lost_request() {
    let directory = tempfile::tempdir().unwrap();
    let dist = directory.path().join("dist");
    build_app(&dist);
    let account = Account::new().await;
    let endpoint = account.local.endpoint_url();
    let how = format!("--yes --stale --dist {}", dist.display());
    let first = run(&endpoint, &format!("container up {how}"));
    // Three layers, the configuration, the SBOM and the provenance, each once.
    assert_eq!(first.matches(" sent\n").count(), 6, "{first}");
    assert!(!first.contains("there already"), "{first}");
    let deploy = format!("container deploy {how}");
    let url = account.output("container", "ServiceURL").await;
    let load = Load::start(&url);
    until("the load", async || (load.answers() > 200).then_some(())).await;

    let sheet = dist.join("static/css/showtable.css");
    let text = std::fs::read_to_string(&sheet).unwrap();
    std::fs::write(&sheet, format!("{text}\n/* changed */\n")).unwrap();
    let (second, before) = (deploy.clone(), load.answers());
    let to = endpoint.clone();
    let second = tokio::task::spawn_blocking(move || run(&to, &second)).await;
    let second = second.unwrap();
    assert_eq!(second.matches("there already").count(), 2, "{second}");
    let until_now = load.answers();
    assert!(until_now > before, "requests came while it was rolled out");
    until("the old task to be gone", async || {
        (account.local.task_processes().len() == 1).then_some(())
    })
    .await;
    assert_eq!(load.end().await, 0, "no request is lost");
    let served = get(&format!("{url}/css/showtable.css")).await;
    assert!(served.text.contains("/* changed */"));

    run(&endpoint, "container destroy --yes");
    let ecr = aws_sdk_ecr::Client::new(&account.config);
    let repositories = ecr.describe_repositories().send().await.unwrap();
    assert!(repositories.repositories().is_empty());
    account.local.stop().await;
}
