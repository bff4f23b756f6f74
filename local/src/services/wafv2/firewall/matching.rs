//! Whether a rule fits a request, and what it then does.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::acl::Acl;
use super::rates::Rates;
use super::{Inspected, key, lock};
use crate::account::Account;
use crate::services::wafv2::managed::{self, group};
use crate::services::wafv2::properties::{
    Action, Block, ManagedRuleGroup, Passing, RateBased, Rule, Statement,
};

/// The evaluation window of a rule that names none.
const WINDOW: u64 = 300;

/// The client of a rule that counts all requests together.
const EVERYBODY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// A rule that decides about a request.
pub(super) struct Match<'a> {
    pub(super) action: &'a Action,
    /// The rule of the managed group.
    pub(super) within: Option<&'static managed::Rule>,
    /// The group's own action, if the web ACL has another one.
    pub(super) overridden: Option<&'static str>,
}

impl Acl {
    /// What a rule does with the request: nothing, one action, or several that only count.
    pub(super) fn matches<'a>(
        &'a self,
        account: &Account,
        rule: &'a Rule,
        request: &Inspected<'_>,
    ) -> Vec<Match<'a>> {
        if let Some(managed) = &rule.statement.managed_rule_group {
            return self.in_group(rule, managed, request);
        }
        let holds = match &rule.statement.rate_based {
            Some(rate) => self.is_limited(account, rule, rate, request),
            None => self.holds(&rule.statement, request),
        };
        let action = rule.action.as_ref().filter(|_| holds);
        let found = action.map(|action| Match {
            action,
            within: None,
            overridden: None,
        });
        found.into_iter().collect()
    }

    fn in_group<'a>(
        &self,
        rule: &'a Rule,
        managed: &'a ManagedRuleGroup,
        request: &Inspected<'_>,
    ) -> Vec<Match<'a>> {
        let scope = managed.scope_down_statement.as_deref();
        let group = group(&managed.vendor_name, &managed.name);
        let (true, Some(group)) = (self.is_in_scope(scope, request), group) else {
            return Vec::new();
        };
        let counts_all = rule.override_action.as_ref();
        let counts_all = counts_all.is_some_and(|action| action.count.is_some());
        let mut found = Vec::new();
        for within in group.rules {
            if !within.check.is_some_and(|check| check.finds(request)) {
                continue;
            }
            let (action, overridden) = action_of(managed, within, counts_all);
            found.push(Match {
                action,
                within: Some(within),
                overridden,
            });
            if found.last().is_some_and(|last| last.action.count.is_none()) {
                break;
            }
        }
        found
    }

    fn is_limited(
        &self,
        account: &Account,
        rule: &Rule,
        rate: &RateBased,
        request: &Inspected<'_>,
    ) -> bool {
        if !self.is_in_scope(rate.scope_down_statement.as_deref(), request) {
            return false;
        }
        let window = Duration::from_secs(rate.evaluation_window_sec.unwrap_or(WINDOW));
        let client = match rate.aggregate_key_type.as_str() {
            "CONSTANT" => EVERYBODY,
            _ => request.client,
        };
        let mut rates = lock(&account.firewall.rates);
        let key = key(&self.arn, rule);
        if !rates.contains_key(&key) {
            // The counts of the rule as it was before.
            let old = format!("{} {} ", self.arn, rule.name);
            rates.retain(|other, _| !other.starts_with(&old));
        }
        let rates = rates
            .entry(key)
            .or_insert_with(|| Rates::new(rate.limit, window));
        rates.is_limited(client, Instant::now(), account.pace)
    }

    fn is_in_scope(&self, scope: Option<&Statement>, request: &Inspected<'_>) -> bool {
        scope.is_none_or(|scope| self.holds(scope, request))
    }

    fn holds(&self, statement: &Statement, request: &Inspected<'_>) -> bool {
        if let Some(set) = &statement.ip_set {
            let blocks = self.sets.get(&set.arn);
            return blocks.is_some_and(|blocks| blocks.has(request.client));
        }
        let not = statement.not.as_ref();
        not.is_some_and(|not| !self.holds(&not.statement, request))
    }
}

static BLOCK: Action = Action {
    allow: None,
    block: Some(Block {
        custom_response: None,
    }),
    count: None,
};

static COUNT: Action = Action {
    allow: None,
    block: None,
    count: Some(Passing {
        custom_request_handling: None,
    }),
};

/// What a rule of a group does, and what it would do if nothing overrode it.
fn action_of<'a>(
    managed: &'a ManagedRuleGroup,
    within: &managed::Rule,
    counts_all: bool,
) -> (&'a Action, Option<&'static str>) {
    let own = if within.counts { &COUNT } else { &BLOCK };
    let mut overrides = managed.rule_action_overrides.iter();
    let mut excluded = managed.excluded_rules.iter();
    let other = if counts_all || excluded.any(|rule| rule.name == within.name) {
        Some(&COUNT)
    } else {
        let found = overrides.find(|one| one.name == within.name);
        found.map(|one| &one.action_to_use)
    };
    match other {
        Some(other) => (other, Some(own.name())),
        None => (own, None),
    }
}
