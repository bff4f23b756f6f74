//! The command line of the local AWS.

use std::path::PathBuf;

use clap::Parser;

/// Runs an AWS endpoint on 127.0.0.1 and deploys the three stacks to it.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "local",
    version,
    after_help = "\
Other command:
  explain 'FROM -> TO'  Says whether the network lets a connection through, and the roles allow it:
                        cargo run --bin local -- explain 'task -> dynamodb'"
)]
pub struct Options {
    /// Port of the AWS endpoint; 0 chooses a free port
    #[arg(long, default_value_t = 4566)]
    pub port: u16,

    /// First port for load balancers; if it is in use, the next free port; 0 chooses a free port
    #[arg(long, default_value_t = 8080)]
    pub alb_port: u16,

    /// Region of the endpoint
    #[arg(long, env = "AWS_REGION", default_value = "eu-central-1", value_parser = region)]
    pub region: String,

    /// Keep tables and stacks in this directory between runs; without it they end with the local AWS
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Deploy nothing: an empty account
    #[arg(long)]
    pub empty: bool,

    /// How long to wait, compared to AWS: 0 does not wait, 1 is as slow as AWS
    #[arg(long, default_value_t = 0.002, value_name = "SHARE", value_parser = pace, allow_negative_numbers = true)]
    pub pace: f64,

    /// Make a resource fail: `[OPERATION:]LOGICAL_ID[=REASON]`; OPERATION is create, update, delete or rollback; without OPERATION, create and update fail
    #[arg(long, value_name = "RESOURCE", value_parser = crate::account::check_fault)]
    pub fail: Vec<String>,

    /// Raise or lower a quota of the account, such as vpcs=10
    #[arg(long, value_name = "NAME=N", value_parser = crate::account::check_quota)]
    pub quota: Vec<String>,

    /// Answer every Nth call with a throttling error
    #[arg(long, value_name = "N", value_parser = throttle, allow_negative_numbers = true)]
    pub throttle: Option<u64>,

    /// Delay every call by this many milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0, value_parser = milliseconds, allow_negative_numbers = true)]
    pub latency: u64,

    /// Allow the caller only what this IAM policy allows, in JSON; without it, the caller is an administrator
    #[arg(long, value_name = "FILE")]
    pub caller_policy: Option<PathBuf>,

    /// Write the least IAM policy for everything that the caller does to this file
    #[arg(long, value_name = "FILE")]
    pub record_permissions: Option<PathBuf>,

    /// Answer also under this name, which leads to the endpoint from elsewhere
    #[arg(long, value_name = "NAME", value_parser = crate::account::check_host)]
    pub host: Vec<String>,

    /// The program that the local AWS starts for each task; by default this one
    #[arg(long, hide = true)]
    pub task_program: Option<PathBuf>,
}

fn pace(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it must be a number".to_owned())?;
    if (0.0..=10.0).contains(&share) {
        Ok(share)
    } else {
        Err("it must be between 0 and 10".into())
    }
}

/// The form of the regions of AWS: `eu-central-1`, `us-gov-west-1`.
fn region(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.split('-').collect();
    let is_region = match parts.as_slice() {
        [first, middle @ .., last] => {
            let is_word =
                |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
            let is_number = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
            !middle.is_empty() && is_word(first) && middle.iter().all(is_word) && is_number
        }
        _ => false,
    };
    if is_region {
        Ok(text.to_owned())
    } else {
        Err("write the name of a region of AWS, such as eu-central-1".into())
    }
}

fn throttle(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Err("it must be 1 or more; without the option no call is throttled".into()),
        Ok(every) => Ok(every),
        Err(_) => Err("it must be a whole number, 1 or more".into()),
    }
}

fn milliseconds(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "it must be a whole number of milliseconds".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Options::command().debug_assert();
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_is_right() {
        let parse = |arguments: &[&str]| {
            let all = ["local"].iter().chain(arguments);
            Options::try_parse_from(all).map_err(|err| err.to_string())
        };
        for (arguments, says) in [
            (["--region", ""], "such as eu-central-1"),
            (["--region", "Mars"], "such as eu-central-1"),
            (["--region", "eu-central"], "such as eu-central-1"),
            (["--region", "eu-central-1/"], "such as eu-central-1"),
            (["--throttle", "0"], "1 or more"),
            (["--throttle", "-1"], "1 or more"),
            (["--latency", "x"], "a whole number of milliseconds"),
            (["--latency", "-5"], "a whole number of milliseconds"),
            (["--pace", "-1"], "between 0 and 10"),
        ] {
            let err = parse(&arguments).unwrap_err();
            assert!(err.contains(says), "{arguments:?}: {err}");
        }
        for region in ["eu-central-1", "us-gov-west-1", "ap-southeast-12"] {
            assert_eq!(parse(&["--region", region]).unwrap().region, region);
        }
    }

    #[test]
    fn a_pace_is_a_share() {
        assert_eq!(pace("0.5"), Ok(0.5));
        for wrong in ["fast", "-1", "11", "NaN", "inf"] {
            assert!(pace(wrong).is_err(), "{wrong}");
        }
    }
}
