//! A proxy of a company that lets nothing through.

use std::net::SocketAddr;
use std::process::Command;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What names a proxy, and what excepts from it.
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

/// Sets these variables of a proxy, and no other.
pub(crate) fn behind(mut command: Command, variables: &[(&str, &str)]) -> Command {
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

/// Starts a proxy that gives every request this answer, or none; gives its address.
pub(crate) async fn answering(answer: Option<&'static str>) -> SocketAddr {
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
    let mut request = [0; 64 * 1024];
    // Not all of it has to be read, except that what is left would break the answer off.
    while let Ok(1..) = stream.read(&mut request).await {
        let Some(answer) = answer else {
            continue;
        };
        let head = format!("HTTP/1.1 {answer}\r\nContent-Type: text/html\r\n");
        let body = "<html><title>Proxy</title></html>";
        let length = body.len();
        let whole = format!("{head}Content-Length: {length}\r\n\r\n{body}");
        if stream.write_all(whole.as_bytes()).await.is_err() {
            return;
        }
    }
}
