//! Conditions on attributes, and how `DynamoDB` is told them: in placeholders only.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{error::WebError, number::Decimal};

/// One condition, in the words of the address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Condition {
    pub(crate) attribute: String,
    pub(crate) is: String,
    pub(crate) kind: String,
    pub(crate) value: String,
    /// The upper end of `between`.
    pub(crate) and: String,
}

/// The parameters of a Scan that say what is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) expression: String,
    pub(crate) names: HashMap<String, String>,
    pub(crate) values: HashMap<String, AttributeValue>,
}

/// More is refused by `DynamoDB` sooner or later.
const MAX_CONDITIONS: usize = 20;

const TOO_MANY: WebError = WebError::BadRequest("A filter takes at most 20 conditions.");
const BAD_TEST: WebError = WebError::BadRequest(
    "A condition is one of eq, ne, lt, le, gt, ge, between, begins, contains, exists, missing and type.",
);
const BAD_TYPE: WebError =
    WebError::BadRequest("The type of a value to compare with is one of S, N, B and BOOL.");
const BAD_TYPE_NAME: WebError =
    WebError::BadRequest("A type is one of S, N, B, BOOL, NULL, M, L, SS, NS and BS.");
const BAD_NUMBER: WebError = WebError::BadRequest(
    "The number must have at most 38 digits and lie between 1E-130 and 9.9E+125, as 12.5 or -3E+7.",
);
const BAD_BINARY: WebError = WebError::BadRequest("A binary value is written in base64, as SGk=.");
const BAD_BOOLEAN: WebError = WebError::BadRequest("A Boolean is either true or false.");
const NO_ORDER: WebError =
    WebError::BadRequest("Booleans have no order: compare them with eq or ne.");
const NO_PREFIX: WebError =
    WebError::BadRequest("Only texts and binary values begin with something.");
const BAD_RANGE: WebError =
    WebError::BadRequest("The lower end of a range must not be above its upper end.");
const BAD_NAME: WebError =
    WebError::BadRequest("The name of an attribute has at most 65535 bytes.");

/// What the conditions are for `DynamoDB`: all of them must hold.
pub(crate) fn filter(conditions: &[Condition]) -> Result<Option<Filter>, WebError> {
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
    Ok((!conditions.is_empty()).then_some(filter))
}

impl Filter {
    fn add(&mut self, index: usize, condition: &Condition) -> Result<String, WebError> {
        if condition.attribute.len() > usize::from(u16::MAX) {
            return Err(BAD_NAME);
        }
        let (name, value, upper) = (
            format!("#n{index}"),
            format!(":v{index}"),
            format!(":u{index}"),
        );
        self.names.insert(name.clone(), condition.attribute.clone());
        let part = match condition.is.as_str() {
            "exists" => return Ok(format!("attribute_exists({name})")),
            "missing" => return Ok(format!("attribute_not_exists({name})")),
            "type" => {
                let part = format!("attribute_type({name}, {value})");
                self.values.insert(value, type_name(&condition.kind)?);
                return Ok(part);
            }
            "between" => {
                let end = operand(condition, &condition.and)?;
                let part = format!("{name} BETWEEN {value} AND {upper}");
                in_order(condition)?;
                self.values.insert(upper, end);
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
            .insert(value, operand(condition, &condition.value)?);
        Ok(part)
    }
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

/// A text as the value of the condition's type.
fn operand(condition: &Condition, text: &str) -> Result<AttributeValue, WebError> {
    value(&condition.kind, text)
}

/// A text as a value of this type.
pub(crate) fn value(kind: &str, text: &str) -> Result<AttributeValue, WebError> {
    match kind {
        "S" | "" => Ok(AttributeValue::S(text.to_owned())),
        "N" => {
            let digits = text.trim();
            Decimal::parse(digits).ok_or(BAD_NUMBER)?;
            Ok(AttributeValue::N(digits.to_owned()))
        }
        "B" => match BASE64_STANDARD.decode(text.trim()) {
            Ok(bytes) => Ok(AttributeValue::B(Blob::new(bytes))),
            Err(_) => Err(BAD_BINARY),
        },
        "BOOL" => match text.trim() {
            "true" => Ok(AttributeValue::Bool(true)),
            "false" => Ok(AttributeValue::Bool(false)),
            _ => Err(BAD_BOOLEAN),
        },
        _ => Err(BAD_TYPE),
    }
}

fn type_name(kind: &str) -> Result<AttributeValue, WebError> {
    const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];
    if TYPES.contains(&kind) {
        Ok(AttributeValue::S(kind.to_owned()))
    } else {
        Err(BAD_TYPE_NAME)
    }
}

/// `DynamoDB` refuses a range that holds nothing, with words about placeholders.
fn in_order(condition: &Condition) -> Result<(), WebError> {
    let (low, high) = (&condition.value, &condition.and);
    let wrong = match condition.kind.as_str() {
        "N" => Decimal::parse(low.trim()) > Decimal::parse(high.trim()),
        "B" => BASE64_STANDARD.decode(low.trim()).ok() > BASE64_STANDARD.decode(high.trim()).ok(),
        _ => low > high,
    };
    if wrong { Err(BAD_RANGE) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
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
            let name = "a.b[0] #n1 :v <script>";
            let found = filter(&[condition([name, is, kind, value, and])])
                .unwrap()
                .unwrap();
            assert_eq!(found.expression, expected);
            assert_eq!(found.names["#n0"], name);
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
        assert_eq!(found.expression, "#n0 = :v0 AND #n1 BETWEEN :v1 AND :u1");
        assert_eq!(found.values[":u1"], AttributeValue::N("2".to_owned()));
        assert_eq!(filter(&[]).unwrap(), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
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
            ("between", "B", " /w== ", "AA==", BAD_RANGE),
            ("type", "X", "", "", BAD_TYPE_NAME),
        ] {
            let error = filter(&[condition(["a", is, kind, value, and])]).unwrap_err();
            assert_eq!(
                error.to_string(),
                expected.to_string(),
                "{is} {kind} {value}"
            );
        }
        let many = vec![condition(["a", "exists", "", "", ""]); 21];
        assert_eq!(filter(&many).unwrap_err().to_string(), TOO_MANY.to_string());
    }
}
