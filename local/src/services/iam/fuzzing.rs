//! What is done with the text of a policy document.

use serde_json::Value;

use super::context::Context;
use super::document::{Kind, PrincipalKind, parse};
use super::evaluate::{Question, evaluate};

/// Reads a document as each kind, and evaluates it.
pub(crate) fn fuzz(text: &str) {
    let context = Context::default()
        .with("aws:PrincipalAccount", "123456789012")
        .with("aws:SourceIp", "10.0.0.1")
        .with("aws:CurrentTime", "2026-11-29T00:00:00Z")
        .with("aws:SecureTransport", "true")
        .with("aws:username", "a*b?${c}");
    let principals = [(
        PrincipalKind::Aws,
        "arn:aws:iam::123456789012:root".to_owned(),
    )];
    let kinds = [Kind::Identity, Kind::Trust, Kind::Resource, Kind::Attached];
    for kind in kinds {
        let Ok(document) = parse(kind, &Value::String(text.to_owned())) else {
            continue;
        };
        for (action, resource) in [
            ("s3:GetObject", "arn:aws:s3:::bucket/a/b"),
            ("sts:AssumeRole", "*"),
        ] {
            let question = Question {
                action,
                resource,
                context: &context,
                principals: &principals,
            };
            evaluate([&document], question);
        }
    }
}
