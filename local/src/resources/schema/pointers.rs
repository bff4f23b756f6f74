//! The lists of pointers in a provider schema, such as `/properties/Rules/*/Name`.

use serde_json::Value;

/// The pointers of the list `name` of a schema, as the steps below the properties.
pub(super) fn pointers(schema: &Value, name: &str) -> Vec<Vec<String>> {
    let list = schema.get(name).and_then(Value::as_array);
    let pointers = list.into_iter().flatten().filter_map(Value::as_str);
    pointers
        .map(|pointer| {
            let steps = pointer.trim_start_matches("/properties/").split('/');
            steps.map(str::to_owned).collect()
        })
        .collect()
}

/// The values at a path; a `*` stands for every item of a list. Each has its pointer.
pub(super) fn values<'a>(
    value: &'a Value,
    path: &[String],
    pointer: &str,
) -> Vec<(String, &'a Value)> {
    let Some((step, rest)) = path.split_first() else {
        return vec![(pointer.to_owned(), value)];
    };
    match value {
        Value::Array(items) if step == "*" => {
            let items = items.iter().enumerate();
            items
                .flat_map(|(index, item)| values(item, rest, &format!("{pointer}/{index}")))
                .collect()
        }
        _ => value.get(step).map_or_else(Vec::new, |member| {
            values(member, rest, &format!("{pointer}/{step}"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_stands_for_every_item() {
        let schema = json!({"createOnlyProperties": ["/properties/Rules/*/Name", "/properties/A"]});
        let paths = pointers(&schema, "createOnlyProperties");
        let value = json!({"Rules": [{"Name": "a"}, {}, {"Name": "b"}], "A": 1});
        let found = |path: &[String]| values(&value, path, "");
        assert_eq!(
            found(&paths[0]),
            [
                ("/Rules/0/Name".to_owned(), &json!("a")),
                ("/Rules/2/Name".to_owned(), &json!("b"))
            ]
        );
        assert_eq!(found(&paths[1]), [("/A".to_owned(), &json!(1))]);
        assert_eq!(
            pointers(&schema, "readOnlyProperties"),
            Vec::<Vec<String>>::new()
        );
    }
}
