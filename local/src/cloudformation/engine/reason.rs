//! Status reasons that list resources.

/// The status reason of a stack if resources failed to be created, updated or deleted (`verb`).
pub(super) fn failed_to(verb: &str, logical_ids: &[String]) -> String {
    format!(
        "The following resource(s) failed to {verb}: [{}]. ",
        logical_ids.join(", ")
    )
}
