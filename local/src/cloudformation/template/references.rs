//! References from one part of a template to another.

use serde_json::Value;

use super::syntax::{Piece, single, sub_pieces};

/// The parameters, pseudo parameters and resources that `value` names in `Ref`, `GetAtt` and `Sub`,
/// each with the attribute if there is one.
pub(crate) fn references(value: &Value) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    collect_references(value, &mut found);
    found
}

fn collect_references(value: &Value, found: &mut Vec<(String, Option<String>)>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        Value::Object(members) => {
            match single(members) {
                Some(("Ref", Value::String(name))) => found.push((name.clone(), None)),
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

fn attribute_reference(path: &Value) -> Option<(String, Option<String>)> {
    let split =
        |(resource, attribute): (&str, &str)| (resource.to_owned(), Some(attribute.to_owned()));
    match path {
        Value::String(path) => path.split_once('.').map(split),
        Value::Array(path) => match path.as_slice() {
            [Value::String(resource), Value::String(attribute)] => {
                Some(split((resource, attribute)))
            }
            [Value::String(resource), ..] => Some((resource.clone(), None)),
            _ => None,
        },
        _ => None,
    }
}

fn collect_sub(argument: &Value, found: &mut Vec<(String, Option<String>)>) {
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
            found.push(match name.split_once('.') {
                Some((resource, attribute)) => (resource.to_owned(), Some(attribute.to_owned())),
                None => (name.to_owned(), None),
            });
        }
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
        let mut names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Five", "Four", "One", "Six", "Three", "Two"]);
    }
}
