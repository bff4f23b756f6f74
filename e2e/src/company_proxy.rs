//! The proxy of a company, which lets nothing through, and an endpoint behind it.

use std::net::SocketAddr;
use std::process::Command;

use local::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// An endpoint that is on no machine, and so counts as the real AWS. A proxy can lead to the local one.
pub const ELSEWHERE: &str = "http://aws.invalid";

/// The options of a local AWS that answers under the name of [`ELSEWHERE`].
pub fn elsewhere() -> Options {
    Options {
        host: vec!["aws.invalid".to_owned()],
        ..crate::options()
    }
}

/// The variables that name a proxy, and the hosts that are reached without it.
const VARIABLES: [&str; 8] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// Sets these variables of a proxy, and removes the others.
pub fn behind(mut command: Command, variables: &[(&str, &str)]) -> Command {
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

/// Starts a proxy that gives every request this answer, or none. Returns its address.
pub async fn answering(answer: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, answer: Option<&'static str>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut request).await, Ok(1..)) {
            return;
        }
    }
    if let Some(answer) = answer {
        let body = "<html><title>Proxy</title></html>";
        let length = body.len();
        let whole = format!(
            "HTTP/1.1 {answer}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        let _ = stream.write_all(whole.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
    // The client closes first: otherwise it would see a broken response, or stop waiting.
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}
