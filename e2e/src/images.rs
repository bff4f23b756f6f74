//! Images to push and run.

use std::path::Path;
use std::process::Command;

use container::image::{Compression, Dist, Image, build};

/// A `dist/` whose program exits at once, with the code 7.
pub fn dist(directory: &Path, css: &str) -> Dist {
    dist_of(directory, &static_program(), css)
}

/// A `dist/` with this program. Only its header is read before it runs.
pub fn dist_of(directory: &Path, program: &[u8], css: &str) -> Dist {
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write("showtable", program);
    write("static/css/showtable.css", css.as_bytes());
    write(
        "ca-certificates.crt",
        b"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
    );
    Dist::open(directory).expect("a good dist/")
}

/// The smallest program: its first instructions end it with the code 7.
fn static_program() -> Vec<u8> {
    let mut elf = Vec::new();
    elf.extend([0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    elf.extend(2_u16.to_le_bytes());
    elf.extend(62_u16.to_le_bytes());
    elf.extend(1_u32.to_le_bytes());
    elf.extend(0x40_0078_u64.to_le_bytes());
    elf.extend(64_u64.to_le_bytes());
    elf.extend(0_u64.to_le_bytes());
    elf.extend(0_u32.to_le_bytes());
    elf.extend([64_u16, 56, 1, 64, 0, 0].map(u16::to_le_bytes).concat());
    elf.extend([1_u32, 5].map(u32::to_le_bytes).concat());
    let sizes = [0_u64, 0x40_0000, 0x40_0000, 0x84, 0x84, 0x1000];
    elf.extend(sizes.map(u64::to_le_bytes).concat());
    // mov edi, 7; mov eax, 60 (exit); syscall
    elf.extend([0xbf, 7, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05]);
    elf
}

/// An image of [`dist`].
pub fn image(css: &str) -> Image {
    let directory = tempfile::tempdir().unwrap();
    build(&dist(directory.path(), css), Compression::Zstd).expect("an image")
}

/// A static program that answers every request to this port with 200.
pub fn serving_program(port: u16) -> Vec<u8> {
    const SOURCE: &str = r#"
        use std::io::{Read, Write};
        fn main() {
            let address = "0.0.0.0:PORT";
            let listener = std::net::TcpListener::bind(address).expect("a free address");
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let _ = stream.read(&mut [0; 4096]);
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer);
            }
        }
    "#;
    compiled(&SOURCE.replace("PORT", &port.to_string()))
}

/// Compiles a static program.
pub fn compiled(source_text: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let (source, program) = (
        directory.path().join("main.rs"),
        directory.path().join("program"),
    );
    std::fs::write(&source, source_text).unwrap();
    let compiled = Command::new("rustc")
        .args(["--edition=2024", "-Copt-level=1", "-Cstrip=symbols"])
        .arg("-Ctarget-feature=+crt-static")
        .arg("-o")
        .args([&program, &source])
        .status();
    assert!(compiled.expect("rustc runs").success());
    std::fs::read(program).unwrap()
}
