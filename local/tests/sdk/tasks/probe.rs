//! The program of the tests: its arguments are what it does, one after the other.

use std::sync::LazyLock;

use container::image::{Compression, Image, build};
use e2e::images::{compiled, dist_of};

const SOURCE: &str = r#"
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;
    use std::{env, fs, process, thread};

    fn main() {
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            let mut next = || words.next().unwrap_or_default();
            match &*word {
                "say" => println!("{}", next()),
                "env" => {
                    let name = next();
                    println!("{name}={}", env::var(&name).unwrap_or("-".into()));
                }
                "here" => println!("here={}", env::current_dir().unwrap().display()),
                "who" => {
                    let status = fs::read_to_string("/proc/self/status").unwrap();
                    let id = |name: &str| {
                        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
                        line.split_whitespace().nth(1).unwrap().to_owned()
                    };
                    println!("who={}:{} can={}", id("Uid:"), id("Gid:"), id("CapBnd:"));
                }
                "read" => {
                    let file = next();
                    match fs::read_to_string(&file) {
                        Ok(text) => println!("{file}={}", text.trim()),
                        Err(err) => println!("{file}: {err}"),
                    }
                }
                "write" => {
                    let (file, text) = (next(), next());
                    match fs::write(&file, text) {
                        Ok(()) => println!("{file} is written"),
                        Err(err) => println!("{file}: {err}"),
                    }
                }
                "await" => {
                    let file = next();
                    while fs::metadata(&file).is_err() {
                        thread::sleep(Duration::from_millis(10));
                    }
                }
                "eat" => {
                    let size: usize = next().parse().unwrap();
                    std::mem::forget(std::hint::black_box(vec![1_u8; size << 20]));
                    println!("ate {size}");
                }
                "serve" => {
                    let listener = TcpListener::bind(next()).unwrap();
                    thread::spawn(move || {
                        for stream in listener.incoming() {
                            let Ok(mut stream) = stream else { continue };
                            let _ = stream.read(&mut [0; 4096]);
                            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
                            let _ = stream.write_all(answer);
                        }
                    });
                }
                "get" => println!("{}", get(&next())),
                "get-env" => println!("{}", get(&(env::var(next()).unwrap_or_default() + &next()))),
                "check" => process::exit(i32::from(fs::metadata(next()).is_err())),
                // The first time it waits, then exits with this code; later it goes on.
                "once" => {
                    let (file, milliseconds, code) = (next(), next(), next());
                    if fs::metadata(&file).is_err() {
                        fs::write(&file, "").unwrap();
                        thread::sleep(Duration::from_millis(milliseconds.parse().unwrap()));
                        process::exit(code.parse().unwrap());
                    }
                }
                "processes" => {
                    println!("{}", fs::read_link("/proc/self/ns/pid").unwrap().display());
                }
                // Starts a server, and does not wait for its end.
                "leave" => {
                    let address = next();
                    let server = ["serve", &address, "run"];
                    process::Command::new("/showtable").args(server).spawn().unwrap();
                    get(&address);
                }
                "open" => {
                    let address = next();
                    println!("{address} is open: {}", TcpStream::connect(&address).is_ok());
                }
                // The names of all variables.
                "names" => {
                    let mut names: Vec<String> = env::vars().map(|(name, _)| name).collect();
                    names.sort();
                    println!("names={}", names.join(","));
                }
                // What is open, but for the directory that is read.
                "descriptors" => {
                    let open = fs::read_dir("/proc/self/fd").unwrap();
                    let open = open.filter_map(|one| fs::read_link(one.ok()?.path()).ok());
                    let mut open: Vec<String> = open.map(|one| one.display().to_string()).collect();
                    open.retain(|one| !one.starts_with("/proc/"));
                    println!("descriptors={}", open.join(","));
                }
                "look" => {
                    let directory = next();
                    match fs::read_dir(&directory) {
                        Ok(all) => println!("{directory} has {}", all.count()),
                        Err(err) => println!("{directory}: {err}"),
                    }
                }
                // A request to AWS: method, path and a header.
                "ask" => {
                    let (method, path, header) = (next(), next(), next());
                    let endpoint = env::var("AWS_ENDPOINT_URL").unwrap();
                    let (status, _) = send(&format!("{endpoint}{path}"), &method, &header);
                    println!("{method} {path} {status}");
                }
                "has" => process::exit(i32::from(env::var(next()).is_err())),
                "exit" => process::exit(next().parse().unwrap()),
                "run" => loop {
                    thread::sleep(Duration::from_secs(60));
                },
                other => panic!("{other}"),
            }
        }
    }

    fn get(url: &str) -> String {
        let (status, body) = send(url, "GET", "accept: */*");
        format!("{status} {body}")
    }

    fn send(url: &str, method: &str, header: &str) -> (String, String) {
        let rest = url.trim_start_matches("http://");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
        let mut stream = loop {
            match TcpStream::connect(&host) {
                Ok(stream) => break stream,
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        };
        let head = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\n{header}\r\n");
        let request = format!("{head}content-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split_whitespace().nth(1).unwrap().to_owned(), body.to_owned())
    }
"#;

static PROGRAM: LazyLock<Vec<u8>> = LazyLock::new(|| compiled(SOURCE));

/// An image with the program. It has no shell and no users, as that of the `Dockerfile`.
pub(super) fn image() -> Image {
    let directory = tempfile::tempdir().unwrap();
    let dist = dist_of(directory.path(), &PROGRAM, "a {}");
    build(&dist, Compression::Zstd).expect("an image")
}
