//! Dashboards, as part of the account's state. They are kept, and drawn by nobody here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::aws::{ACCOUNT, AwsError, PARTITION, seconds};

/// The dashboards by name.
pub(crate) type Dashboards = BTreeMap<String, Stored>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) body: String,
    pub(crate) modified: f64,
}

impl Stored {
    pub(crate) fn new(body: String) -> Self {
        Self {
            body,
            modified: seconds(),
        }
    }
}

/// Dashboards are global.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:{PARTITION}:cloudwatch::{ACCOUNT}:dashboard/{name}")
}

pub(crate) fn missing(name: &str) -> AwsError {
    let sentence = format!("Dashboard {name} does not exist");
    AwsError::new("ResourceNotFound", sentence).with_status(404)
}

/// The name of a dashboard.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 255 || !name.chars().all(is_allowed) {
        return Err(format!(
            "The value {name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n"
        ));
    }
    Ok(())
}

/// The body of a dashboard. The form of the sentence is that of
/// <https://github.com/aws/aws-cdk/issues/20024>, the rules are those of
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>.
///
/// # Errors
/// CloudWatch's sentence.
pub(crate) fn check_body(body: &str) -> Result<(), String> {
    let read: Result<Value, _> = serde_json::from_str(body);
    let Some(Value::Object(members)) = read.ok() else {
        return Err("The field DashboardBody must be a valid JSON object".to_owned());
    };
    let mut found = Vec::new();
    match members.get("widgets") {
        None => {}
        Some(Value::Array(widgets)) => {
            for (index, widget) in widgets.iter().enumerate() {
                check_widget(&format!("/widgets/{index}"), widget, &mut found);
            }
        }
        Some(_) => found.push(finding("/widgets", "Should be array")),
    }
    if found.is_empty() {
        return Ok(());
    }
    let (count, list) = (found.len(), Value::Array(found));
    Err(format!(
        "The dashboard body is invalid, there are {count} validation errors: {list}"
    ))
}

fn finding(path: &str, message: &str) -> Value {
    json!({"dataPath": path, "message": message})
}

/// The types of widgets with the properties that each requires.
const WIDGETS: [(&str, &[&str]); 6] = [
    ("metric", &[]),
    ("text", &["markdown"]),
    ("log", &["query", "region"]),
    ("alarm", &["alarms"]),
    ("explorer", &["metrics"]),
    ("custom", &["endpoint"]),
];

fn check_widget(path: &str, widget: &Value, found: &mut Vec<Value>) {
    if !widget.is_object() {
        found.push(finding(path, "Should be object"));
        return;
    }
    for (name, least, most) in [
        ("x", 0, 23),
        ("y", 0, i64::MAX),
        ("width", 1, 24),
        ("height", 1, 1000),
    ] {
        let place = format!("{path}/{name}");
        match widget.get(name).map(Value::as_i64) {
            Some(None) => found.push(finding(&place, "Should be integer")),
            Some(Some(number)) if number < least => {
                found.push(finding(&place, &format!("Should be >= {least}")));
            }
            Some(Some(number)) if number > most => {
                found.push(finding(&place, &format!("Should be <= {most}")));
            }
            Some(Some(_)) | None => {}
        }
    }
    for name in ["type", "properties"] {
        if widget.get(name).is_none() {
            found.push(finding(
                path,
                &format!("Should have required property '{name}'"),
            ));
        }
    }
    let (Some(kind), Some(properties)) = (widget.get("type"), widget.get("properties")) else {
        return;
    };
    let kind = kind.as_str().unwrap_or("");
    let Some((_, required)) = WIDGETS.iter().find(|(known, _)| *known == kind) else {
        found.push(finding(
            &format!("{path}/type"),
            "Should be equal to one of the allowed values",
        ));
        return;
    };
    let place = format!("{path}/properties");
    for name in *required {
        if properties.get(name).is_none() {
            found.push(finding(
                &place,
                &format!("Should have required property '{name}'"),
            ));
        }
    }
    if kind == "metric" {
        check_metrics(&place, properties, found);
    }
}

fn check_metrics(path: &str, properties: &Value, found: &mut Vec<Value>) {
    let has = |name: &str| properties.get(name).is_some();
    if !has("metrics") && !has("annotations") {
        found.push(finding(path, "Should have required property 'metrics'"));
    }
    // https://github.com/aws/aws-cdk/issues/20024
    let metrics = properties.get("metrics").and_then(Value::as_array);
    for (index, metric) in metrics.into_iter().flatten().enumerate() {
        let place = format!("{path}/metrics/{index}");
        match metric.as_array().map(Vec::len) {
            None => found.push(finding(&place, "Should be array")),
            Some(0) => found.push(finding(&place, "Should NOT have fewer than 1 items")),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_checked_like_on_aws() {
        let metric = r#"{"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{"metrics":[["AWS/ECS","CPUUtilization"]],"region":"eu-central-1"}}"#;
        for fine in [
            "{}",
            r#"{"widgets":[]}"#,
            &format!(r#"{{"widgets":[{metric}],"start":"-PT6H"}}"#),
            r#"{"widgets":[{"type":"text","properties":{"markdown":"x"}}]}"#,
        ] {
            assert_eq!(check_body(fine), Ok(()), "{fine}");
        }
        let rows = [
            ("", "must be a valid JSON object"),
            ("[]", "must be a valid JSON object"),
            (r#"{"widgets":{}}"#, "Should be array"),
            (
                r#"{"widgets":[{"type":"text"}]}"#,
                "Should have required property 'properties'",
            ),
            (
                r#"{"widgets":[{"type":"text","properties":{}}]}"#,
                "required property 'markdown'",
            ),
            (
                r#"{"widgets":[{"type":"x","properties":{}}]}"#,
                "one of the allowed values",
            ),
            (
                r#"{"widgets":[{"type":"text","width":25,"properties":{"markdown":""}}]}"#,
                "Should be <= 24",
            ),
        ];
        for (body, expected) in rows {
            let err = check_body(body).unwrap_err();
            assert!(err.contains(expected), "{body}: {err}");
        }
        assert!(check_name("a-b_1").is_ok());
        assert!(check_name("a b").is_err());
    }
}
