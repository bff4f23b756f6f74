//! The words of a query.

use super::parser::Malformed;

/// A word of a query, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its first and last byte.
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A field, a command, a function or a keyword.
    Name(String),
    /// A field in backticks, which is never a keyword.
    Field(String),
    Text(String),
    /// A regular expression, without its slashes.
    Regex(String),
    Number(f64),
    /// A length of time in milliseconds, such as `5m`.
    Period(i64),
    Sign(&'static str),
}

/// The longer signs come first: `<=` is not `<`.
const SIGNS: [&str; 20] = [
    "!=", "<=", ">=", "=~", "=", "<", ">", "(", ")", "[", "]", ",", "|", "+", "-", "*", "/", "^",
    "%", ";",
];

/// Splits a query.
///
/// # Errors
/// The place of a letter that begins no word, or of a text that does not end.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, Malformed> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = query[at..].chars().next() {
        let rest = &query[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let is_regex = first == '/' && takes_regex(&tokens);
        let (kind, length) = next(rest, first, is_regex).ok_or(Malformed { at })?;
        tokens.push(Token {
            kind,
            start: at,
            end: at + length,
        });
        at += length;
    }
    Ok(tokens)
}

/// Whether a slash begins a regular expression here: after `like` and `=~`, and in the command `parse`.
fn takes_regex(tokens: &[Token]) -> bool {
    let is_name = |token: &Token, wanted: &str| matches!(&token.kind, Kind::Name(name) if name.eq_ignore_ascii_case(wanted));
    let last = tokens.last();
    let mut command = tokens.rsplit(|token| token.kind == Kind::Sign("|"));
    let first = command.next().and_then(<[Token]>::first);
    last.is_some_and(|token| is_name(token, "like") || token.kind == Kind::Sign("=~"))
        || first.is_some_and(|token| is_name(token, "parse"))
}

fn next(rest: &str, first: char, is_regex: bool) -> Option<(Kind, usize)> {
    if is_regex {
        let (regex, length) = quoted(rest, '/', true)?;
        return Some((Kind::Regex(regex), length));
    }
    match first {
        '"' | '\'' => quoted(rest, first, false).map(|(text, length)| (Kind::Text(text), length)),
        '`' => quoted(rest, '`', false).map(|(field, length)| (Kind::Field(field), length)),
        first if first.is_ascii_digit() => number(rest),
        first if is_of_name(first) => {
            let end = rest.find(|letter| !is_of_name(letter));
            let length = end.unwrap_or(rest.len());
            Some((Kind::Name(rest[..length].to_owned()), length))
        }
        _ => {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            Some((Kind::Sign(sign), sign.len()))
        }
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '@' | '_' | '.' | '$')
}

/// A text between two quotes, and its length with them. A backslash keeps a quote; in a regular
/// expression, all others stay.
fn quoted(text: &str, quote: char, keeps_escapes: bool) -> Option<(String, usize)> {
    let mut read = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        if letter == quote {
            return Some((read, index + letter.len_utf8()));
        }
        if letter != '\\' {
            read.push(letter);
            continue;
        }
        let (_, escaped) = letters.next()?;
        if keeps_escapes && escaped != quote {
            read.push('\\');
        }
        read.push(escaped);
    }
    None
}

fn number(rest: &str) -> Option<(Kind, usize)> {
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
    let end = rest.find(|letter| !is_digit(letter)).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    let unit_end = after.find(|letter: char| !letter.is_ascii_alphabetic());
    let unit = &after[..unit_end.unwrap_or(after.len())];
    if unit.is_empty() {
        return Some((Kind::Number(digits.parse().ok()?), end));
    }
    let count: i64 = digits.parse().ok()?;
    let milliseconds = count.checked_mul(unit_milliseconds(unit)?)?;
    Some((Kind::Period(milliseconds), end + unit.len()))
}

fn unit_milliseconds(unit: &str) -> Option<i64> {
    Some(match unit {
        "ms" | "msec" => 1,
        "s" | "sec" => 1000,
        "m" | "min" => 60_000,
        "h" | "hr" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    })
}
