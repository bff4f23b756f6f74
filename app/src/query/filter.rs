use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use items::{Kind, Number};

use super::condition::Condition;
use super::operand::operand;
use super::path::{InvalidPath, Path, Step};
use crate::error::WebError;

/// The parameters of a Scan that say which items are wanted. Names and values are placeholders in
/// the expression, so that no text of a user is part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) expression: String,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

/// `DynamoDB` refuses long filters sooner or later.
const MAX_CONDITIONS: usize = 20;
const MAX_EXPRESSION: usize = 4096;
/// How many characters of a path are shown in the sentence about it.
const SHOWN: usize = 80;

const TOO_MANY: WebError = WebError::bad_request("A filter can have at most 20 conditions.");
const BAD_TEST: WebError = WebError::bad_request(
    "The test of a condition must be eq, ne, lt, le, gt, ge, between, begins, contains, exists, missing or type.",
);
const BAD_TYPE_NAME: WebError =
    WebError::bad_request("A type must be S, N, B, BOOL, NULL, M, L, SS, NS or BS.");
const NO_ORDER: WebError =
    WebError::bad_request("Booleans have no order: compare them with eq or ne.");
const NO_PREFIX: WebError =
    WebError::bad_request("`begins` works only with strings and binary values.");
const NO_UPPER_END: WebError =
    WebError::bad_request("Between needs two values: the upper end, `and`, is missing.");
const BAD_RANGE: WebError =
    WebError::bad_request("The lower end of a range must not be above its upper end.");
const BAD_NAME: WebError =
    WebError::bad_request("The name of an attribute has at most 65535 bytes.");
const TOO_LONG: WebError = WebError::bad_request(
    "The filter is longer than the 4 KB that DynamoDB accepts: use fewer conditions, or shorter paths.",
);

/// The filter for these conditions, which must all be true; `None` without conditions.
pub(super) fn filter(conditions: &[Condition]) -> Result<Option<Filter>, WebError> {
    if conditions.len() > MAX_CONDITIONS {
        return Err(TOO_MANY);
    }
    let mut filter = Filter::default();
    for (index, condition) in conditions.iter().enumerate() {
        let part = filter.add(index, condition)?;
        if index > 0 {
            filter.expression.push_str(" AND ");
        }
        filter.expression.push_str(&part);
    }
    if filter.expression.len() > MAX_EXPRESSION {
        return Err(TOO_LONG);
    }
    Ok((!conditions.is_empty()).then_some(filter))
}

impl Filter {
    fn add(&mut self, index: usize, condition: &Condition) -> Result<String, WebError> {
        let name = self.path(&condition.attribute)?;
        let (value, upper) = (format!(":v{index}"), format!(":u{index}"));
        let part = match condition.is.as_str() {
            "exists" => return Ok(format!("attribute_exists({name})")),
            "missing" => return Ok(format!("attribute_not_exists({name})")),
            "type" => {
                let part = format!("attribute_type({name}, {value})");
                self.values.insert(value, type_name(&condition.kind)?);
                return Ok(part);
            }
            "between" => {
                let low = operand(&condition.kind, &condition.value)?;
                if condition.and.trim().is_empty() && condition.kind != "S" {
                    return Err(NO_UPPER_END);
                }
                let high = operand(&condition.kind, &condition.and)?;
                ensure_order(&low, &high)?;
                let part = format!("{name} BETWEEN {value} AND {upper}");
                self.values.insert(upper, high);
                part
            }
            "begins" if matches!(condition.kind.as_str(), "N" | "BOOL") => return Err(NO_PREFIX),
            "begins" => format!("begins_with({name}, {value})"),
            "contains" => format!("contains({name}, {value})"),
            comparison => format!("{name} {} {value}", operator(comparison)?),
        };
        let has_order = matches!(condition.is.as_str(), "lt" | "le" | "gt" | "ge" | "between");
        if has_order && condition.kind == "BOOL" {
            return Err(NO_ORDER);
        }
        self.values
            .insert(value, operand(&condition.kind, &condition.value)?);
        Ok(part)
    }

    /// The path, with a placeholder for each name.
    fn path(&mut self, text: &str) -> Result<String, WebError> {
        let path: Path = text.parse().map_err(|err| unreadable(text, &err))?;
        let steps = path.0.into_iter().map(|step| match step {
            Step::Index(index) => Ok(format!("[{index}]")),
            Step::Name(name) if name.len() > usize::from(u16::MAX) => Err(BAD_NAME),
            Step::Name(name) => Ok(format!(".{}", self.placeholder(name))),
        });
        let written: String = steps.collect::<Result<_, _>>()?;
        Ok(written.trim_start_matches('.').to_owned())
    }

    /// The placeholder for a name. A name that comes again keeps its placeholder, which makes the
    /// expression shorter.
    fn placeholder(&mut self, name: String) -> String {
        if let Some((known, _)) = self.names.iter().find(|(_, known)| **known == name) {
            return known.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name);
        placeholder
    }
}

fn unreadable(text: &str, err: &InvalidPath) -> WebError {
    let shown: String = text.chars().take(SHOWN).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    let sentence = format!(
        "The attribute {shown}{dots} cannot be read: {err}. Write it as state.status or tags[0], and \
         put a name that contains . [ ] or \" in quotes, as \"a.b\"."
    );
    WebError::BadRequest(sentence.into())
}

fn operator(comparison: &str) -> Result<&'static str, WebError> {
    Ok(match comparison {
        "eq" | "" => "=",
        "ne" => "<>",
        "lt" => "<",
        "le" => "<=",
        "gt" => ">",
        "ge" => ">=",
        _ => return Err(BAD_TEST),
    })
}

fn type_name(tag: &str) -> Result<AttributeValue, WebError> {
    let kind = Kind::of_tag(tag).ok_or(BAD_TYPE_NAME)?;
    Ok(AttributeValue::S(kind.tag().to_owned()))
}

/// `DynamoDB` refuses an empty range too, but its message is about placeholders.
fn ensure_order(low: &AttributeValue, high: &AttributeValue) -> Result<(), WebError> {
    let is_wrong = match (low, high) {
        (AttributeValue::N(low), AttributeValue::N(high)) => {
            Number::parse(low) > Number::parse(high)
        }
        (AttributeValue::B(low), AttributeValue::B(high)) => low.as_ref() > high.as_ref(),
        (AttributeValue::S(low), AttributeValue::S(high)) => low > high,
        _ => false,
    };
    if is_wrong { Err(BAD_RANGE) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::operand::{BAD_BINARY, BAD_BOOLEAN, BAD_NUMBER, BAD_TYPE};
    use super::*;

    fn condition([attribute, is, kind, value, and]: [&str; 5]) -> Condition {
        Condition {
            attribute: attribute.to_owned(),
            is: is.to_owned(),
            kind: kind.to_owned(),
            value: value.to_owned(),
            and: and.to_owned(),
        }
    }

    #[test]
    fn every_condition_has_its_expression() {
        for (is, kind, value, and, expected) in [
            ("eq", "S", "x", "", "#n0 = :v0"),
            ("", "", "x", "", "#n0 = :v0"),
            ("ne", "BOOL", "true", "", "#n0 <> :v0"),
            ("lt", "N", "1", "", "#n0 < :v0"),
            ("le", "N", " -1.5E+3 ", "", "#n0 <= :v0"),
            ("gt", "B", "AP8=", "", "#n0 > :v0"),
            ("ge", "S", "", "", "#n0 >= :v0"),
            ("between", "N", "9", "10", "#n0 BETWEEN :v0 AND :u0"),
            ("begins", "S", "ab", "", "begins_with(#n0, :v0)"),
            ("contains", "N", "7", "", "contains(#n0, :v0)"),
            ("exists", "", "", "", "attribute_exists(#n0)"),
            ("missing", "", "", "", "attribute_not_exists(#n0)"),
            ("type", "SS", "", "", "attribute_type(#n0, :v0)"),
        ] {
            let (path, name) = (r#""a.b[0] #n1 :v <script>""#, "a.b[0] #n1 :v <script>");
            let found = filter(&[condition([path, is, kind, value, and])])
                .unwrap()
                .unwrap();
            assert_eq!(found.expression, expected);
            assert_eq!(found.names["#n0"], name);
            let deep = filter(&[condition(["a[2].b", is, kind, value, and])]);
            let expected_deep = expected.replace("#n0", "#n0[2].#n1");
            assert_eq!(deep.unwrap().unwrap().expression, expected_deep);
            let placeholders = expected.matches(':').count();
            assert_eq!(found.values.len(), placeholders, "{expected}");
        }
    }

    #[test]
    fn all_conditions_must_hold() {
        let conditions = [
            condition(["a", "eq", "S", "x", ""]),
            condition(["a", "between", "N", "1", "2"]),
        ];
        let found = filter(&conditions).unwrap().unwrap();
        assert_eq!(found.expression, "#n0 = :v0 AND #n0 BETWEEN :v1 AND :u1");
        assert_eq!(found.values[":u1"], AttributeValue::N("2".to_owned()));
        assert_eq!(filter(&[]).unwrap(), None);
    }

    #[test]
    fn each_name_of_a_path_has_a_placeholder_and_the_same_one_again() {
        let found = filter(&[
            condition(["a.b[2].c", "exists", "", "", ""]),
            condition([r#""a.b"[0][1].a.#x"#, "missing", "", "", ""]),
        ]);
        let found = found.unwrap().unwrap();
        assert_eq!(
            found.expression,
            "attribute_exists(#n0.#n1[2].#n2) AND attribute_not_exists(#n3[0][1].#n0.#n4)"
        );
        let names = [
            ("#n0", "a"),
            ("#n1", "b"),
            ("#n2", "c"),
            ("#n3", "a.b"),
            ("#n4", "#x"),
        ];
        let names = names.map(|(placeholder, name)| (placeholder.to_owned(), name.to_owned()));
        assert_eq!(found.names, HashMap::from(names));
    }

    #[test]
    fn a_path_that_cannot_be_read_is_quoted_in_part() {
        let long = format!("{}[0", "ä".repeat(100));
        for (path, expected) in [
            (
                "tags[0",
                "The attribute tags[0 cannot be read: a ] is missing at character 7. ",
            ),
            (
                &*long,
                "ää… cannot be read: a ] is missing at character 103. ",
            ),
        ] {
            let err = filter(&[condition([path, "exists", "", "", ""])]).unwrap_err();
            assert!(err.to_string().contains(expected), "{err}");
        }
    }

    #[test]
    fn each_mistake_in_a_condition_has_its_sentence() {
        for (is, kind, value, and, expected) in [
            ("like", "S", "x", "", BAD_TEST),
            ("eq", "M", "x", "", BAD_TYPE),
            ("eq", "N", "1,5", "", BAD_NUMBER),
            ("eq", "N", "", "", BAD_NUMBER),
            ("eq", "N", &"1".repeat(39), "", BAD_NUMBER),
            ("eq", "B", "?", "", BAD_BINARY),
            ("eq", "BOOL", "yes", "", BAD_BOOLEAN),
            ("lt", "BOOL", "true", "", NO_ORDER),
            ("begins", "N", "1", "", NO_PREFIX),
            ("between", "N", "10", "9", BAD_RANGE),
            ("between", "N", "1", "x", BAD_NUMBER),
            ("between", "N", "1", "", NO_UPPER_END),
            ("between", "B", " /w== ", "AA==", BAD_RANGE),
            ("type", "X", "", "", BAD_TYPE_NAME),
        ] {
            let err = filter(&[condition(["a", is, kind, value, and])]).unwrap_err();
            assert_eq!(err.to_string(), expected.to_string(), "{is} {kind} {value}");
        }
        let many = vec![condition(["a", "exists", "", "", ""]); 21];
        assert_eq!(filter(&many).unwrap_err().to_string(), TOO_MANY.to_string());
        let long: Vec<_> = (0..20)
            .map(|number| {
                let path: Vec<_> = (0..32).map(|name| format!("a{number}b{name}")).collect();
                condition([&path.join("."), "exists", "", "", ""])
            })
            .collect();
        assert_eq!(filter(&long).unwrap_err().to_string(), TOO_LONG.to_string());
        let huge = "a".repeat(65536);
        let err = filter(&[condition([&huge, "exists", "", "", ""])]).unwrap_err();
        assert_eq!(err.to_string(), BAD_NAME.to_string());
    }
}
