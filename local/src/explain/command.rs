//! `local explain`: asks the running local AWS.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use axum::body::Body;
use axum::http::StatusCode;
use clap::Parser;
use deploy::Output;
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::text;

const EXIT_CODES: &str = "\
Exit codes:
  0   the connection gets through
  1   it is stopped
  2   it could not be explained; the reason is on standard error
  64  wrong usage";

/// Says whether a connection gets through the network of the running local AWS, hop by hop, and whether
/// the roles of a task allow what it does.
///
/// FROM and TO are `internet`, a public address, `load-balancer`, `task`, a service such as `dynamodb`, `ssm`, `ecr` or
/// `logs`, or the name or logical id of a load balancer or an ECS service. TO may also be an action, such
/// as `dynamodb:Scan`. The roles of a task must allow what it does.
#[derive(Debug, Parser)]
#[command(name = "local explain", override_usage = "cargo run --bin local -- explain 'FROM -> TO'", after_help = EXIT_CODES)]
struct Arguments {
    /// For example 'task -> dynamodb', 'internet -> load-balancer'
    #[arg(required = true, value_name = "FROM -> TO")]
    words: Vec<String>,

    /// The address of the local AWS
    #[arg(
        long,
        env = "AWS_ENDPOINT_URL",
        default_value = "http://127.0.0.1:4566",
        value_name = "URL"
    )]
    endpoint: String,
}

/// The exit code if nothing could be explained. 1 means that the connection is stopped.
const NOT_EXPLAINED: u8 = 2;

/// Exits with 0 if the connection gets through, with 1 if it is stopped, with 2 if it cannot be
/// explained, and with 64 after wrong usage.
pub(crate) async fn run(args: Vec<OsString>) -> ExitCode {
    let arguments = Arguments::try_parse_from(args).map_err(deploy::cli::shown);
    let arguments = arguments.unwrap_or_else(|err| deploy::cli::exit(&err));
    match ask(&arguments).await {
        Ok((true, text)) => {
            Output::Lines.result(text.trim_end());
            ExitCode::SUCCESS
        }
        Ok((false, text)) => {
            Output::Lines.result(text.trim_end());
            ExitCode::FAILURE
        }
        Err(err) => {
            Output::Lines.progress(&format!("Error: {err:#}"));
            ExitCode::from(NOT_EXPLAINED)
        }
    }
}

async fn ask(arguments: &Arguments) -> Result<(bool, String)> {
    let (from, to) = ends(&arguments.words.join(" ")).context(
        "say where the connection begins and ends, for example: cargo run --bin local -- explain 'task -> dynamodb'",
    )?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("from", &from)
        .append_pair("to", &to)
        .finish();
    let endpoint = arguments.endpoint.trim_end_matches('/');
    let url = format!("{endpoint}/_local/explain?{query}").parse();
    let url = url.with_context(|| format!("{endpoint} is not the address of a local AWS"))?;
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.get(url).await.with_context(|| {
        format!("no local AWS answers at {endpoint}: start it with `cargo run --bin local`")
    })?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    match status {
        StatusCode::OK if text.contains(text::OPEN) => Ok((true, text)),
        StatusCode::CONFLICT if text.contains(text::STOPPED) => Ok((false, text)),
        StatusCode::BAD_REQUEST if !text.trim_start().starts_with(['<', '{']) => {
            bail!("{}", text.trim_end())
        }
        _ => bail!(
            "{endpoint} is not the address of a local AWS: check AWS_ENDPOINT_URL or --endpoint"
        ),
    }
}

/// `task -> dynamodb` or `task dynamodb`.
fn ends(words: &str) -> Option<(String, String)> {
    let (from, to) = words
        .split_once("->")
        .or_else(|| words.split_once('→'))
        .or_else(|| words.split_once(" to "))
        .or_else(|| words.split_once(' '))?;
    let (from, to) = (from.trim(), to.trim());
    (!from.is_empty() && !to.is_empty()).then(|| (from.to_owned(), to.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_can_be_written_in_several_ways() {
        let expected = Some(("task".to_owned(), "dynamodb".to_owned()));
        for words in [
            "task -> dynamodb",
            "task->dynamodb",
            "task → dynamodb",
            "task to dynamodb",
            "task dynamodb",
        ] {
            assert_eq!(ends(words), expected, "{words}");
        }
        for words in ["task", "task ->", "-> dynamodb", ""] {
            assert_eq!(ends(words), None, "{words}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }
}
