//! The fault table of `docs/faults.md`: what a page shows, and when, while SSM, `DynamoDB`, the
//! endpoint of the credentials or DNS fails, at the start and later.
//!
//! `--nocapture` prints the table with its times. `PAGE_TIME` is the time limit of the pages.

mod credentials;
mod dns;
mod dynamodb;
mod ssm;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt;

use crate::support::{Client, Trouble};

/// How late a response may be on a busy machine.
const SLACK: Duration = Duration::from_secs(2);
/// How long a page may take to be right again on a busy machine.
const RECOVERY: Duration = Duration::from_mins(1);
/// How often a page is loaded again until it is right.
const AGAIN: Duration = Duration::from_millis(20);

/// Every fault, with its name in the table.
const FAULTS: [(&str, Trouble); 12] = [
    ("refused", Trouble::Refused),
    ("reset", Trouble::Reset),
    ("hang", Trouble::Hang),
    ("slow drip", Trouble::Drip(0)),
    (
        "500",
        Trouble::Says(500, r#"{"__type":"InternalServerError"}"#),
    ),
    (
        "throttled",
        Trouble::Says(
            400,
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
        ),
    ),
    (
        "expired token",
        Trouble::Says(
            400,
            r#"{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"#,
        ),
    ),
    ("garbage", Trouble::Says(200, "<html>It works!</html>")),
    ("truncated", Trouble::Truncated),
    ("empty", Trouble::Says(200, "")),
    ("other JSON", Trouble::Says(200, r#"{"Count":0}"#)),
    ("500 without a body", Trouble::Says(500, "")),
];

fn page_time() -> Duration {
    let seconds = std::env::var("PAGE_TIME").ok();
    Duration::from_secs(seconds.map_or(6, |seconds| seconds.parse().unwrap()))
}

/// A page and how long its first byte took.
#[derive(Debug)]
struct Shown {
    status: u16,
    body: String,
    first_byte: Duration,
    end: Duration,
}

async fn show(client: &Client, path: &str) -> Shown {
    let started = Instant::now();
    let answer = client.open(Method::GET, path, Body::empty()).await;
    let (status, first_byte) = (answer.status().as_u16(), started.elapsed());
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    Shown {
        status,
        body: String::from_utf8(bytes.to_vec()).unwrap(),
        first_byte,
        end: started.elapsed(),
    }
}

impl Shown {
    /// Checks a failure: its status, its sentence, and its time.
    #[track_caller]
    fn assert_fails(&self, cell: &str, status: u16, sentence: &str) {
        assert_eq!(self.status, status, "{cell}: {self:?}");
        assert!(self.body.contains(sentence), "{cell}: {self:?}");
        self.assert_in_time(cell);
        for inner in ["It works", "Rate exceeded", "security token", "127.0.0.1"] {
            assert!(!self.body.contains(inner), "{cell} shows {inner}: {self:?}");
        }
    }

    #[track_caller]
    fn assert_in_time(&self, cell: &str) {
        assert!(self.first_byte < page_time() + SLACK, "{cell}: {self:?}");
    }

    /// Checks a page that waits for nothing.
    #[track_caller]
    fn assert_at_once(&self, cell: &str) {
        assert_eq!(self.status, 200, "{cell}: {self:?}");
        // A call that does not come back takes longer.
        assert!(self.first_byte < page_time() / 2, "{cell}: {self:?}");
    }
}

/// Loads a page until it is the expected one. Returns how long that took.
async fn recovered(cell: &str, client: &Client, path: &str, expected: &str) -> Duration {
    let started = Instant::now();
    let mut again = tokio::time::interval(AGAIN);
    loop {
        again.tick().await;
        let shown = show(client, path).await;
        if shown.status == 200 && shown.body.contains(expected) {
            return started.elapsed();
        }
        assert!(started.elapsed() < RECOVERY, "{cell}: {shown:?}");
    }
}

/// Prints a row of the table.
fn report(cell: &str, shown: &Shown, recovery: Duration) {
    let sentence = match shown.body.split_once(r#"<p class="status">"#) {
        Some((_, rest)) => rest.split("<p>").nth(1).unwrap_or_default(),
        None => "the page",
    };
    let sentence = sentence.split('<').next().unwrap_or_default();
    println!(
        "{cell}: {} after {:.1} s, right again after {:.1} s: {sentence}",
        shown.status,
        shown.first_byte.as_secs_f64(),
        recovery.as_secs_f64()
    );
}
