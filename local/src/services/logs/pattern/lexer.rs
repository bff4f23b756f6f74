//! The words of a pattern.

/// A word of a pattern within braces or brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`, `)`, `,`, `&&`, `||` or an operator of comparison.
    Sign(&'static str),
    /// A text in quotes, without them.
    Quoted(String),
    /// A regular expression, without its percent signs.
    Regex(String),
    Word(String),
}

/// The longer signs come first: `<=` is not `<`.
const SIGNS: [&str; 11] = ["&&", "||", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// Splits a pattern; `None` if a quote or a regular expression does not end.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '"' {
            let (text, after) = quoted(rest)?;
            (Token::Quoted(text), after)
        } else if first == '%' {
            let (regex, after) = rest[1..].split_once('%')?;
            (Token::Regex(regex.to_owned()), after)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), &rest[sign.len()..])
        } else {
            let (word, after) = word(rest);
            (Token::Word(word.to_owned()), after)
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

/// A text in quotes, in which a backslash keeps the next letter, and what follows it.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let mut read = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            '"' => return Some((read, &text[index + 1..])),
            '\\' => read.push(letters.next()?.1),
            letter => read.push(letter),
        }
    }
    None
}

/// A word ends at a space, a sign or a bracket that it did not open.
fn word(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let end = text.char_indices().find(|(index, letter)| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_sign = SIGNS.iter().any(|sign| text[*index..].starts_with(sign));
        depth == 0 && (letter.is_whitespace() || is_sign)
    });
    text.split_at(end.map_or(text.len(), |(index, _)| index))
}
