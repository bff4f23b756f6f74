//! Patterns with `*`, `?` and policy variables.

use super::Context;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Any,
}

/// A pattern, ready to be compared.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Token>);

impl Pattern {
    /// A pattern without variables.
    pub(super) fn plain(text: &str) -> Self {
        Self(text.chars().map(token).collect())
    }

    /// A pattern whose variables, such as `${aws:PrincipalAccount}`, get their values from the
    /// request. Returns nothing if a variable has no value: such a pattern matches nothing.
    pub(super) fn new(text: &str, variables: bool, context: &Context) -> Option<Self> {
        if !variables {
            return Some(Self::plain(text));
        }
        let mut tokens = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, variable, after)) = next_variable(rest) {
            tokens.extend(before.chars().map(token));
            tokens.extend(value(variable, context)?.chars().map(Token::Literal));
            rest = after;
        }
        tokens.extend(rest.chars().map(token));
        Some(Self(tokens))
    }

    /// Whether the whole text fits. Takes at most `pattern * text` steps.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut position) = (0, 0);
        // The last `*`, and the position in the text up to which it reaches.
        let mut star: Option<(usize, usize)> = None;
        while position < text.len() {
            match self.0.get(at) {
                Some(Token::Any) => {
                    star = Some((at, position));
                    at += 1;
                }
                Some(Token::One) => (at, position) = (at + 1, position + 1),
                Some(Token::Literal(literal)) if *literal == text[position] => {
                    (at, position) = (at + 1, position + 1);
                }
                _ => {
                    let Some((star_at, reached)) = star else {
                        return false;
                    };
                    star = Some((star_at, reached + 1));
                    (at, position) = (star_at + 1, reached + 1);
                }
            }
        }
        self.0[at..].iter().all(|token| *token == Token::Any)
    }

    /// The text of the pattern if its wildcards are taken literally.
    pub(super) fn literal(&self) -> String {
        let tokens = self.0.iter().map(|token| match token {
            Token::Literal(literal) => *literal,
            Token::One => '?',
            Token::Any => '*',
        });
        tokens.collect()
    }
}

fn token(c: char) -> Token {
    match c {
        '*' => Token::Any,
        '?' => Token::One,
        literal => Token::Literal(literal),
    }
}

/// The text before the first variable, the variable, and the text after it.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (variable, after) = rest.split_once('}')?;
    Some((before, variable, after))
}

/// The value of a variable. `${*}`, `${?}` and `${$}` are those characters. A variable may have a
/// default: `${key, 'default'}`.
fn value(variable: &str, context: &Context) -> Option<String> {
    if let "*" | "?" | "$" = variable {
        return Some(variable.to_owned());
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key, Some(default.trim().trim_matches('\''))),
        None => (variable, None),
    };
    // A key with several values cannot be used as a variable.
    match context.get(key.trim()) {
        Some([value]) => Some(value.clone()),
        _ => default.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_any_text_or_one_character() {
        let cases = [
            ("*", "", true),
            ("*", "a:b/c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*c", "abbbc", true),
            ("a*c", "abbbcd", false),
            ("*a*b*", "xxaxxbxx", true),
            ("", "", true),
            ("", "a", false),
            ("table/x-Table-*", "table/x-Table-", true),
            ("table/x-Table-*", "table/y-Table-1", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Pattern::plain(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_variable_is_text_and_no_pattern() {
        let context = Context::default().with("aws:username", "a*");
        let matches = |pattern: &str, text: &str| {
            Pattern::new(pattern, true, &context).is_some_and(|pattern| pattern.matches(text))
        };
        assert!(matches("home/${aws:UserName}/*", "home/a*/file"));
        assert!(!matches("home/${aws:username}/*", "home/ab/file"));
        assert!(!matches("home/${aws:none}", "home/"));
        assert!(matches("home/${aws:none, 'all'}", "home/all"));
        assert!(matches("${*}${?}${$}", "*?$"));
        assert!(!matches("${*}", "a"));
        let old = Pattern::new("${aws:username}", false, &context).unwrap();
        assert!(old.matches("${aws:username}") && !old.matches("a*"));
    }

    #[test]
    fn many_stars_take_no_longer_than_pattern_times_text() {
        let pattern = Pattern::plain(&"*a".repeat(1000));
        let began = std::time::Instant::now();
        assert!(!pattern.matches(&format!("{}b", "a".repeat(20_000))));
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
    }
}
