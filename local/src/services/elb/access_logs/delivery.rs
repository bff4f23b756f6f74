//! The files in the bucket.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.

use std::io::Write as _;
use std::sync::Weak;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use time::OffsetDateTime;
use time::macros::format_description;

use super::{Destination, SERVICE, account_of};
use crate::account::Account;
use crate::aws::{ACCOUNT, now, suffix};
use crate::services::s3;

/// How often ELB writes a file.
const INTERVAL: Duration = Duration::from_mins(5);

/// The shortest time between two files of the local AWS.
const SHORTEST: Duration = Duration::from_millis(100);

/// The address of the only node of a load balancer.
const NODE: &str = "127.0.0.1";

/// Delivers the lines every five minutes, at the pace of the local AWS, until the account is gone.
pub(crate) async fn deliver_forever(account: Weak<Account>) {
    loop {
        let Some(pace) = account.upgrade().map(|account| account.pace) else {
            return;
        };
        tokio::time::sleep(pace.shrink(INTERVAL).max(SHORTEST)).await;
        let Some(account) = account.upgrade() else {
            return;
        };
        deliver(&account).await;
    }
}

/// Delivers the lines that wait. Those of a bucket that no longer admits ELB are lost, as on AWS.
pub(crate) async fn deliver(account: &Account) {
    for (destination, lines) in account.balancers.access_logs.take() {
        if lines.dropped > 0 {
            tracing::warn!("{} lines of an access log are left out", lines.dropped);
        }
        let end = OffsetDateTime::now_utc();
        let key = key(
            &destination,
            &account.region,
            end,
            &suffix(8).to_lowercase(),
        );
        let written = match compressed(&lines.text) {
            Ok(file) => put(account, &destination, &key, &file).await,
            Err(err) => Err(err.to_string()),
        };
        if let Err(reason) = written {
            tracing::warn!("the access log {key} is lost: {reason}");
        }
    }
}

/// Tries whether ELB may write to the bucket.
///
/// # Errors
/// Why not.
pub(in crate::services::elb) async fn write_test_file(
    account: &Account,
    destination: &Destination,
) -> Result<(), String> {
    let text = format!(
        "Enable AccessLog for ELB: {} at {}",
        destination.name(),
        now()
    );
    let key = test_key(&destination.prefix);
    put(account, destination, &key, text.as_bytes()).await
}

/// The key of the file with which ELB tries whether it may write.
pub(in crate::services::elb) fn test_key(prefix: &str) -> String {
    below(prefix, "ELBAccessLogTestFile")
}

async fn put(
    account: &Account,
    destination: &Destination,
    key: &str,
    bytes: &[u8],
) -> Result<(), String> {
    let put = s3::ServicePut {
        service: SERVICE,
        account: account_of(&account.region),
        source: &destination.load_balancer,
        bucket: &destination.bucket,
        key,
    };
    put.write(account, bytes).await
}

fn compressed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut file = GzEncoder::new(Vec::new(), Compression::fast());
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// `[PREFIX/]AWSLogs/ACCOUNT/REST`.
fn below(prefix: &str, rest: &str) -> String {
    let path = format!("AWSLogs/{ACCOUNT}/{rest}");
    match prefix.trim_matches('/') {
        "" => path,
        prefix => format!("{prefix}/{path}"),
    }
}

/// The key of a file with the lines until `end`.
fn key(destination: &Destination, region: &str, end: OffsetDateTime, random: &str) -> String {
    let day = format_description!("[year]/[month]/[day]");
    let minute = format_description!("[year][month][day]T[hour][minute]Z");
    let day = end.format(day).unwrap_or_default();
    let minute = end.format(minute).unwrap_or_default();
    let id = destination.name().replace('/', ".");
    let file =
        format!("{ACCOUNT}_elasticloadbalancing_{region}_{id}_{minute}_{NODE}_{random}.log.gz");
    let path = format!("elasticloadbalancing/{region}/{day}/{file}");
    below(&destination.prefix, &path)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_file_has_the_name_that_elb_gives_it() {
        let destination = |prefix: &str| {
            Destination {
            load_balancer: "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/my-loadbalancer/1234567890abcdef".into(),
            bucket: "logs".into(),
            prefix: prefix.into(),
        }
        };
        let end = datetime!(2022-02-15 23:40:12 UTC);
        let name = "AWSLogs/123456789012/elasticloadbalancing/us-east-2/2022/02/15/123456789012_elasticloadbalancing_us-east-2_app.my-loadbalancer.1234567890abcdef_20220215T2340Z_127.0.0.1_20sg8hgm.log.gz";
        assert_eq!(key(&destination(""), "us-east-2", end, "20sg8hgm"), name);
        assert_eq!(
            key(&destination("web/prod"), "us-east-2", end, "20sg8hgm"),
            format!("web/prod/{name}")
        );
        assert_eq!(
            test_key("web"),
            "web/AWSLogs/123456789012/ELBAccessLogTestFile"
        );
    }
}
