//! How functions are written: `{"Fn::Name": ARGUMENT}`, and `${Name}` within `Fn::Sub`.

use serde_json::{Map, Value};

/// A part of the text of a `Fn::Sub`.
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Splits the text of a `Fn::Sub` into parts; `${!Literal}` is the text `${Literal}`.
pub(crate) fn sub_pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        pieces.push(Piece::Text(before));
        match name.strip_prefix('!') {
            Some(literal) => pieces.extend(["${", literal, "}"].map(Piece::Text)),
            None => pieces.push(Piece::Variable(name.trim())),
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The only member of an object: a function's name and its argument.
pub(crate) fn single(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut all = members.iter();
    match (all.next(), all.next()) {
        (Some((name, argument)), None) => Some((name, argument)),
        _ => None,
    }
}

/// `{"Condition": …}` is a function only if the template has conditions: a policy statement and a
/// resource property may have the same name.
pub(crate) fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}
