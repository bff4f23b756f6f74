//! `table load` and `table export`, compared with `BatchWriteItem` from a simple script and, if the
//! `aws` command line is installed, with `aws dynamodb batch-write-item`, against the same local AWS in
//! the same run. Only the ratios within one run mean something.
//!
//! `cargo bench --bench items -- --items 1000000`; it needs `python3`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use clap::Parser;
use e2e::measure::{Run, measure};
use e2e::{command, config, options};
use flate2::Compression;
use flate2::write::GzEncoder;

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/items/peer.py");
/// How many items the `aws` command line loads. It is started again for every 25 of them.
const FEW: usize = 500;
const BATCH: usize = 25;

#[derive(Parser)]
struct Flags {
    /// How many items there are
    #[arg(long, default_value_t = 10_000)]
    items: usize,
    /// Measures this `table` in place of the one that is built for it
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Set by `cargo bench`; without it, as under `cargo test`, nothing is measured
    #[arg(long, hide = true)]
    bench: bool,
}

/// The local AWS, and a directory for files of items.
struct Bench {
    endpoint: String,
    client: Client,
    directory: tempfile::TempDir,
    flags: Flags,
}

#[tokio::main]
async fn main() {
    let flags = Flags::parse();
    if !flags.bench {
        println!("nothing is measured: run it by `cargo bench --bench items`");
        return;
    }
    let local = local::start(&options())
        .await
        .expect("the local AWS starts");
    let bench = Bench {
        endpoint: local.endpoint_url(),
        client: Client::new(&config(&local.endpoint_url()).await),
        directory: tempfile::tempdir().expect("a directory"),
        flags,
    };
    bench.run().await;
    local.stop().await;
}

impl Bench {
    async fn run(&self) {
        let count = self.flags.items;
        self.write("items.json", count, typed);
        self.write("items.jsonl", count, plain);
        self.pack("items.json");
        println!(
            "{count} items{:>21}   items/s   MB/s   MB at most   script's time / its own",
            ""
        );
        let script = self.load("script", |table| self.script(table)).await;
        self.print("BatchWriteItem, python", "items.json", script, script);
        for file in ["items.jsonl", "items.json", "items.json.gz"] {
            let run = self
                .load(file, |table| self.ours("load", table, &self.path(file)))
                .await;
            self.print(&format!("table load {file}"), file, run, script);
        }
        self.create("full").await;
        measure(self.ours("load", "full", &self.path("items.json")));
        for file in ["out.jsonl", "out.json", "out.json.gz", "out.csv"] {
            let run = measure(self.ours("export", "full", &self.path(file)));
            self.print(&format!("table export {file}"), file, run, script);
        }
        self.delete("full").await;
        self.aws().await;
    }

    /// Loads fewer items with the `aws` command line.
    async fn aws(&self) {
        if Command::new("aws").arg("--version").output().is_err() {
            println!("no `aws` command line on the path: it is not measured");
            return;
        }
        self.write("few.json", FEW, typed);
        self.create("aws").await;
        let items = BufReader::new(File::open(self.path("few.json")).expect("the file"));
        let items: Vec<_> = items.lines().map(|line| line.expect("a line")).collect();
        let mut wall = std::time::Duration::ZERO;
        let mut memory = 0;
        for batch in items.chunks(BATCH) {
            let puts: Vec<_> = batch
                .iter()
                .map(|item| format!("{{\"PutRequest\":{item}}}"))
                .collect();
            let request = self.path("request.json");
            fs::write(&request, format!("{{\"aws\":[{}]}}", puts.join(","))).expect("written");
            let mut command = Command::new("aws");
            let argument = format!("file://{}", request.display());
            command.args(["dynamodb", "batch-write-item", "--request-items", &argument]);
            let run = measure(self.with_environment(command));
            wall += run.wall;
            memory = memory.max(run.memory);
        }
        self.delete("aws").await;
        self.create("ours").await;
        let ours = measure(self.ours("load", "ours", &self.path("few.json")));
        self.delete("ours").await;
        println!(
            "aws dynamodb batch-write-item, {FEW} items: {:.0} items/s, {:.0} times the time of `table load`, {} MB at most",
            rate(FEW, wall.as_secs_f64()),
            wall.as_secs_f64() / ours.wall.as_secs_f64(),
            memory / 1024,
        );
    }

    /// Measures a command that fills a table of its own.
    async fn load(&self, name: &str, command: impl Fn(&str) -> Command) -> Run {
        let table = name.replace('.', "-");
        self.create(&table).await;
        let run = measure(command(&table));
        self.delete(&table).await;
        run
    }

    fn ours(&self, verb: &str, table: &str, file: &Path) -> Command {
        let mut command = match &self.flags.binary {
            Some(binary) => Command::new(binary),
            None => command(&self.endpoint, "table"),
        };
        command.arg(verb).args(["--table", table]).arg(file);
        self.with_environment(command)
    }

    fn script(&self, table: &str) -> Command {
        let host = self.endpoint.trim_start_matches("http://");
        let mut command = Command::new("python3");
        command
            .args([PEER, host, table])
            .arg(self.path("items.json"));
        command
    }

    fn with_environment(&self, mut command: Command) -> Command {
        command
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdin(Stdio::null());
        command
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, count: usize, line: impl Fn(usize) -> String) {
        let mut file = BufWriter::new(File::create(self.path(name)).expect("a file"));
        for number in 0..count {
            writeln!(file, "{}", line(number)).expect("written");
        }
        file.flush().expect("written");
    }

    fn pack(&self, name: &str) {
        let mut from = File::open(self.path(name)).expect("the file");
        let to = File::create(self.path(&format!("{name}.gz"))).expect("a file");
        let mut to = GzEncoder::new(BufWriter::new(to), Compression::default());
        std::io::copy(&mut from, &mut to).expect("packed");
        to.finish().expect("packed").flush().expect("written");
    }

    async fn create(&self, table: &str) {
        let definition = AttributeDefinition::builder()
            .attribute_name("id")
            .attribute_type(ScalarAttributeType::S);
        let element = KeySchemaElement::builder()
            .attribute_name("id")
            .key_type(KeyType::Hash);
        let create = self.client.create_table().table_name(table);
        create
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(definition.build().expect("a definition"))
            .key_schema(element.build().expect("an element"))
            .send()
            .await
            .expect("the table is made");
    }

    async fn delete(&self, table: &str) {
        let delete = self.client.delete_table().table_name(table);
        delete.send().await.expect("the table is gone");
    }

    /// The MB are of the text, not compressed.
    fn print(&self, name: &str, file: &str, run: Run, script: Run) {
        let text = self.path(file.trim_end_matches(".gz"));
        let bytes = fs::metadata(text).expect("the file").len();
        let seconds = run.wall.as_secs_f64();
        println!(
            "{name:<31} {:>9.0} {:>6.1} {:>12.1} {:>12.1}",
            rate(self.flags.items, seconds),
            megabytes(bytes) / seconds,
            megabytes(run.memory * 1024),
            script.wall.as_secs_f64() / seconds,
        );
    }
}

fn rate(items: usize, seconds: f64) -> f64 {
    f64::from(u32::try_from(items).unwrap_or(u32::MAX)) / seconds
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}

fn plain(number: usize) -> String {
    let text = "The quick brown fox jumps over the lazy dog. ".repeat(3);
    format!(
        "{{\"id\":\"item-{number:09}\",\"price\":{}.25,\"tags\":[\"a\",\"b\"],\"sold\":false,\"size\":{{\"w\":{number},\"h\":2}},\"text\":\"{text}\"}}",
        number % 1000
    )
}

fn typed(number: usize) -> String {
    let text = "The quick brown fox jumps over the lazy dog. ".repeat(3);
    format!(
        "{{\"Item\":{{\"id\":{{\"S\":\"item-{number:09}\"}},\"price\":{{\"N\":\"{}.25\"}},\"tags\":{{\"L\":[{{\"S\":\"a\"}},{{\"S\":\"b\"}}]}},\"sold\":{{\"BOOL\":false}},\"size\":{{\"M\":{{\"w\":{{\"N\":\"{number}\"}},\"h\":{{\"N\":\"2\"}}}}}},\"text\":{{\"S\":\"{text}\"}}}}}}",
        number % 1000
    )
}
