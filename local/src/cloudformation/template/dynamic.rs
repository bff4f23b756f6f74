//! Dynamic references, such as `{{resolve:ssm:NAME:VERSION}}`.
//!
//! What AWS does with each form was measured on an account, and published:
//! the sentences are from the results of `cfncompat`. The forms are those of
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>.

use serde_json::Value;

use super::document::Template;
use crate::aws::{AwsError, KNOWN_AFTER_APPLY, json};

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// A part of a text with dynamic references.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Reference(Reference<'a>),
}

/// A dynamic reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    /// `ssm`, `ssm-secure` or `secretsmanager`.
    pub(crate) service: &'a str,
    /// Everything after the service.
    pub(crate) key: &'a str,
    /// The reference as written, with its braces.
    pub(crate) whole: &'a str,
}

/// Splits a text at its dynamic references. One that is not known yet has none.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !text.contains(KNOWN_AFTER_APPLY)
        && let Some(start) = rest.find(OPEN)
        && let Some(end) = rest[start..].find(CLOSE)
    {
        let whole = &rest[start..start + end + CLOSE.len()];
        let inner = &whole[OPEN.len()..whole.len() - CLOSE.len()];
        let (service, key) = inner.split_once(':').unwrap_or((inner, ""));
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        pieces.push(Piece::Reference(Reference {
            service,
            key,
            whole,
        }));
        rest = &rest[start + whole.len()..];
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

impl Reference<'_> {
    /// The version that a reference to the Parameter Store names. Labels are not allowed.
    fn version(self) -> Option<u64> {
        self.key.rsplit_once(':')?.1.parse().ok()
    }

    fn is_of_ssm(self) -> bool {
        self.service == "ssm" || self.service == "ssm-secure"
    }

    /// Whether the form is the documented one. A variable within `Fn::Sub` may stand for anything.
    fn is_well_formed(self) -> bool {
        let (name, rest) = self.key.split_once(':').unwrap_or((self.key, "1"));
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
        self.key.contains("${")
            || !name.is_empty() && name.chars().all(is_name) && rest.parse::<u64>().is_ok()
    }
}

/// Checks the references in the resources and parameters, as far as they stand there in full.
///
/// # Errors
/// `ValidationError` in AWS's words.
pub(super) fn check_dynamic(template: &Template) -> Result<(), AwsError> {
    for (name, declaration) in &template.parameters {
        let default = declaration.get("Default").map(json::text);
        check_default(name, default.as_deref().unwrap_or(""))?;
    }
    let mut wrong = Vec::new();
    let mut secure = Vec::new();
    for definition in template.resources.values() {
        let place = format!("{}/Properties", definition.resource_type);
        visit(&definition.properties, &place, &mut |place, reference| {
            if !reference.is_well_formed() {
                wrong.push(reference.whole.to_owned());
            } else if reference.service == "ssm-secure" {
                secure.push((place.to_owned(), reference.version().is_some()));
            }
        });
    }
    if !wrong.is_empty() {
        return Err(AwsError::validation(format!(
            "Incorrect format is used in the following SSM reference: [{}]",
            wrong.join(",")
        )));
    }
    if secure.iter().any(|(_, has_version)| *has_version) {
        return Err(AwsError::validation(not_secure(&secure)));
    }
    Ok(())
}

/// The reason for which a deployment fails, once it has begun: AWS looks at a secure reference without
/// a version only then.
pub(crate) fn secure_without_version(template: &Template) -> Option<String> {
    let mut secure = Vec::new();
    for definition in template.resources.values() {
        let place = format!("{}/Properties", definition.resource_type);
        visit(&definition.properties, &place, &mut |place, reference| {
            if reference.service == "ssm-secure" {
                secure.push((place.to_owned(), false));
            }
        });
    }
    (!secure.is_empty()).then(|| not_secure(&secure))
}

/// No property of the types here is in the list of
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html>.
fn not_secure(places: &[(String, bool)]) -> String {
    let places: Vec<&str> = places.iter().map(|(place, _)| place.as_str()).collect();
    format!(
        "SSM Secure reference is not supported in: [{}]",
        places.join(",")
    )
}

fn check_default(name: &str, default: &str) -> Result<(), AwsError> {
    for piece in pieces(default) {
        if let Piece::Reference(reference) = piece
            && reference.service == "ssm"
            && reference.version().is_none()
        {
            return Err(AwsError::validation(format!(
                "Template error: parameter {name} should not contain ssm versionless resolver"
            )));
        }
    }
    Ok(())
}

/// Calls `found` with each reference to the Parameter Store, and its place. AWS names a list, but not
/// the place in it.
fn visit(value: &Value, place: &str, found: &mut impl FnMut(&str, Reference<'_>)) {
    match value {
        Value::String(text) => {
            for piece in pieces(text) {
                if let Piece::Reference(reference) = piece
                    && reference.is_of_ssm()
                {
                    found(place, reference);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                visit_within(item, place, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if name.starts_with("Fn::") {
                    visit_within(member, place, found);
                } else {
                    visit(member, &format!("{place}/{name}"), found);
                }
            }
        }
        _ => {}
    }
}

/// As [`visit`], with one place for all.
fn visit_within(value: &Value, place: &str, found: &mut impl FnMut(&str, Reference<'_>)) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| visit_within(item, place, found)),
        Value::Object(members) => members
            .values()
            .for_each(|member| visit_within(member, place, found)),
        text => visit(text, place, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_its_references() {
        let reference = |service, key, whole| {
            Piece::Reference(Reference {
                service,
                key,
                whole,
            })
        };
        assert_eq!(
            pieces("a{{resolve:ssm:/x:1}}b{{resolve:secretsmanager:s:SecretString:k}}"),
            [
                Piece::Text("a"),
                reference("ssm", "/x:1", "{{resolve:ssm:/x:1}}"),
                Piece::Text("b"),
                reference(
                    "secretsmanager",
                    "s:SecretString:k",
                    "{{resolve:secretsmanager:s:SecretString:k}}"
                ),
            ]
        );
        for plain in ["", "plain", "{{resolve:ssm:open", "}}{{"] {
            assert_eq!(pieces(plain), [Piece::Text(plain)]);
        }
    }

    fn refusal(value: &str) -> Result<(), String> {
        let body = format!("Resources: {{A: {{Type: 'X::Y::Z', Properties: {value}}}}}");
        check_dynamic(&Template::parse(&body).unwrap()).map_err(|err| err.message)
    }

    #[test]
    fn a_reference_has_a_form_and_a_place() {
        for value in [
            "{V: 'a-{{resolve:ssm:/a/b.c_d-e}}-{{resolve:ssm:x:3}}'}",
            "{V: !Sub '{{resolve:ssm:/${AWS::StackName}/x}}'}",
            "{V: '{{resolve:secretsmanager:s:SecretString:k:AWSPREVIOUS}}'}",
        ] {
            assert_eq!(refusal(value), Ok(()), "{value}");
        }
        for (value, expected) in [
            (
                "{V: '{{resolve:ssm:/x:prod}}'}",
                "Incorrect format is used in the following SSM reference: [{{resolve:ssm:/x:prod}}]",
            ),
            (
                "{V: '{{resolve:ssm-secure:/x:prod}}'}",
                "Incorrect format is used in the following SSM reference: [{{resolve:ssm-secure:/x:prod}}]",
            ),
            (
                "{V: {W: '{{resolve:ssm-secure:/x:1}}'}, X: [{A: '{{resolve:ssm-secure:/x:1}}'}]}",
                "SSM Secure reference is not supported in: [X::Y::Z/Properties/V/W,X::Y::Z/Properties/X]",
            ),
        ] {
            assert_eq!(refusal(value), Err(expected.to_owned()), "{value}");
        }
        let late = "Resources: {A: {Type: T, Properties: {V: '{{resolve:ssm-secure:/x}}'}}}";
        assert_eq!(
            secure_without_version(&Template::parse(late).unwrap()).as_deref(),
            Some("SSM Secure reference is not supported in: [T/Properties/V]")
        );
        let default = "Parameters: {P: {Type: String, Default: '{{resolve:ssm:/x}}'}}\nResources: {A: {Type: T}}";
        assert_eq!(
            check_dynamic(&Template::parse(default).unwrap())
                .unwrap_err()
                .message,
            "Template error: parameter P should not contain ssm versionless resolver"
        );
    }
}
