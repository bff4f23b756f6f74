//! Patterns of terms: a line contains all of them.

use regex_lite::Regex;

use super::lexer::quoted;

#[derive(Default)]
pub(in crate::services::logs) struct Terms {
    all: Vec<Term>,
    any: Vec<Term>,
    none: Vec<Term>,
}

enum Term {
    Text(String),
    Regex(Regex),
}

impl Terms {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut terms = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (list, after) = match rest.split_at_checked(1) {
                Some(("?", after)) => (&mut terms.any, after),
                Some(("-", after)) => (&mut terms.none, after),
                _ => (&mut terms.all, rest),
            };
            let (term, after) = term(after)?;
            list.push(term);
            rest = after.trim_start();
        }
        Some(terms)
    }

    pub(super) fn fit(&self, line: &str) -> bool {
        let contains = |term: &Term| term.is_in(line);
        if self.none.iter().any(contains) || !self.all.iter().all(contains) {
            return false;
        }
        // Optional terms have an effect only if there are no others.
        let is_alone = self.all.is_empty() && self.none.is_empty();
        !is_alone || self.any.iter().any(contains)
    }
}

impl Term {
    fn is_in(&self, line: &str) -> bool {
        match self {
            Self::Text(text) => line.contains(text),
            Self::Regex(regex) => regex.is_match(line),
        }
    }
}

/// The first term of a text, and what follows it.
fn term(text: &str) -> Option<(Term, &str)> {
    if text.starts_with('"') {
        let (read, after) = quoted(text)?;
        return Some((Term::Text(read), after));
    }
    if let Some((regex, after)) = text.strip_prefix('%').and_then(|rest| rest.split_once('%')) {
        return Some((Term::Regex(Regex::new(regex).ok()?), after));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    (!word.is_empty()).then(|| (Term::Text(word.to_owned()), after))
}
