//! The names of services: in endpoints, and at the beginning of their actions.

/// The services whose actions begin with another word in policies.
const PREFIXES: [(&str, &str); 3] = [
    ("ecr.api", "ecr"),
    ("ecr.dkr", "ecr"),
    ("monitoring", "cloudwatch"),
];

/// What the actions of a service begin with in policies.
pub(super) fn prefix_of(service: &str) -> &str {
    let known = PREFIXES.iter().find(|(name, _)| *name == service);
    known.map_or(service, |(_, prefix)| prefix)
}

/// The name of the service in endpoints, from the beginning of its actions.
pub(super) fn endpoint_of(prefix: &str) -> &str {
    let known = PREFIXES.iter().find(|(_, known)| *known == prefix);
    known.map_or(prefix, |(service, _)| service)
}
