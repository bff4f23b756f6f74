//! Rules for clusters.

use crate::resources::subject::{Subject, fail_if, text};

/// Whether ECS takes the name of a cluster, service, family or container.
pub(super) fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(is_allowed)
}

pub(super) fn cluster_name(subject: &Subject<'_>) -> Result<(), String> {
    let wrong = subject
        .text("ClusterName")
        .is_some_and(|name| !is_name(name));
    fail_if(wrong, || "Invalid cluster name.".into())
}

pub(super) fn cluster_settings(subject: &Subject<'_>) -> Result<(), String> {
    for setting in subject.list("ClusterSettings") {
        let value = text(setting, "Value").unwrap_or("");
        if !["enhanced", "enabled", "disabled"].contains(&value) {
            return Err(format!(
                "Cluster setting value '{value}' is not valid. Valid values are enhanced, enabled and disabled."
            ));
        }
    }
    Ok(())
}
