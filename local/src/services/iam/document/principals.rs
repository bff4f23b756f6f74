//! `Principal` and `NotPrincipal`.

use serde_json::{Map, Value};

use super::Kind;
use super::parse::{SYNTAX, texts};

/// To whom a statement applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principals {
    pub(crate) negated: bool,
    pub(crate) entries: Vec<(PrincipalKind, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

impl PrincipalKind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "AWS" => Some(Self::Aws),
            "Service" => Some(Self::Service),
            "Federated" => Some(Self::Federated),
            "CanonicalUser" => Some(Self::CanonicalUser),
            _ => None,
        }
    }
}

/// The message for a statement that says not to whom it applies.
pub(in crate::services::iam) const NO_PRINCIPAL: &str = "Missing required field Principal";

/// The beginning of the messages for a principal that cannot be one.
pub(in crate::services::iam) const INVALID_PRINCIPAL: &str = "Invalid principal in policy";

pub(super) fn read(kind: Kind, members: &Map<String, Value>) -> Result<Option<Principals>, String> {
    let (negated, value) = match (members.get("Principal"), members.get("NotPrincipal")) {
        (None, None) if matches!(kind, Kind::Trust | Kind::Attached) => {
            return Err(NO_PRINCIPAL.into());
        }
        (None, None) => return Ok(None),
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        (Some(_), Some(_)) => return Err(SYNTAX.into()),
    };
    let entries = match value {
        // https://github.com/badmintoncryer/cdk-preflight
        Value::String(all) if all == "*" && kind == Kind::Trust => {
            return Err("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".".into());
        }
        Value::String(all) if all == "*" => vec![(PrincipalKind::Aws, all.clone())],
        Value::Object(kinds) if kinds.is_empty() => {
            return Err("Missing required field Principal cannot be empty!".into());
        }
        Value::Object(kinds) => entries(kinds)?,
        _ => return Err(INVALID_PRINCIPAL.into()),
    };
    Ok(Some(Principals { negated, entries }))
}

fn entries(kinds: &Map<String, Value>) -> Result<Vec<(PrincipalKind, String)>, String> {
    let mut entries = Vec::new();
    for (name, value) in kinds {
        let kind = PrincipalKind::of(name).ok_or(INVALID_PRINCIPAL)?;
        for principal in texts(value)? {
            if !is_possible(kind, &principal) {
                let name = name.to_uppercase();
                return Err(format!("{INVALID_PRINCIPAL}: \"{name}\":\"{principal}\""));
            }
            entries.push((kind, principal));
        }
    }
    Ok(entries)
}

/// Whether the text has the form of a principal of this kind.
fn is_possible(kind: PrincipalKind, principal: &str) -> bool {
    let is_account = principal.len() == 12 && principal.chars().all(|c| c.is_ascii_digit());
    match kind {
        PrincipalKind::Aws => {
            principal == "*"
                || is_account
                || ["iam", "sts"].iter().any(|service| {
                    let mut parts = principal.splitn(6, ':');
                    parts.next() == Some("arn")
                        && parts.nth(1) == Some(service)
                        && parts.next() == Some("")
                        && parts.next().is_some_and(|account| account.len() == 12)
                        && parts.next().is_some_and(|resource| !resource.is_empty())
                })
        }
        PrincipalKind::Service => {
            let name = principal
                .strip_suffix(".amazonaws.com")
                .or_else(|| principal.strip_suffix(".amazonaws.com.cn"))
                .or_else(|| principal.strip_suffix(".api.aws"));
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
            name.is_some_and(|name| !name.is_empty() && name.chars().all(fits))
        }
        PrincipalKind::Federated | PrincipalKind::CanonicalUser => !principal.is_empty(),
    }
}
