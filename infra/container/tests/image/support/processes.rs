//! The programs that a test uses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A program that runs until it is dropped.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Starts a program that prints a line when it is ready.
    pub(crate) fn start_and_read(command: &mut Command) -> (Self, String) {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        (Self(child), line.trim().to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program that has to succeed, and returns its output.
pub(crate) fn run(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{command:?}: {stdout}{stderr}");
    stdout.trim().to_owned()
}

/// A port that is free now, for programs that cannot choose one themselves.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until a program listens on the port.
pub(crate) fn wait_for(port: u16) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "nothing listens on {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a request with this login (in Base64), and returns the whole response.
pub(crate) fn get(port: u16, path: &str, login: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {login}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The certificates of a server `localhost`, with an intermediate authority as in public ones.
pub(crate) struct Certificates {
    pub(crate) root: PathBuf,
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

pub(crate) fn certificates(directory: &Path) -> Certificates {
    let script = r#"set -eu
        sign() { openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial \
            -days 2 -extfile "$1.ext" -out "$1.pem"; }
        ask() { openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"; }
        openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 2 \
            -subj /CN=root -addext basicConstraints=critical,CA:TRUE \
            -addext keyUsage=critical,keyCertSign
        echo 'basicConstraints=critical,CA:TRUE' > middle.ext
        echo 'subjectAltName=DNS:localhost' > leaf.ext
        ask middle; sign middle root; ask leaf; sign leaf middle
        cat leaf.pem middle.pem > chain.pem"#;
    run(Command::new("sh")
        .args(["-c", script])
        .current_dir(directory));
    Certificates {
        root: directory.join("root.pem"),
        chain: directory.join("chain.pem"),
        key: directory.join("leaf.key"),
    }
}
