//! References from one part of a template to another.

use serde_json::Value;

use super::syntax::{Piece, single, sub_pieces};

/// A parameter, pseudo parameter or resource that a function names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) attribute: Option<String>,
    /// Whether the name stands in the text of a `Fn::Sub`.
    pub(crate) in_text: bool,
}

impl Reference {
    fn new(name: &str, attribute: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            attribute: attribute.map(str::to_owned),
            in_text: false,
        }
    }
}

/// The names in every `Ref`, `GetAtt` and `Sub` of `value`.
pub(crate) fn references(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    collect_references(value, &mut found);
    found
}

fn collect_references(value: &Value, found: &mut Vec<Reference>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        Value::Object(members) => {
            match single(members) {
                Some(("Ref", Value::String(name))) => found.push(Reference::new(name, None)),
                Some(("Fn::GetAtt", path)) => found.extend(attribute_reference(path)),
                Some(("Fn::Sub", argument)) => collect_sub(argument, found),
                _ => {}
            }
            members
                .values()
                .for_each(|member| collect_references(member, found));
        }
        _ => {}
    }
}

fn attribute_reference(path: &Value) -> Option<Reference> {
    match path {
        Value::String(path) => {
            let (name, attribute) = path.split_once('.')?;
            Some(Reference::new(name, Some(attribute)))
        }
        Value::Array(path) => {
            let name = path.first()?.as_str()?;
            let attribute = path.get(1).and_then(Value::as_str);
            Some(Reference::new(name, attribute))
        }
        _ => None,
    }
}

fn collect_sub(argument: &Value, found: &mut Vec<Reference>) {
    let (text, variables) = match argument {
        Value::Array(list) => (
            list.first().and_then(Value::as_str),
            list.get(1).and_then(Value::as_object),
        ),
        text => (text.as_str(), None),
    };
    for piece in sub_pieces(text.unwrap_or("")) {
        if let Piece::Variable(name) = piece
            && !variables.is_some_and(|variables| variables.contains_key(name))
        {
            let (name, attribute) = match name.split_once('.') {
                Some((resource, attribute)) => (resource, Some(attribute)),
                None => (name, None),
            };
            found.push(Reference {
                in_text: true,
                ..Reference::new(name, attribute)
            });
        }
    }
}

/// Whether `value` calls one of these functions.
pub(crate) fn calls(value: &Value, names: &[&str]) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| calls(item, names)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| names.contains(&name.as_str()) || calls(member, names)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let found = references(&json!({
            "A": {"Ref": "One"},
            "B": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::Sub": "${Three} ${Four.Arn} ${!Not}"}],
            "C": {"Fn::Sub": ["${Local} ${Five}", {"Local": {"Ref": "Six"}}]},
        }));
        let mut names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Five", "Four", "One", "Six", "Three", "Two"]);
    }
}
