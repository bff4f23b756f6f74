//! An endpoint that stands in front of another one and fails as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// How much time passes between two bytes that drip.
const DRIP: Duration = Duration::from_millis(200);

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// Nothing.
    Well,
    /// It does not listen.
    Refused,
    /// It breaks the connection off when the request is there.
    Reset,
    /// It never answers.
    Hang,
    /// It sends the head and so many bytes of the body at once, and then a byte now and then.
    Drip(usize),
    /// It sends half of the body.
    Truncated,
    /// It answers with this status and body.
    Says(u16, &'static str),
}

/// What is behind the door.
#[derive(Clone)]
pub(crate) enum Behind {
    /// Another server.
    Server(SocketAddr),
    /// A function of the first line of a request, which gives the body.
    Text(fn(&str) -> String),
}

/// An endpoint that fails as it is told. Every request has a connection of its own.
pub(crate) struct Door {
    address: SocketAddr,
    room: Arc<Room>,
    state: tokio::sync::Mutex<State>,
}

struct Room {
    behind: Behind,
    /// The trouble, and the only operation that has it.
    trouble: Mutex<(Trouble, &'static str)>,
    calls: AtomicUsize,
}

enum State {
    Listens(JoinHandle<()>),
    /// The socket keeps the port, and does not listen.
    Refuses(TcpSocket),
    Between,
}

impl Door {
    pub(crate) async fn start(behind: Behind) -> Self {
        let room = Arc::new(Room {
            behind,
            trouble: Mutex::new((Trouble::Well, "")),
            calls: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(listen(listener, Arc::clone(&room)));
        Self {
            address,
            room,
            state: tokio::sync::Mutex::new(State::Listens(server)),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn set(&self, trouble: Trouble) {
        self.set_for("", trouble).await;
    }

    /// Sets the trouble of the calls with this operation only.
    pub(crate) async fn set_for(&self, operation: &'static str, trouble: Trouble) {
        *self.room.trouble.lock().unwrap() = (trouble, operation);
        let mut state = self.state.lock().await;
        *state = match (std::mem::replace(&mut *state, State::Between), trouble) {
            (State::Listens(server), Trouble::Refused) => {
                server.abort();
                let _ = server.await;
                State::Refuses(bound(self.address))
            }
            (State::Refuses(socket), trouble) if !matches!(trouble, Trouble::Refused) => {
                let listener = socket.listen(1024).unwrap();
                State::Listens(tokio::spawn(listen(listener, Arc::clone(&self.room))))
            }
            (same, _) => same,
        };
    }

    /// How many requests have come.
    pub(crate) fn calls(&self) -> usize {
        self.room.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let State::Listens(server) = self.state.get_mut() {
            server.abort();
        }
    }
}

fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

async fn listen(listener: TcpListener, room: Arc<Room>) {
    // They end with the listener.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(serve(stream, Arc::clone(&room)));
    }
}

async fn serve(mut stream: TcpStream, room: Arc<Room>) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    room.calls.fetch_add(1, Ordering::SeqCst);
    let (trouble, operation) = *room.trouble.lock().unwrap();
    let is_meant = String::from_utf8_lossy(&request).contains(operation);
    // What cannot be sent is for a client that has gone away.
    let _ = match trouble {
        Trouble::Hang if is_meant => stream.read(&mut [0]).await.map(|_| ()),
        Trouble::Refused | Trouble::Reset if is_meant => stream.set_zero_linger(),
        Trouble::Says(status, body) if is_meant => stream.write_all(&response(status, body)).await,
        Trouble::Drip(at_once) if is_meant => {
            let answer = room.behind.answer(&request).await;
            drip(&mut stream, &answer, at_once).await
        }
        Trouble::Truncated if is_meant => {
            let answer = room.behind.answer(&request).await;
            let begin = body_of(&answer);
            let half = begin + (answer.len() - begin) / 2;
            stream.write_all(&answer[..half]).await
        }
        _ => stream.write_all(&room.behind.answer(&request).await).await,
    };
}

async fn drip(stream: &mut TcpStream, answer: &[u8], at_once: usize) -> std::io::Result<()> {
    let first = answer.len().min(body_of(answer) + at_once);
    stream.write_all(&answer[..first]).await?;
    let mut clock = tokio::time::interval(DRIP);
    for byte in &answer[first..] {
        clock.tick().await;
        stream.write_all(&[*byte]).await?;
    }
    Ok(())
}

/// The bytes of one request.
async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.split("content-length:").nth(1);
        let length = length.map_or(0, |rest| {
            let number = rest.lines().next().unwrap().trim();
            number.parse::<usize>().unwrap()
        });
        if bytes.len() >= end + 4 + length {
            return Some(bytes);
        }
    }
}

fn body_of(answer: &[u8]) -> usize {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    head.map_or(0, |length| length + 4)
}

fn response(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Behind {
    async fn answer(&self, request: &[u8]) -> Vec<u8> {
        match self {
            Self::Text(text) => {
                let request = String::from_utf8_lossy(request);
                response(200, &text(request.lines().next().unwrap()))
            }
            // At the end of a test the server may be gone.
            Self::Server(address) => forward(*address, request).await.unwrap_or_default(),
        }
    }
}

/// The response of another server, which closes the connection after it.
async fn forward(server: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let line = request.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    stream.write_all(&request[..line]).await?;
    stream.write_all(b"connection: close\r\n").await?;
    stream.write_all(&request[line..]).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}
