//! Sticky sessions: the cookies that keep a client with one target group and one target.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderValue, header};
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

use super::cookies::cookie;
use crate::services::elb::routing::Forward;
use crate::services::elb::targets::Stickiness;

const GROUP: &str = "AWSALBTG";
const TARGET: &str = "AWSALB";
const APPLICATION: &str = "AWSALBAPP-0";

/// The target group for a request: the one of its cookie, or one by weight.
pub(super) fn choose_group<'a>(forward: &'a Forward, headers: &HeaderMap) -> Option<&'a str> {
    let weighted = || forward.groups.iter().filter(|(_, weight)| *weight > 0);
    if forward.sticky.is_some()
        && let Some(wanted) = cookie(headers, GROUP)
        && let Some((arn, _)) = weighted().find(|(arn, _)| digest(arn) == wanted)
    {
        return Some(arn);
    }
    let total: u64 = weighted().map(|(_, weight)| weight).sum();
    if total == 0 {
        return None;
    }
    let mut drawn = rand::rng().random_range(0..total);
    let chosen = weighted().find(|(_, weight)| {
        let is_drawn = drawn < *weight;
        drawn = drawn.saturating_sub(*weight);
        is_drawn
    });
    chosen.map(|(arn, _)| arn.as_str())
}

/// The mark of the target that the client stays with, from its cookie.
pub(super) fn wanted_target(
    stickiness: Option<&Stickiness>,
    headers: &HeaderMap,
) -> Option<String> {
    match stickiness? {
        Stickiness::LoadBalancer(_) => cookie(headers, TARGET),
        Stickiness::Application { name, .. } => {
            cookie(headers, name)?;
            cookie(headers, APPLICATION)
        }
    }
}

/// The request and the choices that were made for it.
pub(super) struct Chosen<'a> {
    pub(super) group: &'a str,
    pub(super) group_duration: Option<u64>,
    pub(super) stickiness: Option<Stickiness>,
    /// The mark of the target.
    pub(super) target: String,
}

/// Adds the cookies to a response.
pub(super) fn set_cookies(headers: &mut HeaderMap, chosen: &Chosen<'_>) {
    if let Some(seconds) = chosen.group_duration {
        let duration = Duration::from_secs(seconds);
        add(headers, GROUP, &digest(chosen.group), duration, "");
        add(
            headers,
            "AWSALBTGCORS",
            &digest(chosen.group),
            duration,
            "; SameSite=None",
        );
    }
    match &chosen.stickiness {
        Some(Stickiness::LoadBalancer(duration)) => {
            add(headers, TARGET, &chosen.target, *duration, "");
            add(
                headers,
                "AWSALBCORS",
                &chosen.target,
                *duration,
                "; SameSite=None",
            );
        }
        Some(Stickiness::Application { name, duration }) if sets(headers, name) => {
            add(headers, APPLICATION, &chosen.target, *duration, "");
        }
        _ => {}
    }
}

/// Whether the application sets the cookie in this response.
fn sets(headers: &HeaderMap, name: &str) -> bool {
    let mut set = headers.get_all(header::SET_COOKIE).iter();
    let start = format!("{name}=");
    set.any(|cookie| cookie.as_bytes().starts_with(start.as_bytes()))
}

fn add(headers: &mut HeaderMap, name: &str, value: &str, duration: Duration, more: &str) {
    let expires = httpdate::fmt_http_date(SystemTime::now() + duration);
    let cookie = format!("{name}={value}; Expires={expires}; Path=/{more}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// A mark that says nothing about what it stands for.
pub(in crate::services::elb) fn digest(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter()
        .take(16)
        .fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forward(sticky: Option<u64>) -> Forward {
        Forward {
            groups: vec![("blue".into(), 80), ("green".into(), 20), ("old".into(), 0)],
            sticky,
        }
    }

    #[test]
    fn groups_are_drawn_by_weight() {
        let (forward, headers) = (forward(None), HeaderMap::new());
        let drawn: Vec<_> = (0..2000)
            .map(|_| choose_group(&forward, &headers).unwrap())
            .collect();
        let green = drawn.iter().filter(|group| **group == "green").count();
        assert!((280..520).contains(&green), "{green}");
        assert!(!drawn.contains(&"old"));
    }

    #[test]
    fn a_cookie_keeps_the_group_unless_its_weight_is_zero() {
        let forward = forward(Some(60));
        for (group, expected) in [("green", Some(vec!["green"])), ("old", None)] {
            let mut headers = HeaderMap::new();
            let cookie = format!("a=b; {GROUP}={}", digest(group));
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            let mut drawn: Vec<_> = (0..50)
                .map(|_| choose_group(&forward, &headers).unwrap())
                .collect();
            drawn.sort_unstable();
            drawn.dedup();
            match expected {
                Some(expected) => assert_eq!(drawn, expected),
                None => assert!(!drawn.contains(&"old")),
            }
        }
    }
}
