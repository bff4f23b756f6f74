//! Opens a file, plain or gzip.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

const BUFFER: usize = 256 * 1024;
/// The first bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

pub(crate) type Input = Box<dyn BufRead + Send>;

/// Opens a file, or standard input if there is no path. The counter counts the bytes as they are in
/// the file, compressed or not.
pub(crate) fn open(path: Option<&Path>, counter: &Arc<AtomicU64>) -> io::Result<Input> {
    let input: Box<dyn Read + Send> = match path {
        None => Box::new(io::stdin()),
        Some(path) => Box::new(File::open(path)?),
    };
    let counter = counter.clone();
    let mut input = BufReader::with_capacity(BUFFER, Counted { input, counter });
    let mut head = Vec::new();
    input.by_ref().take(2).read_to_end(&mut head)?;
    let is_gzip = head == GZIP;
    let input = Cursor::new(head).chain(input);
    if !is_gzip {
        return Ok(Box::new(input));
    }
    let unzipped = Unzipped(MultiGzDecoder::new(input));
    Ok(Box::new(BufReader::with_capacity(BUFFER, unzipped)))
}

struct Counted<R> {
    input: R,
    counter: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(bytes)?;
        self.counter.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// A gzip reader with errors that say what to do.
struct Unzipped<R>(MultiGzDecoder<R>);

impl<R: BufRead> Read for Unzipped<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes).map_err(|err| match err.kind() {
            io::ErrorKind::UnexpectedEof => {
                io::Error::other("its gzip data ends too early: copy it again")
            }
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                io::Error::other(format!("its gzip data is damaged ({err}): copy it again"))
            }
            _ => err,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;

    use super::*;

    fn zipped(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<(String, u64), String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let counter = Arc::default();
        let mut text = String::new();
        open(Some(&path), &counter)
            .and_then(|mut input| input.read_to_string(&mut text))
            .map_err(|err| err.to_string())?;
        Ok((text, counter.load(Ordering::Relaxed)))
    }

    #[test]
    fn gzip_is_recognised_by_its_content() {
        let two = [zipped("one\n"), zipped("two\n")].concat();
        let length = two.len() as u64;
        for name in ["a.gz", "a.jsonl"] {
            assert_eq!(read(name, &two), Ok(("one\ntwo\n".to_owned(), length)));
            assert_eq!(read(name, b"{}"), Ok(("{}".to_owned(), 2)));
        }
        let cut = read("a.gz", &zipped("one")[..20]).unwrap_err();
        assert!(cut.contains("ends too early"), "{cut}");
        let mut wrong = zipped("one");
        let checksum = wrong.len() - 8;
        wrong[checksum] ^= 1;
        assert!(read("a.gz", &wrong).unwrap_err().contains("damaged"));
        assert_eq!(read("a.jsonl", b""), Ok((String::new(), 0)));
    }
}
