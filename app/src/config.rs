//! The configuration: one struct, which is also `--help`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use secrecy::{ExposeSecret, SecretString};

use crate::connections::Limits;
use crate::login::OidcOptions;

/// Shows the items of a DynamoDB table as a web page.
///
/// Region, credentials and endpoint come from the usual `AWS_*` variables.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Config {
    /// Address and port to listen on
    #[arg(long, env, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub listen_addr: SocketAddr,

    /// Prefix of the SSM parameters `<prefix>/table` and `<prefix>/credentials`
    #[arg(long, env, value_name = "PREFIX", default_value = "/go-on-aws", value_parser = parameter_prefix)]
    pub parameter_prefix: String,

    /// Name of the table; without it, the name is read from the parameter `<prefix>/table`
    #[arg(long, env, value_name = "NAME")]
    pub table_name: Option<String>,

    /// Accounts as `user:password` or `role/user:password`, separated by white space; without them, they are read from the parameter `<prefix>/credentials`
    #[arg(long, env, value_name = "ACCOUNTS", hide_env_values = true)]
    pub accounts: Option<SecretString>,

    /// Seconds after which a parameter is read again
    #[arg(long, env, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub parameter_age: Duration,

    /// Time limit in seconds for filling a page with a filter
    #[arg(long, env, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub filter_time: Duration,

    /// Time limit in seconds for the first byte of a page; its end has another one
    #[arg(long, env, value_name = "SECONDS", default_value = "8", value_parser = page_seconds)]
    pub page_time: Duration,

    /// Directory with the style sheet, the script and the icon
    #[arg(long, env, value_name = "DIRECTORY", default_value = "static")]
    pub static_dir: PathBuf,

    /// Users of an identity provider
    #[command(flatten)]
    pub oidc: OidcOptions,

    /// How long a client may take, and how much all clients may hold together
    #[command(flatten)]
    pub limits: Limits,
}

impl Config {
    /// The full name of a parameter.
    pub(crate) fn parameter(&self, leaf: &str) -> String {
        format!("{}/{leaf}", self.parameter_prefix)
    }

    pub(crate) fn accounts(&self) -> Option<&str> {
        given(self.accounts.as_ref().map(ExposeSecret::expose_secret))
    }

    pub(crate) fn table_name(&self) -> Option<&str> {
        given(self.table_name.as_deref())
    }
}

/// An empty variable counts as one that is not set: many tools cannot leave one out.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parameter_prefix(text: &str) -> Result<String, String> {
    let prefix = text.trim_end_matches('/');
    if prefix.starts_with('/') {
        Ok(prefix.to_owned())
    } else {
        Err("a prefix starts with a slash, as /go-on-aws does".to_owned())
    }
}

fn seconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    // A u32 of seconds is 136 years, so that no time computed with it overflows.
    text.parse::<u32>()
        .map(|seconds| Duration::from_secs(seconds.into()))
}

fn page_seconds(text: &str) -> Result<Duration, String> {
    match seconds(text) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err("a page takes time: give it a second or more".to_owned()),
        Err(err) => Err(err.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
        Config::try_parse_from(std::iter::once(&"showtable").chain(arguments))
    }

    #[test]
    fn a_prefix_loses_its_last_slash() {
        let config = parse(&["--parameter-prefix", "/a/b/"]).unwrap();
        assert_eq!(config.parameter("table"), "/a/b/table");
    }

    #[test]
    fn a_prefix_without_a_slash_is_refused() {
        for prefix in ["", "/", "go-on-aws"] {
            let err = parse(&["--parameter-prefix", prefix]).unwrap_err();
            assert!(
                err.to_string().contains("starts with a slash"),
                "{prefix:?}: {err}"
            );
        }
    }

    #[test]
    fn times_are_in_seconds() {
        assert_eq!(
            parse(&["--parameter-age", "5"]).unwrap().parameter_age,
            Duration::from_secs(5)
        );
        parse(&["--parameter-age", "-1"]).unwrap_err();
        let filter_time = |arguments| parse(arguments).unwrap().filter_time;
        assert_eq!(filter_time(&[]), Duration::from_secs(5));
        assert_eq!(filter_time(&["--filter-time", "0"]), Duration::ZERO);
        assert_eq!(parse(&[]).unwrap().page_time, Duration::from_secs(8));
        parse(&["--page-time", "0"]).unwrap_err();
    }

    #[test]
    fn accounts_do_not_show_in_debug_output() {
        let config = parse(&["--accounts", "me:hidden-word"]).unwrap();
        assert!(!format!("{config:?}").contains("hidden-word"));
    }
}
