//! The text of a template as a JSON value: YAML or JSON, with short and long function names.

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use serde_json::{Map, Value};

use super::error::format_error;
use super::scalar::resolve;
use super::tags::tagged;
use crate::aws::AwsError;

/// More than any real template needs, and small enough for the stack of a thread.
const DEEPEST: usize = 64;

/// Parses a template. Intrinsic functions are converted to their long form (`{"Fn::Sub": …}`).
///
/// # Errors
/// `ValidationError` with the line if the text is not YAML or JSON.
pub(super) fn read(body: &str) -> Result<Value, AwsError> {
    // JSON may be indented with tabs, which YAML may not.
    if body.trim_start().starts_with('{')
        && let Ok(document) = serde_json::from_str(body)
    {
        return Ok(document);
    }
    let mut reader = Reader {
        events: Parser::new_from_str(body),
    };
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Err(format_error("the template is empty.")),
            (Event::Nothing | Event::StreamStart | Event::DocumentStart(_), _) => {}
            (event, line) => return reader.value(event, line, 0),
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), AwsError> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            None => Ok((Event::StreamEnd, 0)),
            // The parser has a limit of its own.
            Some(Err(err)) if err.info().contains("recursion limit") => Err(too_deep()),
            Some(Err(err)) => Err(format_error(&format!(
                "YAML not well-formed. (line {}, column {}): {}",
                err.marker().line(),
                err.marker().col() + 1,
                err.info()
            ))),
        }
    }

    /// The value that begins with `event`. It is read by recursion, therefore its depth is limited.
    fn value(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Value, AwsError> {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        match event {
            Event::Scalar(text, style, _, tag) => scalar(&text, style, tag.as_deref(), line),
            Event::SequenceStart(_, tag) => {
                let items = self.items(depth)?;
                with_tag(items, tag.as_deref(), line)
            }
            Event::MappingStart(_, tag) => {
                let members = self.members(depth)?;
                with_tag(members, tag.as_deref(), line)
            }
            // The sentence of AWS: https://github.com/aws/aws-cli/issues/2275.
            Event::Alias(_) => Err(AwsError::validation(
                "Template error: YAML aliases are not allowed in CloudFormation templates",
            )),
            _ => Err(malformed(line, "a value that cannot be read")),
        }
    }

    fn items(&mut self, depth: usize) -> Result<Value, AwsError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items.into()),
                (event, line) => items.push(self.value(event, line, depth + 1)?),
            }
        }
    }

    fn members(&mut self, depth: usize) -> Result<Value, AwsError> {
        let mut members = Map::new();
        loop {
            let (event, line) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(members.into());
            }
            let Event::Scalar(key, ..) = event else {
                return Err(malformed(line, "a key must be a string"));
            };
            let (event, line_of_value) = self.next()?;
            let member = self.value(event, line_of_value, depth + 1)?;
            if members.insert(key.clone().into_owned(), member).is_some() {
                return Err(malformed(line, &format!("the key {key} occurs twice")));
            }
        }
    }
}

fn too_deep() -> AwsError {
    format_error(&format!("the template is nested more than {DEEPEST} deep."))
}

fn malformed(line: usize, what: &str) -> AwsError {
    format_error(&format!("YAML not well-formed. (line {line}): {what}"))
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    line: usize,
) -> Result<Value, AwsError> {
    match tag {
        None if style == ScalarStyle::Plain => Ok(resolve(text)),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix != "str" => {
            with_tag(resolve(text), Some(tag), line)
        }
        _ => with_tag(text.into(), tag, line),
    }
}

fn with_tag(value: Value, tag: Option<&Tag>, line: usize) -> Result<Value, AwsError> {
    match tag {
        None => Ok(value),
        Some(tag) => tagged(&tag.handle, &tag.suffix, value, line),
    }
}
