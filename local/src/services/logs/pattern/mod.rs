//! Filter patterns: terms, regular expressions, JSON, and lines of fields
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>).

mod compare;
mod fields;
mod lexer;
mod members;
mod terms;

use regex_lite::Regex;
use serde_json::Value;

use self::fields::Fields;
use self::members::Members;
use self::terms::Terms;
use crate::aws::AwsError;

/// A filter pattern.
pub(super) enum Pattern {
    All,
    Terms(Terms),
    Regex(Regex),
    Members(Members),
    Fields(Fields),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// AWS's message for a pattern that cannot be read.
    pub(super) fn parse(text: &str) -> Result<Self, AwsError> {
        let text = text.trim();
        let inner = |open: char, close: char| {
            let rest = text.strip_prefix(open)?;
            rest.strip_suffix(close)
        };
        let pattern = if text.is_empty() {
            Some(Self::All)
        } else if let Some(inner) = inner('{', '}') {
            Members::parse(inner).map(Self::Members)
        } else if let Some(inner) = inner('[', ']') {
            Fields::parse(inner).map(Self::Fields)
        } else if let Some(regex) = inner('%', '%').filter(|inner| !inner.contains('%')) {
            Regex::new(regex).ok().map(Self::Regex)
        } else if text.starts_with(['{', '[']) {
            None
        } else {
            Terms::parse(text).map(Self::Terms)
        };
        pattern.ok_or_else(|| AwsError::new("InvalidParameterException", "Invalid filter pattern"))
    }

    /// Whether a line fits.
    pub(super) fn fits(&self, line: &str) -> bool {
        match self {
            Self::All => true,
            Self::Terms(terms) => terms.fit(line),
            Self::Regex(regex) => regex.is_match(line),
            Self::Members(members) => {
                serde_json::from_str::<Value>(line).is_ok_and(|line| members.fit(&line))
            }
            Self::Fields(fields) => fields.fit(line),
        }
    }
}

impl Pattern {
    /// What a selector finds in a line that fits: `$.path` in JSON, `$name` among fields.
    pub(super) fn value(&self, line: &str, selector: &str) -> Option<String> {
        match self {
            Self::Members(_) => members::value(&serde_json::from_str(line).ok()?, selector),
            Self::Fields(fields) => {
                let name = selector.strip_prefix('$')?;
                fields.value(line, name).map(str::to_owned)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, line: &str) -> bool {
        let pattern = Pattern::parse(pattern).unwrap_or_else(|_| panic!("{pattern}"));
        pattern.fits(line)
    }

    #[test]
    fn terms_are_all_contained_but_those_with_a_sign() {
        let line = "[ERROR 401] UNAUTHORIZED \"x-y\" request";
        for (pattern, expected) in [
            ("", true),
            ("ERROR", true),
            ("error", false),
            ("ERROR UNAUTHORIZED", true),
            ("ERROR GRANTED", false),
            ("?WARN ?ERROR", true),
            ("?WARN ?INFO", false),
            // A question mark beside other terms has no effect.
            ("?WARN ERROR", true),
            ("ERROR -UNAUTHORIZED", false),
            ("ERROR -GRANTED", true),
            ("-ERROR", false),
            ("\"ERROR 401\"", true),
            ("\"ERROR 402\"", false),
            ("-\"ERROR 402\"", true),
            ("\"\\\"x-y\\\"\"", true),
            ("%ERROR \\d{3}%", true),
            ("%^ERROR%", false),
            ("ERROR %UNAUTH.*D%", true),
        ] {
            assert_eq!(fits(pattern, line), expected, "{pattern}");
        }
    }

    #[test]
    fn members_of_json_are_compared() {
        let line = r#"{"eventType": "UpdateTrail", "sourceIP": "123.123.1.9", "code": 404,
            "latency": 1.5e1, "ok": true, "none": null, "a.b": 1,
            "list": [{"id": 7, "tags": ["x", "y"]}], "nested": {"size": "big one"}}"#;
        for (pattern, expected) in [
            ("{ $.eventType = \"UpdateTrail\" }", true),
            ("{ $.eventType = UpdateTrail }", true),
            ("{ $.eventType != \"UpdateTrail\" }", false),
            ("{ $.sourceIP = 123.123.* }", true),
            ("{ $.sourceIP != 123.123.* }", false),
            ("{ $.eventType = %^Update% }", true),
            ("{ $.code = 404 }", true),
            ("{ $.code = 4* }", true),
            ("{ $.code >= 400 && $.code < 500 }", true),
            ("{ $.latency > 1.6e1 }", false),
            ("{ $.latency = 15 }", true),
            ("{ $.ok IS TRUE }", true),
            ("{ $.ok IS FALSE }", false),
            ("{ $.none IS NULL }", true),
            ("{ $.none NOT EXISTS }", false),
            ("{ $.missing NOT EXISTS }", true),
            ("{ $.missing = 1 }", false),
            ("{ $.missing != 1 }", false),
            ("{ $.list[0].id = 7 }", true),
            ("{ $.list[1].id = 7 }", false),
            ("{ $.list[0].tags[1] = \"y\" }", true),
            ("{ $.list[*].tags[*] = \"y\" }", true),
            ("{ $.['a.b'] = 1 }", true),
            ("{ $.nested.size = \"big one\" }", true),
            ("{ ($.code = 1 || $.code = 404) && $.ok IS TRUE }", true),
            ("{ $.code = 1 || ($.code = 404 && $.ok IS FALSE) }", false),
        ] {
            assert_eq!(fits(pattern, line), expected, "{pattern}");
        }
        assert!(!fits("{ $.a = 1 }", "no JSON"));
    }

    #[test]
    fn fields_of_a_line_are_compared() {
        let line =
            "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
        for (pattern, expected) in [
            (
                "[ip, user, username, timestamp, request, status_code, bytes]",
                true,
            ),
            (
                "[ip, user, username, timestamp, request, status_code]",
                false,
            ),
            (
                "[ip, user, username, timestamp, request, status_code = 4*, bytes]",
                true,
            ),
            (
                "[ip, user, username, timestamp, request, status_code = 5*, bytes]",
                false,
            ),
            (
                "[ip, user, username, timestamp, request =*html*, status_code = 4*, bytes]",
                true,
            ),
            ("[..., status_code = 404, bytes > 1000]", true),
            ("[..., status_code = 404, bytes > 2000]", false),
            ("[ip = %127\\.0\\.0\\.[1-9]%, ...]", true),
            ("[ip, ..., bytes]", true),
            ("[ip != 127.0.0.1, ...]", false),
            ("[..., status = 200 || status = 404, bytes]", true),
            ("[..., status > 400 && status < 404, bytes]", false),
        ] {
            assert_eq!(fits(pattern, line), expected, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_refused() {
        for pattern in [
            "{ $.a }",
            "{ a = 1 }",
            "{ $.a = 1 && }",
            "{ ($.a = 1 }",
            "{ $.a = }",
            "\"open",
            "[a, ..., b, ...]",
            "[a =]",
            "%(%",
            "{ $.a = %(% }",
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
        let deep = format!("{{ {}$.a = 1 }}", "(".repeat(100_000));
        assert!(Pattern::parse(&deep).is_err());
    }
}
