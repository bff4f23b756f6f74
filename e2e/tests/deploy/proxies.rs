//! The programs where the environment names a proxy.

use std::process::Command;

use e2e::company_proxy::{ELSEWHERE, answering, behind, elsewhere};
use e2e::http::get_as;
use e2e::proxy::Proxy;
use e2e::shell::Shell;
use e2e::{Account, binaries, command, free_port, images};

/// [`ELSEWHERE`] with TLS.
const ELSEWHERE_TLS: &str = "https://aws.invalid";

/// What a program printed, and how it ended.
struct Run {
    succeeded: bool,
    text: String,
}

async fn run(command: Command) -> Run {
    let output = tokio::process::Command::from(command).output().await;
    let output = output.expect("the program runs");
    let printed = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    Run {
        succeeded: output.status.success(),
        text: printed.concat(),
    }
}

/// A proxy that nothing listens for.
fn dead() -> String {
    format!("http://127.0.0.1:{}", free_port())
}

#[tokio::test]
async fn nothing_on_this_machine_is_reached_through_a_proxy() {
    let dead = dead();
    let named = [
        vec![("HTTP_PROXY", dead.as_str()), ("HTTPS_PROXY", &dead)],
        vec![("http_proxy", dead.as_str()), ("ALL_PROXY", &dead)],
    ];
    for variables in named {
        let alb_port = free_port().to_string();
        let mut local = binaries::local();
        local.args(["--port", "0", "--alb-port", &alb_port]);
        let mut local = Shell::run(&mut behind(local, &variables));
        let url = local.read("Page");
        let page = get_as(&url, "/query", "go-on-aws:hugo2021").await;
        assert_eq!(page.status, 200, "the task reaches the local AWS");
        let endpoint = local.read("AWS_ENDPOINT_URL=");
        let directory = tempfile::tempdir().unwrap();
        images::dist(directory.path(), "a {}");
        let dist = directory.path().display();
        let registry = endpoint.replace("http://", "");
        let push = format!(
            "container image --dist {dist} --stale --username AWS --push {registry}/go-on-aws/showtable:1"
        );
        for line in [
            "vpc deploy --yes",
            "vpc diff",
            "table status",
            "table export -",
            "container deploy --yes",
            "container logs",
            &format!("container deploy --yes --stale --dist {dist} --no-execute"),
            &push,
        ] {
            let mut command = behind(command(&endpoint, line), &variables);
            command.env("REGISTRY_PASSWORD", container_password());
            let run = run(command).await;
            assert!(run.succeeded, "{line}: {}", run.text);
        }
        local.interrupt();
    }
}

/// The password of the local AWS's registry, which is not a secret.
const fn container_password() -> &'static str {
    "local"
}

#[tokio::test]
async fn everything_else_is_reached_through_the_proxy_unless_no_proxy_excludes_it() {
    let account = Account::with(&elsewhere()).await;
    let proxy = Proxy::new(account.local.endpoint_url()).await;
    let variables = [("HTTP_PROXY", proxy.url.as_str())];
    for line in ["vpc deploy --yes", "table deploy --yes", "table export -"] {
        let before = proxy.count();
        let run = run(behind(command(ELSEWHERE, line), &variables)).await;
        assert!(run.succeeded, "{line}: {}", run.text);
        assert!(proxy.count() > before, "{line}");
    }
    let before = proxy.count();
    for (name, value) in [("NO_PROXY", "aws.invalid"), ("no_proxy", "*")] {
        let variables = [variables[0], (name, value)];
        let run = run(behind(command(ELSEWHERE, "vpc status"), &variables)).await;
        assert!(!run.succeeded, "{}", run.text);
        assert!(!run.text.contains("the proxy"), "{}", run.text);
    }
    assert_eq!(proxy.count(), before);
    account.local.stop().await;
}

/// What a proxy does, and what has to be said of it.
struct Case {
    endpoint: &'static str,
    answer: Option<&'static str>,
    said: &'static str,
}

const CASES: [Case; 8] = [
    Case {
        endpoint: ELSEWHERE,
        answer: Some("407 Proxy Authentication Required"),
        said: "asks for a login (407)",
    },
    Case {
        endpoint: ELSEWHERE_TLS,
        answer: Some("407 Proxy Authentication Required"),
        said: "asks for a login (407)",
    },
    Case {
        endpoint: ELSEWHERE,
        answer: Some("502 Bad Gateway"),
        said: "the response 502 for aws.invalid seems to come from",
    },
    Case {
        endpoint: ELSEWHERE_TLS,
        answer: Some("503 Service Unavailable"),
        said: "refuses to connect to aws.invalid",
    },
    Case {
        endpoint: ELSEWHERE,
        answer: Some("403 Forbidden"),
        said: "the response 403 for aws.invalid seems to come from",
    },
    Case {
        endpoint: ELSEWHERE,
        answer: Some("200 OK"),
        said: "the response 200 for aws.invalid seems to come from",
    },
    Case {
        endpoint: ELSEWHERE,
        answer: None,
        said: "did not answer in time",
    },
    Case {
        endpoint: ELSEWHERE_TLS,
        answer: None,
        said: "did not answer in time",
    },
];

/// The sentence names the variable, the proxy, what it did and `NO_PROXY`, and no password.
fn assert_names(text: &str, variable: &str, address: &str, said: &str) {
    for part in [variable, address, said, "NO_PROXY"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert!(!text.contains("secret") && !text.contains("anna"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_proxy_is_reported_with_the_variable_that_names_it() {
    let mut runs = Vec::new();
    for case in CASES {
        let address = answering(case.answer).await.to_string();
        let value = format!("http://anna:secret@{address}");
        for variable in ["HTTP_PROXY", "HTTPS_PROXY", "all_proxy"] {
            let is_other = if case.endpoint == ELSEWHERE {
                "HTTPS_PROXY"
            } else {
                "HTTP_PROXY"
            };
            if variable == is_other {
                continue;
            }
            let command = command(case.endpoint, "vpc status");
            let command = behind(command, &[(variable, &value)]);
            let (address, said) = (address.clone(), case.said);
            runs.push(tokio::spawn(async move {
                let run = run(command).await;
                assert!(!run.succeeded, "{}", run.text);
                assert_eq!(run.text.lines().count(), 1, "{}", run.text);
                assert_names(&run.text, variable, &address, said);
            }));
        }
    }
    for run in runs {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_or_used_is_reported() {
    let dead = dead();
    let address = dead.replace("http://", "");
    for (endpoint, variable) in [(ELSEWHERE, "http_proxy"), (ELSEWHERE_TLS, "HTTPS_PROXY")] {
        for line in ["vpc deploy --yes", "table load -", "container logs"] {
            let run = run(behind(command(endpoint, line), &[(variable, &dead)])).await;
            assert!(!run.succeeded, "{line}: {}", run.text);
            assert_names(&run.text, variable, &address, "cannot be reached");
        }
    }
    let socks = [("ALL_PROXY", "socks5://127.0.0.1:1080")];
    let run = run(behind(command(ELSEWHERE, "vpc status"), &socks)).await;
    assert!(
        run.text
            .contains("ALL_PROXY is not the address of an HTTP proxy")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_reports_its_proxy_in_the_same_words() {
    let (open_end, _held) = std::io::pipe().unwrap();
    for case in CASES {
        let address = answering(case.answer).await.to_string();
        let mut app = binaries::local();
        app.arg("task")
            .env("AWS_ENDPOINT_URL", case.endpoint)
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env_remove("AWS_PROFILE")
            // The app of the local AWS ends with its standard input.
            .stdin(open_end.try_clone().unwrap());
        let value = format!("http://anna:secret@{address}");
        let app = behind(app, &[("ALL_PROXY", &value)]);
        let run = run(app).await;
        assert!(!run.succeeded, "{}", run.text);
        assert_names(&run.text, "ALL_PROXY", &address, case.said);
    }
}

/// Whether a push is patient with what the proxy does, which may pass: for a minute.
fn is_patient(case: &Case) -> bool {
    case.answer.is_none_or(|answer| answer.starts_with("502"))
}

async fn assert_push_names(case: &Case) {
    let directory = tempfile::tempdir().unwrap();
    images::dist(directory.path(), "a {}");
    let address = answering(case.answer).await.to_string();
    let place = case.endpoint.replace("aws.invalid", "aws.invalid:5000");
    let line = format!(
        "container image --stale --dist {} --push {place}/me/showtable:1",
        directory.path().display()
    );
    let value = format!("http://anna:secret@{address}");
    let run = run(behind(command(ELSEWHERE, &line), &[("ALL_PROXY", &value)])).await;
    assert!(!run.succeeded, "{}", run.text);
    assert_names(&run.text, "ALL_PROXY", &address, case.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_reports_its_proxy_in_the_same_words() {
    for case in CASES.iter().filter(|case| !is_patient(case)) {
        assert_push_names(case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: so long a push waits for what may pass"]
async fn a_push_gives_up_on_a_proxy_that_hangs_or_fails() {
    let pushes = CASES
        .iter()
        .filter(|case| is_patient(case))
        .map(assert_push_names);
    futures_util::future::join_all(pushes).await;
}
