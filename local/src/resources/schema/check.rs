//! Checks the properties of a resource against its schema.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

use super::Schema;
use super::finding::{Finding, Problem};
use super::keywords::with_keywords;
use super::node::Node;
use super::pointers::values;
use super::words;
use crate::aws::KNOWN_AFTER_APPLY;
use crate::resources::request::refused_by;

/// The compiled form of a provider schema.
///
/// AWS's schemas are of draft 7, with `dependentRequired` of draft 2019-09. Draft 2020-12 would check
/// `prefixItems` too, which only the service knows.
pub(super) fn compile(schema: &Value) -> Validator {
    let options = jsonschema::options().with_draft(Draft::Draft201909);
    with_keywords(options.should_validate_formats(false))
        .build(schema)
        .expect("the schemas are part of the binary, and a test compiles each")
}

impl Schema {
    /// Everything that is wrong with the properties of a resource, at every place. A value that is
    /// known only after the deployment is not judged.
    pub(crate) fn findings(&self, properties: &Value) -> Vec<Finding> {
        let errors = self.validator().iter_errors(properties);
        let known = |error: &ValidationError<'_>| is_known(error, properties);
        let mut findings: Vec<Finding> = errors
            .flat_map(|error| words::findings(&error, &known))
            .collect();
        findings.extend(self.read_only_findings(properties));
        findings.extend(self.not_yet(properties));
        findings.sort_by(|one, other| one.pointer.cmp(&other.pointer));
        findings
    }

    /// Checks the properties with which CloudFormation deploys a resource. All values are known.
    ///
    /// # Errors
    /// The reason with which the creation of the resource fails.
    pub(crate) fn validate(&self, logical_id: &str, properties: &Value) -> Result<(), String> {
        self.check(properties).map_err(|lines| {
            format!("Properties validation failed for resource {logical_id} with message:\n{lines}")
        })
    }

    /// Checks the properties of a resource that a call of its service makes.
    ///
    /// # Errors
    /// One line for everything that is wrong.
    pub(crate) fn check(&self, properties: &Value) -> Result<(), String> {
        let findings = self.findings(properties);
        let of_schema = findings
            .iter()
            .filter(|finding| finding.refusal().is_none());
        let lines: Vec<_> = of_schema.flat_map(Finding::lines).collect();
        if lines.is_empty() {
            return Ok(());
        }
        Err(lines.join("\n"))
    }

    /// Checks which properties exclude each other, and of which one is needed.
    ///
    /// # Errors
    /// The service's message, for the event of the resource.
    pub(crate) fn check_combination(&self, properties: &Value) -> Result<(), String> {
        let findings = self.findings(properties);
        let mut refusals = findings.iter().filter_map(Finding::refusal);
        refusals.next().map_or(Ok(()), |(code, sentence)| {
            Err(refused_by(self.service(), code, &format!("{sentence}.")))
        })
    }

    /// AWS has a read-only property, but not as an input.
    fn read_only_findings(&self, properties: &Value) -> Vec<Finding> {
        let given = self
            .read_only
            .iter()
            .flat_map(|path| values(properties, path, ""));
        given
            .filter_map(|(pointer, _)| {
                let (parent, name) = pointer.rsplit_once('/')?;
                Some(Finding::new(parent, Problem::Unsupported(name.to_owned())))
            })
            .collect()
    }

    fn not_yet(&self, properties: &Value) -> Vec<Finding> {
        let missing = self.tree.missing(Node::root(&self.root), properties, "");
        let missing = missing
            .into_iter()
            .filter(|pointer| !self.is_read_only(pointer));
        missing
            .map(|pointer| {
                let name = pointer.trim_start_matches('/').replace('/', ".");
                let message = format!("the local AWS does not do {name} of {} yet", self.name);
                Finding::new(pointer, Problem::NotYet(message))
            })
            .collect()
    }

    fn is_read_only(&self, pointer: &str) -> bool {
        let steps: Vec<&str> = pointer.split('/').skip(1).collect();
        self.read_only.iter().any(|path| {
            path.len() == steps.len()
                && path
                    .iter()
                    .zip(&steps)
                    .all(|(wanted, step)| wanted == step || wanted == "*")
        })
    }

    /// The name of the service in the messages of a resource handler, such as `Ec2`.
    fn service(&self) -> &'static str {
        match self.name.split("::").nth(1).unwrap_or_default() {
            "EC2" => "Ec2",
            "ElasticLoadBalancingV2" => "ElasticLoadBalancingV2",
            "Logs" => "CloudWatchLogs",
            "DynamoDB" => "DynamoDb",
            "Route53" => "Route53",
            other => other,
        }
    }
}

/// Whether the error is about values that are known. A member that is missing or too much is wrong
/// whatever the other values are.
fn is_known(error: &ValidationError<'_>, properties: &Value) -> bool {
    let value = properties.pointer(error.instance_path().as_str());
    let Some(value) = value else {
        return true;
    };
    match error.kind() {
        Kind::Required { .. }
        | Kind::AdditionalProperties { .. }
        | Kind::Custom { .. }
        | Kind::MinItems { .. }
        | Kind::MaxItems { .. } => true,
        _ => !has_unknown(value),
    }
}

fn has_unknown(value: &Value) -> bool {
    match value {
        // A dynamic reference to a secret has no value yet.
        Value::String(text) => text.contains(KNOWN_AFTER_APPLY) || text.contains("{{resolve:"),
        Value::Array(items) => items.iter().any(has_unknown),
        Value::Object(members) => members.values().any(has_unknown),
        _ => false,
    }
}
