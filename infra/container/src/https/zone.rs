//! Finds the hosted zone of a domain in Route 53.

use aws_sdk_route53::Client;
use aws_sdk_route53::types::HostedZoneConfig;
use deploy::render::Shown;
use deploy::{Clients, Output, Parameters};

use super::{DOMAIN, HOSTED_ZONE};
use crate::Error;

/// If a domain is given without its hosted zone, adds the zone: the public one in this account that is
/// nearest to the domain, or none if the DNS of the domain is elsewhere.
pub(crate) async fn with_hosted_zone(
    clients: &Clients,
    mut given: Parameters,
    output: Output,
) -> Result<Parameters, Error> {
    let domain = given.get(DOMAIN).filter(|domain| !domain.is_empty());
    let Some(domain) = domain.filter(|_| !given.contains_key(HOSTED_ZONE)) else {
        return Ok(given);
    };
    let zone = find(clients, domain).await?;
    output.progress(&match &zone {
        Some((name, id)) => format!(
            "The records of {} are made in the hosted zone {} ({})",
            Shown(domain),
            Shown(name),
            Shown(id)
        ),
        None => format!(
            "Route 53 has no public hosted zone for {}: its records have to be made where its DNS is",
            Shown(domain)
        ),
    });
    let id = zone.map_or_else(String::new, |(_, id)| id);
    given.insert(HOSTED_ZONE.to_owned(), id);
    Ok(given)
}

/// The name and the id of the zone.
async fn find(clients: &Clients, domain: &str) -> Result<Option<(String, String)>, Error> {
    let client = Client::new(clients.config());
    let mut pages = client.list_hosted_zones().into_paginator().items().send();
    let mut zones = Vec::new();
    while let Some(zone) = pages.next().await {
        let zone = zone.map_err(|err| match deploy::Error::from(err) {
            deploy::Error::Aws { message, .. } => Error::NoHostedZones {
                domain: domain.to_owned(),
                reason: message,
            },
            unanswered => unanswered.into(),
        })?;
        let is_private = zone.config().is_some_and(HostedZoneConfig::private_zone);
        if !is_private {
            let id = zone.id().rsplit('/').next().unwrap_or_default();
            zones.push((zone.name().to_owned(), id.to_owned()));
        }
    }
    Ok(nearest(zones, domain))
}

/// The zone with the longest name among those that contain the domain.
fn nearest(zones: Vec<(String, String)>, domain: &str) -> Option<(String, String)> {
    let contains = |zone: &str| {
        let zone = zone.trim_end_matches('.');
        let before = domain.strip_suffix(zone);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    zones
        .into_iter()
        .filter(|(name, _)| contains(name))
        .max_by_key(|(name, _)| name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_zone_that_contains_the_domain_is_taken() {
        let zones = [
            "example.com.",
            "dev.example.com.",
            "ample.com.",
            "example.org.",
        ];
        let found = |domain| {
            let zones = zones.map(|name| (name.to_owned(), format!("id of {name}")));
            nearest(zones.into(), domain).map(|(name, _)| name)
        };
        assert_eq!(found("app.example.com").as_deref(), Some("example.com."));
        assert_eq!(found("example.com").as_deref(), Some("example.com."));
        assert_eq!(
            found("a.dev.example.com").as_deref(),
            Some("dev.example.com.")
        );
        assert_eq!(found("app.example.net"), None);
        assert_eq!(found("an-example.com"), None);
    }
}
