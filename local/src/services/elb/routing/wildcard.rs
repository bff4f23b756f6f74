//! Patterns with `*` (any number of characters) and `?` (exactly one).

/// Whether the whole text matches the pattern. A backslash before `*`, `?` or `\` makes it a plain
/// character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (parse(pattern), text.chars().collect::<Vec<_>>());
    let (mut at, mut position) = (0, 0);
    // Where the last `*` stands, and where the text continues after it.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(Part::Any) => {
                star = Some((at, position));
                at += 1;
            }
            Some(Part::One) => {
                at += 1;
                position += 1;
            }
            Some(Part::Plain(letter)) if *letter == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, continued)) = star else {
                    return false;
                };
                star = Some((star_at, continued + 1));
                at = star_at + 1;
                position = continued + 1;
            }
        }
    }
    pattern[at..].iter().all(|part| *part == Part::Any)
}

#[derive(PartialEq)]
enum Part {
    Any,
    One,
    Plain(char),
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut letters = pattern.chars().peekable();
    let mut parts = Vec::new();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '*' => Part::Any,
            '?' => Part::One,
            '\\' => match letters.next_if(|next| ['*', '?', '\\'].contains(next)) {
                Some(next) => Part::Plain(next),
                None => Part::Plain('\\'),
            },
            plain => Part::Plain(plain),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("/img/*", "/img/picture", true),
            ("/img/*", "/img", false),
            ("/img/*/pics", "/img/a/b/pics", true),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("*.example.com", "test.example.com", true),
            ("*.example.com", "example.com", false),
            ("/a\\*", "/a*", true),
            ("/a\\*", "/ab", false),
            ("*a*b*", "xxaxxbxx", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends_quickly() {
        assert!(!matches(
            &"*a".repeat(64),
            &"a".repeat(8).repeat(8).replace('a', "b")
        ));
    }
}
