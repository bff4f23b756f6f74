//! Availability zones.

/// The availability zones of a region.
pub(crate) fn zones(region: &str) -> Vec<String> {
    ["a", "b", "c"]
        .map(|letter| format!("{region}{letter}"))
        .to_vec()
}

/// The id of the availability zone number `index` of a region.
pub(crate) fn zone_id(region: &str, index: usize) -> String {
    format!("{region}-az{}", index + 1)
}
