//! Runs the commands of a page one after the other, as a reader would, against a local AWS.

use std::collections::BTreeMap;
use std::process::{Command as Process, Output, Stdio};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use e2e::shell::Shell;
use e2e::{binaries, config, free_port};
use regex_lite::Regex;

use crate::command::Command;
use crate::page::{Page, Text};

/// The pages that begin with an empty account. The others begin with everything deployed.
const EMPTY: [&str; 1] = ["docs/deploying.md"];

/// The commands that are only parsed and not run, and why.
const PARSED: [(&str, &str); 5] = [
    (
        "container build-app",
        "builds the app for release, which takes minutes",
    ),
    ("container open", "opens a browser"),
    ("container image", "needs dist/"),
    ("container logs --follow", "never ends"),
    ("container deploy --oidc", "needs an identity provider"),
];

/// The commands that are expected to fail on their page.
const FAILING: [(&str, &str); 3] = [
    ("docs/local.md", "task deploy-table"),
    (
        "docs/operating.md",
        "task deploy-container -- --image local/crashes",
    ),
    (
        "docs/local.md",
        "task deploy-container -- --image local/crashes",
    ),
];

/// Commands to run first, which the page does not show.
const BEFORE: [(&str, &str); 1] = [(
    "task rollback-container",
    "container deploy --yes --image local/showtable:2",
)];

/// The commands that ask for approval. The tests answer yes.
const ASKING: [&str; 8] = [
    "deploy", "execute", "destroy", "rollback", "up", "down", "import", "use",
];

/// A page that is being read.
pub(crate) struct Session<'a> {
    page: &'a Page,
    with_aws: bool,
    local: Option<Shell>,
    environment: BTreeMap<String, String>,
    directory: tempfile::TempDir,
}

impl<'a> Session<'a> {
    pub(crate) fn new(page: &'a Page, with_aws: bool) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let items = directory.path().join("items.jsonl");
        std::fs::write(items, "{\"itemID\":\"1\"}\n{\"itemID\":\"2\"}\n").expect("written");
        Self {
            page,
            with_aws,
            local: None,
            environment: BTreeMap::new(),
            directory,
        }
    }

    /// Runs the commands of a line. Returns how many ran.
    pub(crate) async fn run(&mut self, line: &Text, commands: &[Command]) -> usize {
        let mut ran = 0;
        for command in commands {
            match command {
                Command::Export(name, value) => {
                    self.environment.insert(name.clone(), value.clone());
                }
                Command::Ours(program, arguments) if program == "local" => {
                    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
                    self.start(&arguments).await;
                    ran += 1;
                }
                Command::Ours(program, arguments) if is_run(program, arguments) => {
                    self.start_once().await;
                    self.program(line, program, arguments);
                    ran += 1;
                }
                Command::Aws if self.with_aws => {
                    self.start_once().await;
                    let mut shell = Process::new("sh");
                    shell.args(["-c", &line.text]);
                    self.expect(line, shell, 0);
                    ran += 1;
                }
                _ => {}
            }
        }
        ran
    }

    async fn start_once(&mut self) {
        if self.local.is_none() {
            let is_empty = EMPTY.contains(&self.page.name.as_str());
            let arguments: &[&str] = if is_empty { &["--empty"] } else { &[] };
            self.start(arguments).await;
        }
    }

    /// Starts the local AWS on free ports. It also has a table `orders` and a hosted zone `example.com`, which
    /// do not belong to the stacks.
    async fn start(&mut self, arguments: &[&str]) {
        self.local = None;
        let alb_port = free_port().to_string();
        let ports = ["--port", "0", "--alb-port", &alb_port];
        let mut command = binaries::local();
        command.args([arguments, &ports].concat());
        let mut local = Shell::run_in(&mut command, self.directory.path());
        let endpoint = local.read("AWS_ENDPOINT_URL=");
        make_orders(&endpoint).await;
        make_zone(&endpoint).await;
        self.environment
            .insert("AWS_ENDPOINT_URL".to_owned(), endpoint);
        self.local = Some(local);
    }

    fn program(&self, line: &Text, program: &str, arguments: &[String]) {
        if let Some((_, before)) = BEFORE.iter().find(|(command, _)| *command == line.text) {
            let mut words = before.split(' ');
            let mut process = Process::new(binaries::path(words.next().expect("a program")));
            process.args(words);
            self.expect(line, process, 0);
        }
        let mut process = Process::new(binaries::path(program));
        process.args(arguments);
        let asks = ASKING.contains(&arguments[0].as_str());
        if asks
            && !arguments
                .iter()
                .any(|word| word == "--yes" || word == "--approval")
        {
            process.arg("--yes");
        }
        if arguments[0] == "up" {
            // Uses an existing image, because building one takes minutes.
            process.args(["--image", "local/showtable:1"]);
        }
        let fails = FAILING.contains(&(self.page.name.as_str(), line.text.as_str()));
        self.expect(line, process, i32::from(fails));
    }

    /// Runs a process and checks its exit code.
    fn expect(&self, line: &Text, mut process: Process, code: i32) {
        let Output {
            status,
            stdout,
            stderr,
        } = process
            .current_dir(self.directory.path())
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("AWS_PROFILE")
            .env_remove("DEPLOY_ENV")
            .env_remove("PARAMETER_PREFIX")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_PAGER", "")
            .envs(&self.environment)
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let printed = [stdout, stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        assert_eq!(status.code(), Some(code), "{line}: {printed}");
        let mut lines = printed.lines();
        for shown in self.page.output(line) {
            let pattern = pattern(&shown.text);
            let is_printed = lines.any(|line| pattern.is_match(line));
            assert!(is_printed, "{shown} is not printed: {printed}");
        }
    }
}

/// A line of output as the page shows it, where `…` matches anything.
fn pattern(shown: &str) -> Regex {
    let parts: Vec<_> = shown
        .trim_end()
        .split('…')
        .map(regex_lite::escape)
        .collect();
    Regex::new(&format!("^{}\\s*$", parts.join(".*"))).expect("a pattern")
}

/// Whether a command of a program is run, and not only parsed.
fn is_run(program: &str, arguments: &[String]) -> bool {
    let asks_only = arguments.iter().any(|word| word == "--help");
    let is_parsed = PARSED.iter().any(|(known, _)| {
        let mut words = known.split(' ');
        words.next() == Some(program) && words.all(|word| arguments.iter().any(|it| it == word))
    });
    program != "showtable" && !asks_only && !is_parsed
}

/// A table that exists already, for `import`.
async fn make_orders(endpoint: &str) {
    let client = aws_sdk_dynamodb::Client::new(&config(endpoint).await);
    let key = KeySchemaElement::builder()
        .attribute_name("itemID")
        .key_type(KeyType::Hash);
    let attribute = AttributeDefinition::builder()
        .attribute_name("itemID")
        .attribute_type(ScalarAttributeType::S);
    client
        .create_table()
        .table_name("orders")
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key.build().expect("complete"))
        .attribute_definitions(attribute.build().expect("complete"))
        .send()
        .await
        .expect("the table is made");
}

/// A hosted zone, for `--domain`.
async fn make_zone(endpoint: &str) {
    let zone = aws_sdk_route53::Client::new(&config(endpoint).await).create_hosted_zone();
    let zone = zone.name("example.com").caller_reference("docs");
    zone.send().await.expect("the zone is made");
}
