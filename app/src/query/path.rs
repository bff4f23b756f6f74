use std::fmt::{self, Display, Formatter, Write};
use std::str::FromStr;

use items::MAX_DEPTH;
use thiserror::Error;

/// Where a value is in an item: the name of an attribute, and the way from there into its maps and
/// lists, as `state.status`, `tags[0]` or `"a.b"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    Name(String),
    Index(u32),
}

/// Why a text is not a path. Characters are counted from 1.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{problem} at character {at}")]
pub(crate) struct InvalidPath {
    problem: &'static str,
    at: usize,
}

/// No value of `DynamoDB` is deeper in an item.
const MAX_STEPS: usize = MAX_DEPTH;
/// An item of 400 KB has far fewer entries.
const MAX_INDEX: u32 = i32::MAX.unsigned_abs();
/// The characters that end a name without quotes.
const SPECIAL: [char; 4] = ['.', '[', ']', '"'];

const NO_NAME: &str = "a name is missing";
const EMPTY_NAME: &str = "the name in quotes is empty";
const OPEN_NAME: &str = "a closing \" is missing";
const BAD_ESCAPE: &str = "a \\ in quotes is not followed by \" or \\";
const QUOTE_INSIDE: &str = "a name without quotes has a \"";
const NO_NUMBER: &str = "a number is missing";
const BIG_NUMBER: &str = "a number is above 2147483647";
const OPEN_INDEX: &str = "a ] is missing";
const NO_INDEX: &str = "a ] has no [ before it";
const NO_DOT: &str = "a . or a [ is missing";
const TOO_DEEP: &str = "the path has more than 32 names and numbers";

impl FromStr for Path {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        let mut reader = Reader { rest: text, at: 1 };
        let mut steps = vec![reader.name()?];
        while let Some(character) = reader.peek() {
            let at = reader.at;
            reader.take();
            let step = match character {
                '.' => reader.name()?,
                '[' => reader.index()?,
                ']' => return Err(invalid(NO_INDEX, at)),
                '"' => return Err(invalid(QUOTE_INSIDE, at)),
                _ => return Err(invalid(NO_DOT, at)),
            };
            if steps.len() == MAX_STEPS {
                return Err(invalid(TOO_DEEP, at));
            }
            steps.push(step);
        }
        Ok(Self(steps))
    }
}

/// What is left of the text, and the number of its first character.
struct Reader<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.rest = &self.rest[character.len_utf8()..];
        self.at += 1;
        Some(character)
    }

    /// Takes the characters up to the first that does not belong.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !belongs(character));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.at += taken.chars().count();
        taken
    }

    fn name(&mut self) -> Result<Step, InvalidPath> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        match self.take_while(|character| !SPECIAL.contains(&character)) {
            "" => Err(invalid(NO_NAME, self.at)),
            name => Ok(Step::Name(name.to_owned())),
        }
    }

    fn quoted(&mut self) -> Result<Step, InvalidPath> {
        let (start, mut name) = (self.at, String::new());
        self.take();
        loop {
            let at = self.at;
            match self.take().ok_or_else(|| invalid(OPEN_NAME, at))? {
                '"' if name.is_empty() => return Err(invalid(EMPTY_NAME, start)),
                '"' => return Ok(Step::Name(name)),
                '\\' => match self.take() {
                    Some(character @ ('"' | '\\')) => name.push(character),
                    _ => return Err(invalid(BAD_ESCAPE, at + 1)),
                },
                character => name.push(character),
            }
        }
    }

    fn index(&mut self) -> Result<Step, InvalidPath> {
        let start = self.at;
        let digits = self.take_while(|character| character.is_ascii_digit());
        if digits.is_empty() {
            return Err(invalid(NO_NUMBER, start));
        }
        let index = digits.parse().ok().filter(|index| *index <= MAX_INDEX);
        let index = index.ok_or_else(|| invalid(BIG_NUMBER, start))?;
        let end = self.at;
        match self.take() {
            Some(']') => Ok(Step::Index(index)),
            _ => Err(invalid(OPEN_INDEX, end)),
        }
    }
}

fn invalid(problem: &'static str, at: usize) -> InvalidPath {
    InvalidPath { problem, at }
}

/// As [`FromStr`] reads it again.
impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) => {
                    if place > 0 {
                        f.write_char('.')?;
                    }
                    write_name(name, f)?;
                }
            }
        }
        Ok(())
    }
}

/// Writes a name, in quotes if it needs them.
fn write_name(name: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if !name.is_empty() && !name.contains(SPECIAL) {
        return f.write_str(name);
    }
    f.write_char('"')?;
    for character in name.chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn every_name_and_place_can_be_written() {
        for (text, steps) in [
            ("price", vec![name("price")]),
            ("a b-c_1 ä#:$", vec![name("a b-c_1 ä#:$")]),
            ("#x", vec![name("#x")]),
            ("\"#x\"", vec![name("#x")]),
            (r"back\slash", vec![name(r"back\slash")]),
            ("state.status", vec![name("state"), name("status")]),
            ("tags[0]", vec![name("tags"), Step::Index(0)]),
            ("a[2147483647]", vec![name("a"), Step::Index(MAX_INDEX)]),
            (
                "a.b[2].c[007][1]",
                vec![
                    name("a"),
                    name("b"),
                    Step::Index(2),
                    name("c"),
                    Step::Index(7),
                    Step::Index(1),
                ],
            ),
            (r#""a.b".c"#, vec![name("a.b"), name("c")]),
            (
                r#"a."b[0]"[1]"#,
                vec![name("a"), name("b[0]"), Step::Index(1)],
            ),
            (r#""say \"hi\" \\""#, vec![name(r#"say "hi" \"#)]),
        ] {
            assert_eq!(text.parse(), Ok(Path(steps)), "{text}");
        }
    }

    #[test]
    fn each_mistake_in_a_path_is_named_with_its_place() {
        let deep = format!("a{}", ".b".repeat(32));
        for (text, problem, at) in [
            ("", NO_NAME, 1),
            (".a", NO_NAME, 1),
            ("[0]", NO_NAME, 1),
            ("a.", NO_NAME, 3),
            ("ä..b", NO_NAME, 3),
            ("a.[0]", NO_NAME, 3),
            ("tags[0", OPEN_INDEX, 7),
            ("tags[0.b", OPEN_INDEX, 7),
            ("tags[", NO_NUMBER, 6),
            ("tags[]", NO_NUMBER, 6),
            ("tags[-1]", NO_NUMBER, 6),
            ("tags[x]", NO_NUMBER, 6),
            ("tags[2147483648]", BIG_NUMBER, 6),
            ("tags[99999999999999999999]", BIG_NUMBER, 6),
            ("a]", NO_INDEX, 2),
            ("a[0]b", NO_DOT, 5),
            (r#"a"b""#, QUOTE_INSIDE, 2),
            (r#""a"b"#, NO_DOT, 4),
            (r#""a"#, OPEN_NAME, 3),
            (r#""a\""#, OPEN_NAME, 5),
            (r#""a\"#, BAD_ESCAPE, 4),
            (r#""a\n""#, BAD_ESCAPE, 4),
            (r#"a."""#, EMPTY_NAME, 3),
            (&deep, TOO_DEEP, 64),
        ] {
            assert_eq!(text.parse::<Path>(), Err(invalid(problem, at)), "{text}");
        }
        assert!(deep[..deep.len() - 2].parse::<Path>().is_ok());
    }

    #[test]
    fn only_a_name_that_needs_quotes_gets_them() {
        for text in ["#x", "a b", r"a\b", "a.b[0].c", r#""a.b".c"#, r#""\"\\ ]""#] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn a_path_is_read_as_it_was_written(
            first in any::<String>().prop_filter("a name", |name| !name.is_empty()),
            rest in proptest::collection::vec(
                prop_oneof![
                    "[.\\[\\]\"\\\\#a0 \u{1f600}]{1,5}".prop_map(Step::Name),
                    (0..=MAX_INDEX).prop_map(Step::Index),
                ],
                0..MAX_STEPS,
            ),
        ) {
            let path = Path([vec![Step::Name(first)], rest].concat());
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[.\\[\\]\"\\\\a0ä]{0,12}") {
            if let Ok(path) = text.parse::<Path>() {
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
        }
    }
}
