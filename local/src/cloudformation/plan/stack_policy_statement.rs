//! A statement of a stack policy.

use serde_json::Value;

use crate::aws::fits;

/// Which updates it allows or denies.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) allows: bool,
    pub(super) actions: Patterns,
    pub(super) resources: Patterns,
    /// The patterns of the resource types that it is about; empty for all types.
    pub(super) types: Vec<String>,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(super) struct Patterns {
    excludes: bool,
    pub(super) texts: Vec<String>,
}

impl Patterns {
    fn read(statement: &Value, name: &str, other: &str) -> Option<Self> {
        let texts = |name: &str| statement.get(name).and_then(texts);
        match (texts(name), texts(other)) {
            (Some(texts), None) => Some(Self {
                excludes: false,
                texts,
            }),
            (None, Some(texts)) => Some(Self {
                excludes: true,
                texts,
            }),
            _ => None,
        }
    }

    pub(super) fn fit(&self, text: &str) -> bool {
        self.texts.iter().any(|pattern| fits(pattern, text)) != self.excludes
    }
}

impl Statement {
    pub(super) fn read(statement: &Value) -> Option<Self> {
        let allows = match statement.get("Effect")?.as_str()? {
            "Allow" => true,
            "Deny" => false,
            _ => return None,
        };
        // A stack policy is for everyone.
        if statement.get("Principal")? != "*" && statement["Principal"]["AWS"] != "*" {
            return None;
        }
        let actions = Patterns::read(statement, "Action", "NotAction")?;
        let known = [
            "Update:Modify",
            "Update:Replace",
            "Update:Delete",
            "Update:*",
        ];
        if !actions
            .texts
            .iter()
            .all(|text| known.contains(&text.as_str()))
        {
            return None;
        }
        let resources = Patterns::read(statement, "Resource", "NotResource")?;
        let is_resource = |text: &String| text == "*" || text.starts_with("LogicalResourceId/");
        if !resources.texts.iter().all(is_resource) {
            return None;
        }
        Some(Self {
            allows,
            actions,
            resources,
            types: types(statement.get("Condition"))?,
        })
    }
}

/// The patterns of a condition, which can only be about resource types.
fn types(condition: Option<&Value>) -> Option<Vec<String>> {
    let Some(condition) = condition else {
        return Some(Vec::new());
    };
    let mut types = Vec::new();
    for (operator, keys) in condition.as_object()? {
        if !["StringEquals", "StringLike"].contains(&operator.as_str()) {
            return None;
        }
        for (key, values) in keys.as_object()? {
            if key != "ResourceType" {
                return None;
            }
            types.extend(texts(values)?);
        }
    }
    Some(types)
}

/// One text, or a list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => {
            let items = items.iter().map(|item| item.as_str().map(str::to_owned));
            items.collect()
        }
        _ => None,
    }
}
