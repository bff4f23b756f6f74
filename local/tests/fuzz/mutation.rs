//! Changes of examples. Bytes that are only random are refused by the first line of a parser.

/// One of the examples, with the changes that the bytes say: four bytes each.
pub(crate) fn mutated(corpus: &[Vec<u8>], words: &[&str], changes: &[u8]) -> Vec<u8> {
    let [first, changes @ ..] = changes else {
        return Vec::new();
    };
    let mut text = corpus[usize::from(*first) % corpus.len()].clone();
    for change in changes.chunks_exact(4) {
        let at = usize::from(change[0]) << 8 | usize::from(change[1]);
        let at = at % (text.len() + 1);
        let length = usize::from(change[3] % 32);
        let end = (at + length).min(text.len());
        match change[2] % 8 {
            0 => drop(text.drain(at..end)),
            1 if at < text.len() => text[at] = change[3],
            2 => text.insert(at, change[3]),
            3 => {
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
            // The same many times: depth and length.
            4 => {
                let piece = text[at..end].repeat(usize::from(change[3]));
                text.splice(at..at, piece);
            }
            5 => {
                let other = &corpus[length % corpus.len()];
                let from = at % (other.len() + 1);
                text.splice(at..at, other[from..].iter().copied());
            }
            _ => {
                let word = words[usize::from(change[3]) % words.len()];
                text.splice(at..at, word.bytes());
            }
        }
        text.truncate(1 << 16);
    }
    text
}

/// An archive in which each header has the right sum, as far as its lengths are.
pub(crate) fn with_sums(bytes: &[u8]) -> Vec<u8> {
    let mut archive = bytes.to_vec();
    let mut at = 0;
    while let Some(header) = archive.get_mut(at..at + 512) {
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = String::from_utf8_lossy(&header[124..135]).into_owned();
        let size = usize::from_str_radix(size.trim_matches(['\0', ' ']), 8).unwrap_or(0);
        let blocks = size.min(1 << 20).div_ceil(512);
        at += 512 * (1 + blocks);
    }
    archive
}
