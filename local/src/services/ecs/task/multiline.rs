//! Events of several lines: where one starts, as the options of the log driver awslogs say
//! (<https://docs.docker.com/engine/logging/drivers/awslogs/>).

use regex_lite::Regex;

use crate::services::ecs::task_definition::LogConfiguration;

const FORMAT: &str = "awslogs-datetime-format";
const PATTERN: &str = "awslogs-multiline-pattern";

/// What the first line of an event looks like; `None` if each line is an event.
///
/// # Errors
/// The words of the log driver for options that it does not understand.
pub(super) fn start(log: Option<&LogConfiguration>) -> Result<Option<Regex>, String> {
    let option = |name: &str| {
        log.and_then(|log| log.options.get(name))
            .filter(|value| !value.is_empty())
    };
    let (name, pattern) = match (option(FORMAT), option(PATTERN)) {
        (Some(_), Some(_)) => {
            return Err(format!(
                "you cannot configure log opt '{FORMAT}' and '{PATTERN}' at the same time"
            ));
        }
        (Some(format), None) => (FORMAT, of_time(format)),
        (None, Some(pattern)) => (PATTERN, pattern.clone()),
        (None, None) => return Ok(None),
    };
    let parsed = Regex::new(&pattern);
    parsed.map(Some).map_err(|err| {
        format!(
            "awslogs could not parse multiline pattern key \"{name}\": error parsing regexp: {err}"
        )
    })
}

/// The pattern of a time in the format of strftime(3).
fn of_time(format: &str) -> String {
    let mut pattern = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            pattern.push_str(&regex_lite::escape(letter.encode_utf8(&mut [0; 4])));
            continue;
        }
        match letters.next().map(of_letter) {
            Some(Some(part)) => pattern.push_str(part),
            _ => pattern.push('%'),
        }
    }
    pattern
}

fn of_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'A' => "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
        'a' => "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
        'B' => {
            "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
        }
        'b' => "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
        'd' => r"(?:0[1-9]|[12]\d|3[01])",
        'F' => r"\d{4}-\d{2}-\d{2}",
        'f' => r"\d{6}",
        'H' => r"(?:[01]\d|2[0-3])",
        'I' | 'm' => r"(?:0[1-9]|1[0-2])",
        'j' | 'L' => r"\d{3}",
        'M' | 'S' => r"[0-5]\d",
        'p' => "[AP]M",
        'T' => r"\d{2}:[0-5]\d:[0-5]\d",
        'Y' => r"\d{4}",
        'y' => r"\d{2}",
        'Z' => "[A-Z]{1,5}",
        'z' => r"[+-]\d{4}",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(options: &serde_json::Value) -> Result<Option<Regex>, String> {
        let log = json!({"LogDriver": "awslogs", "Options": options});
        start(Some(&serde_json::from_value(log).unwrap()))
    }

    #[test]
    fn a_first_line_begins_as_the_options_say() {
        assert!(of(&json!({})).unwrap().is_none());
        for (name, pattern, first, other) in [
            (PATTERN, "^INFO", "INFO a", " at INFO"),
            (
                FORMAT,
                "[%b %d, %Y %H:%M:%S]",
                "[May 01, 2017 19:00:01] A",
                "(May 01)",
            ),
            (
                FORMAT,
                "%Y-%m-%dT%T",
                "2026-11-28T10:00:59 x",
                "2026-11-28 10:00:59",
            ),
        ] {
            let start = of(&json!({name: pattern})).unwrap().unwrap();
            assert!(start.is_match(first), "{pattern}");
            assert!(!start.is_match(other), "{pattern}");
        }
        let both = of(&json!({PATTERN: "a", FORMAT: "%Y"})).unwrap_err();
        assert!(both.starts_with("you cannot configure log opt"), "{both}");
        let wrong = of(&json!({PATTERN: "("})).unwrap_err();
        assert!(
            wrong.starts_with("awslogs could not parse multiline pattern key"),
            "{wrong}"
        );
    }
}
