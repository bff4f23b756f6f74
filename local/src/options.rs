//! The command line of the local AWS.

use std::path::PathBuf;

use clap::Parser;

/// Runs an AWS endpoint on 127.0.0.1 and deploys the three stacks to it.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "local",
    version,
    after_help = "`local explain 'FROM -> TO'` says whether the network lets a connection through."
)]
pub struct Options {
    /// Port of the AWS endpoint; 0 chooses a free port
    #[arg(long, default_value_t = 4566)]
    pub port: u16,

    /// First port for load balancers; if it is in use, the next free port
    #[arg(long, default_value_t = 8080)]
    pub alb_port: u16,

    /// Region of the endpoint
    #[arg(long, env = "AWS_REGION", default_value = "eu-central-1")]
    pub region: String,

    /// Keep tables and stacks in this directory between runs; without it they end with the local AWS
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Deploy nothing: an empty account
    #[arg(long)]
    pub empty: bool,

    /// How long to wait, compared to AWS: 0 does not wait, 1 is as slow as AWS
    #[arg(long, default_value_t = 0.002, value_name = "SHARE", value_parser = pace)]
    pub pace: f64,

    /// Make a resource fail: `[OPERATION:]LOGICAL_ID[=REASON]`; OPERATION is create, update, delete or rollback; without OPERATION, create and update fail
    #[arg(long, value_name = "RESOURCE", value_parser = crate::account::check_fault)]
    pub fail: Vec<String>,

    /// Raise or lower a quota of the account, such as vpcs=10
    #[arg(long, value_name = "NAME=N", value_parser = crate::account::check_quota)]
    pub quota: Vec<String>,

    /// Answer every Nth call with a throttling error
    #[arg(long, value_name = "N")]
    pub throttle: Option<u64>,

    /// Delay every call by this many milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub latency: u64,

    /// Allow the caller only what this IAM policy allows, in JSON; without it, the caller is an administrator
    #[arg(long, value_name = "FILE")]
    pub caller_policy: Option<PathBuf>,

    /// Write the least IAM policy for everything that the caller does to this file
    #[arg(long, value_name = "FILE")]
    pub record_permissions: Option<PathBuf>,

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Options::command().debug_assert();
    }

    #[test]
    fn a_pace_is_a_share() {
        assert_eq!(pace("0.5"), Ok(0.5));
        for wrong in ["fast", "-1", "11", "NaN", "inf"] {
            assert!(pace(wrong).is_err(), "{wrong}");
        }
    }
}
