//! Forms of the Query protocol.

use serde_json::{Map, Value};

/// Reads a Query form: `Parameters.member.1.ParameterKey=A` becomes
/// `{"Parameters": [{"ParameterKey": "A"}]}`. Every leaf is a string.
pub(crate) fn read_query(body: &[u8]) -> Value {
    let mut root = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let path: Vec<&str> = name.split('.').collect();
        // No AWS input is nested this deep, and a deeper one could exhaust the stack.
        if path.len() <= 32 {
            insert(&mut root, &path, &value);
        }
    }
    lists(Value::Object(root))
}

fn insert(node: &mut Map<String, Value>, path: &[&str], leaf: &str) {
    let [first, rest @ ..] = path else { return };
    if rest.is_empty() {
        node.entry((*first).to_owned())
            .or_insert_with(|| leaf.into());
        return;
    }
    let child = node
        .entry((*first).to_owned())
        .or_insert_with(|| Value::Object(Map::new()));
    if !child.is_object() {
        *child = Value::Object(Map::new());
    }
    if let Value::Object(child) = child {
        insert(child, rest, leaf);
    }
}

/// Turns `{"member": {"1": a, "2": b}}` into `[a, b]`, in the order of the numbers.
fn lists(value: Value) -> Value {
    let Value::Object(mut node) = value else {
        return value;
    };
    if node.len() == 1
        && let Some(Value::Object(members)) = node.get_mut("member")
    {
        let mut numbered: Vec<(usize, Value)> = std::mem::take(members)
            .into_iter()
            .filter_map(|(index, member)| Some((index.parse().ok()?, lists(member))))
            .collect();
        numbered.sort_by_key(|(index, _)| *index);
        return numbered.into_iter().map(|(_, member)| member).collect();
    }
    node.into_iter()
        .map(|(name, child)| (name, lists(child)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_form_becomes_nested_json() {
        let cases = [
            ("StackName=vpc", json!({"StackName": "vpc"})),
            (
                "P.member.2.K=b&P.member.1.K=a&P.member.10.K=c",
                json!({"P": [{"K": "a"}, {"K": "b"}, {"K": "c"}]}),
            ),
            (
                "Capabilities.member.1=CAPABILITY_IAM",
                json!({"Capabilities": ["CAPABILITY_IAM"]}),
            ),
            ("A=1&A.b=2", json!({"A": {"b": "2"}})),
            ("", json!({})),
        ];
        for (form, expected) in cases {
            assert_eq!(read_query(form.as_bytes()), expected, "{form}");
        }
    }
}
