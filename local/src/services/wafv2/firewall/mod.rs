//! What a web ACL does with a request to its load balancer.

mod acl;
mod matching;
mod rates;
mod samples;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, Version};

use self::acl::Acl;
use self::rates::Rates;
pub(super) use self::samples::Sample;
use self::samples::Samples;
use super::properties::Header;
use crate::account::Account;

/// A request, as a rule sees it.
pub(crate) struct Inspected<'a> {
    pub(crate) client: IpAddr,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) version: Version,
    pub(crate) headers: &'a HeaderMap,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It goes on, with these headers in addition: name and value.
    Pass(Vec<(String, String)>),
    /// It is answered with 403, or as the rule says.
    Block(Option<CustomAnswer>),
}

/// The answer of a rule.
#[derive(Debug)]
pub(crate) struct CustomAnswer {
    pub(crate) status: u16,
    /// Name and value.
    pub(crate) headers: Vec<(String, String)>,
    /// The media type and the text.
    pub(crate) body: Option<(&'static str, String)>,
}

/// The web ACLs of the load balancers, as they were read from the state last, and what they have seen.
#[derive(Default)]
pub(crate) struct Firewall {
    known: Mutex<Known>,
    rates: Mutex<HashMap<String, Rates>>,
    samples: Mutex<Samples>,
}

/// The web ACLs of one revision of the account's state, by load balancer.
#[derive(Default)]
struct Known {
    revision: u64,
    acls: HashMap<String, Option<Arc<Acl>>>,
}

/// Inspects a request to a load balancer.
pub(crate) fn inspect(account: &Account, balancer: &str, request: &Inspected<'_>) -> Verdict {
    match account.firewall.acl(account, balancer) {
        None => Verdict::Pass(Vec::new()),
        Some(acl) => acl.judge(account, request),
    }
}

impl Firewall {
    fn acl(&self, account: &Account, balancer: &str) -> Option<Arc<Acl>> {
        let revision = account.revision();
        let mut known = lock(&self.known);
        if known.revision != revision {
            *known = Known {
                revision,
                acls: HashMap::new(),
            };
        }
        if let Some(acl) = known.acls.get(balancer) {
            return acl.clone();
        }
        let acl = account.read(|state| Acl::of(state, balancer)).map(Arc::new);
        known.acls.insert(balancer.to_owned(), acl.clone());
        acl
    }

    /// The addresses that a rule limits now; `key` names the rule and its limit.
    pub(super) fn limited(&self, account: &Account, key: &str) -> Vec<IpAddr> {
        let mut rates = lock(&self.rates);
        rates.get_mut(key).map_or_else(Vec::new, |rates| {
            rates.decide(Instant::now(), account.pace);
            rates.limited()
        })
    }

    pub(super) fn samples(&self, of: impl Fn(&Sample) -> bool) -> Vec<Sample> {
        let samples = lock(&self.samples);
        samples.iter().filter(|one| of(one)).cloned().collect()
    }
}

/// The key of the counts of a rate-based rule. A change of the rule begins anew, as on AWS.
pub(super) fn key(acl: &str, rule: &super::properties::Rule) -> String {
    format!("{acl} {} {:?}", rule.name, rule.statement)
}

fn pairs(headers: &[Header], prefix: &str) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|header| (format!("{prefix}{}", header.name), header.value.clone()))
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
