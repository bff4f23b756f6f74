//! Availability zones.

/// The availability zones of a region.
pub(crate) fn zones(region: &str) -> Vec<String> {
    ["a", "b", "c"]
        .map(|letter| format!("{region}{letter}"))
        .to_vec()
}
