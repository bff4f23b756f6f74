//! Whether the time of a refused login tells what is wrong with it.
//!
//! Pairs of logins that differ in one thing are sent in turns and in a random order. If the mean times of both
//! differ by more than chance explains (Welch's t-test), a guesser could learn from them.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::ensure;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::measure::Effort;
use crate::servers::{Programs, Role, Server};
use crate::stub::Stub;

/// An account allows few failed logins an hour, so there are many accounts.
const USERS: usize = 128;
const GUESSES: usize = 72;
/// Which part of the times is compared. The slowest ones say more about the machine than about the app.
const KEPT: f64 = 0.8;

/// What was measured.
pub(crate) struct Login {
    pub(crate) samples: usize,
    pub(crate) comparisons: Vec<Comparison>,
}

/// Two kinds of logins.
pub(crate) struct Comparison {
    pub(crate) name: &'static str,
    /// In microseconds.
    pub(crate) means: [f64; 2],
    pub(crate) t: f64,
    /// Whether the kinds must differ. It shows that the test can see a difference.
    pub(crate) is_control: bool,
}

/// The credentials of both kinds, for a user.
type Pair = fn(usize) -> [String; 2];

pub(crate) async fn login(
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Login> {
    let guesses = (GUESSES * usize::try_from(effort.rounds)? / 5).max(8);
    let mut accounts = String::new();
    for user in 0..USERS {
        write!(accounts, "user-{user:03}:the-password-of-{user:03} ")?;
    }
    let kinds: [(&'static str, Pair, bool); 3] = [
        (
            "a user that exists, and one that does not",
            |user| {
                [
                    format!("user-{user:03}:guess"),
                    format!("none-{user:03}:guess"),
                ]
            },
            false,
        ),
        (
            "a password that begins right, and one that does not",
            |user| {
                let right = format!("user-{user:03}:the-password-of-xxx");
                [right, format!("user-{user:03}:xxxxxxxxxxxxxxxxxxx")]
            },
            false,
        ),
        (
            "control: a short password, and one of 24 KB",
            |user| {
                let long = "x".repeat(24_000);
                [
                    format!("user-{user:03}:x"),
                    format!("user-{user:03}:{long}"),
                ]
            },
            true,
        ),
    ];
    let mut comparisons = Vec::new();
    for (name, pair, is_control) in kinds {
        // Each has a server of its own, which has counted no failed logins.
        let variables = [("ACCOUNTS", accounts.as_str())];
        let server = Server::start_with(Role::Showtable, 3, stub, programs, &variables).await?;
        let (means, t) = compare(server.address, pair, guesses).await?;
        comparisons.push(Comparison {
            name,
            means,
            t,
            is_control,
        });
    }
    Ok(Login {
        samples: USERS * guesses / 2,
        comparisons,
    })
}

async fn compare(
    address: SocketAddr,
    pair: Pair,
    guesses: usize,
) -> anyhow::Result<([f64; 2], f64)> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut times = [Vec::new(), Vec::new()];
    let mut number = 0_u32;
    for _ in 0..guesses / 2 {
        for user in 0..USERS {
            let first = usize::from(fastrand::bool());
            let credentials = pair(user);
            for kind in [first, 1 - first] {
                number += 1;
                let time = guess(&mut sender, &credentials[kind], number).await?;
                times[kind].push(time);
            }
        }
    }
    let [one, other] = times.map(Kept::of);
    let t = (one.mean - other.mean) / (one.error + other.error).sqrt();
    Ok(([one.mean, other.mean], t))
}

/// Guesses once, from an address that nobody has guessed from. Returns the time in microseconds.
async fn guess(
    sender: &mut SendRequest<Empty<Bytes>>,
    credentials: &str,
    number: u32,
) -> anyhow::Result<f64> {
    let client = std::net::Ipv4Addr::from(0x0100_0000 + number);
    let request = Request::get("/")
        .header(header::HOST, "bench")
        .header("x-forwarded-for", client.to_string())
        .header(
            header::AUTHORIZATION,
            format!("Basic {}", BASE64_STANDARD.encode(credentials)),
        )
        .body(Empty::new())?;
    sender.ready().await?;
    let start = Instant::now();
    let response = sender.send_request(request).await?;
    let time = start.elapsed();
    let status = response.status();
    ensure!(
        status == StatusCode::UNAUTHORIZED,
        "a guess is answered by {status}"
    );
    response.into_body().collect().await?;
    Ok(time.as_secs_f64() * 1e6)
}

/// The mean of the faster ones, and the square of its standard error.
struct Kept {
    mean: f64,
    error: f64,
}

impl Kept {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_unstable_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "there are thousands of times"
        )]
        times.truncate((times.len() as f64 * KEPT) as usize);
        let count = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
        let mean = times.iter().sum::<f64>() / count;
        let squares = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>();
        Self {
            mean,
            error: squares / (count - 1.0) / count,
        }
    }
}
