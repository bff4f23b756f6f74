//! What AWS's services take: their actions, the members of each input, and the limits of a value.
//!
//! The models are those of the AWS command line, shortened by `local/models/make.py`. With them, an
//! action that AWS does not have, a value that AWS refuses and a member that AWS does not know are
//! treated as AWS treats them, before the service sees the input.

mod known;
mod shape;
mod style;
mod typed;
mod validate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use self::shape::Shape;
use self::style::Style;
use super::error::AwsError;
use super::protocol::Protocol;

/// The model of a service.
#[derive(Deserialize)]
pub(super) struct Model {
    version: String,
    /// The shape of each action's input; empty if it takes none.
    actions: BTreeMap<String, String>,
    shapes: BTreeMap<String, Shape>,
}

/// The models, by the name that requests are signed for. Each is read when it is first used.
static MODELS: LazyLock<BTreeMap<&str, LazyLock<Model>>> = LazyLock::new(|| {
    macro_rules! models {
        ($($name:literal: $file:literal,)*) => {
            BTreeMap::from([$(($name, LazyLock::new((|| read(include_str!(
                concat!("../../../models/", $file, ".json")
            ))) as fn() -> Model)),)*])
        };
    }
    models! {
        "acm": "acm",
        "application-autoscaling": "application-autoscaling",
        "budgets": "budgets",
        "cloudformation": "cloudformation",
        "dynamodb": "dynamodb",
        "ec2": "ec2",
        "ecr": "ecr",
        "ecs": "ecs",
        "elasticloadbalancing": "elbv2",
        "iam": "iam",
        "kms": "kms",
        "logs": "logs",
        "monitoring": "cloudwatch",
        "secretsmanager": "secretsmanager",
        "sns": "sns",
        "ssm": "ssm",
        "streams.dynamodb": "dynamodbstreams",
        "sts": "sts",
        "wafv2": "wafv2",
    }
});

/// The protocol of every service of AWS, by the name that requests are signed for.
static SERVICES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../models/services.json"))
        .expect("the file is checked by a test")
});

fn read(text: &str) -> Model {
    serde_json::from_str(text).expect("the models are checked by a test")
}

/// The name of the protocol that a service of AWS speaks, such as `rest-json`; `None` if AWS has no
/// such service.
pub(crate) fn protocol_of(service: &str) -> Option<&'static str> {
    SERVICES.get(service).map(String::as_str)
}

/// Checks the input of an action as AWS does, and takes the members out that AWS does not know: AWS
/// ignores them. What is left is what the service must heed.
///
/// # Errors
/// AWS's error for an action that it does not have, or for a value that it refuses.
pub(crate) fn admit(
    service: &str,
    protocol: Protocol,
    action: &str,
    input: Value,
) -> Result<Value, AwsError> {
    let Some(model) = MODELS.get(service) else {
        return Ok(input);
    };
    let shape = model.actions.get(action);
    let shape =
        shape.ok_or_else(|| style::unknown_action(service, protocol, &model.version, action))?;
    let Some(shape) = model.shape(shape) else {
        return Ok(Value::Object(serde_json::Map::new()));
    };
    if protocol.is_typed() {
        validate::types(model, shape, &input)?;
    }
    if let Some(style) = Style::of(service) {
        validate::limits(model, shape, &input, &style)?;
    }
    Ok(known::only(model, shape, input))
}

/// The input of a Query form with numbers and switches instead of their texts. A text that is none
/// stays, and is refused by [`admit`] as a value of the wrong type.
pub(crate) fn typed(service: &str, action: &str, input: Value) -> Value {
    let model = MODELS.get(service);
    let shape = model.and_then(|model| Some((model, model.actions.get(action)?)));
    match shape {
        Some((model, shape)) => typed::value(model, shape, input),
        None => input,
    }
}

impl Model {
    /// The shape that a reference names: `#Name`. A type without limits has none.
    fn shape(&self, reference: &str) -> Option<&Shape> {
        self.shapes.get(reference.strip_prefix('#')?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_can_be_read_and_is_complete() {
        for (service, model) in MODELS.iter() {
            assert!(!model.actions.is_empty(), "{service}");
            let references = model.shapes.values().flat_map(Shape::references);
            for reference in references.chain(model.actions.values().map(String::as_str)) {
                let is_there = !reference.starts_with('#') || model.shape(reference).is_some();
                assert!(is_there, "{service} {reference}");
            }
        }
        assert_eq!(protocol_of("lambda"), Some("rest-json"));
        assert_eq!(protocol_of("moon"), None);
    }
}
