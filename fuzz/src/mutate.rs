/// Pieces with a meaning in one of the formats, or for a parser of text.
const TOKENS: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00",
    b"\\\"",
    b"'",
    b"`",
    b"\r\n",
    b"\n",
    b"\t",
    b" ",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    "\u{2028}".as_bytes(),
    "\u{1f600}".as_bytes(),
    b"null",
    b"true",
    b"{}",
    b"[]",
    b"-",
    b"0",
    b"1e999",
    b"-0.0",
    b"99999999999999999999999999999999999999999",
    b"{\"S\":\"a\"}",
    b"{\"N\":\"1\"}",
    b"{\"M\":{}}",
    b"{\"L\":[",
    b"%",
    b"&",
    b"=",
];
/// The longest input, unless the corpus has a longer one. Longer ones are slow, and find nothing else.
const LONGEST: usize = 4096;

/// What inputs are made of.
pub(crate) struct Corpus<'a> {
    pub(crate) files: Vec<Vec<u8>>,
    pub(crate) tokens: Vec<&'a [u8]>,
}

/// The tokens of all formats, and the words of one.
pub(crate) fn tokens<'a>(words: &[&'a str]) -> Vec<&'a [u8]> {
    let words = words.iter().map(|word| word.as_bytes());
    TOKENS.into_iter().chain(words).collect()
}

/// Makes an input of the corpus, as the random bytes decide: the same bytes make the same input.
pub(crate) fn mutate(corpus: &Corpus<'_>, decisions: &[u8]) -> Vec<u8> {
    let mut decisions = Decisions(decisions);
    // One in eight is not made of the corpus at all.
    if decisions.below(8) == 0 {
        return decisions.0.to_vec();
    }
    let mut input = corpus.files[decisions.below(corpus.files.len())].clone();
    let longest = input.len().max(LONGEST);
    while !decisions.0.is_empty() && input.len() <= longest {
        change(&mut input, corpus, &mut decisions);
    }
    input.truncate(longest);
    input
}

fn change(input: &mut Vec<u8>, corpus: &Corpus<'_>, decisions: &mut Decisions<'_>) {
    let at = decisions.below(input.len() + 1);
    let end = (at + decisions.below(32)).min(input.len());
    match decisions.below(8) {
        0 => drop(input.drain(at..end)),
        1 => {
            let piece = input[at..end].to_vec();
            input.splice(at..at, piece);
        }
        2 if at < input.len() => input[at] = decisions.byte(),
        3 if at < input.len() => input[at] ^= 1 << decisions.below(8),
        4 => {
            let other = &corpus.files[decisions.below(corpus.files.len())];
            let from = decisions.below(other.len() + 1);
            input.splice(at..end, other[from..].iter().copied());
        }
        5 => {
            let token = corpus.tokens[decisions.below(corpus.tokens.len())];
            let many = token.repeat(1 << decisions.below(9));
            input.splice(at..at, many);
        }
        6 => input.truncate(at),
        _ => {
            let token = corpus.tokens[decisions.below(corpus.tokens.len())];
            input.splice(at..end, token.iter().copied());
        }
    }
}

/// Random bytes that are used up; then every decision is 0.
struct Decisions<'a>(&'a [u8]);

impl Decisions<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// A number below a limit.
    fn below(&mut self, limit: usize) -> usize {
        if limit <= 1 {
            return 0;
        }
        let number = if limit <= 256 {
            usize::from(self.byte())
        } else {
            (usize::from(self.byte()) << 8) | usize::from(self.byte())
        };
        number % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_make_the_same_input_and_others_make_another() {
        let corpus = Corpus {
            files: vec![b"{\"a\":1}".to_vec(), b"[]".to_vec()],
            tokens: tokens(&["Ref"]),
        };
        let made: Vec<_> = (0..=255_u8)
            .map(|byte| mutate(&corpus, &[byte; 40]))
            .collect();
        let again: Vec<_> = (0..=255_u8)
            .map(|byte| mutate(&corpus, &[byte; 40]))
            .collect();
        assert_eq!(made, again);
        let distinct: std::collections::BTreeSet<_> = made.iter().collect();
        assert!(distinct.len() > 50, "{}", distinct.len());
        assert!(made.iter().all(|input| input.len() <= LONGEST));
    }
}
