//! A web ACL with its IP sets, ready to judge requests.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::rates::Rates;
use super::{CustomAnswer, Inspected, Sample, Verdict, key, lock, pairs};
use crate::account::{Account, State};
use crate::resources::ResourceType as _;
use crate::services::wafv2::association::web_acl_of;
use crate::services::wafv2::ip_set::{Blocks, IpSet, IpSetProperties};
use crate::services::wafv2::managed::{self, group};
use crate::services::wafv2::named::by_arn;
use crate::services::wafv2::properties::{
    Action, Block, ManagedRuleGroup, Passing, RateBased, Rule, Statement, WebAclProperties,
};
use crate::services::wafv2::web_acl::WebAcl;

/// The evaluation window of a rule that names none.
const WINDOW: u64 = 300;

/// The client of a rule that counts all requests together.
const EVERYBODY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// A web ACL.
pub(super) struct Acl {
    arn: String,
    properties: WebAclProperties,
    /// By ARN.
    sets: HashMap<String, Blocks>,
}

/// A rule that decides about a request.
struct Match<'a> {
    action: &'a Action,
    /// The rule of the managed group.
    within: Option<&'static managed::Rule>,
    /// The group's own action, if the web ACL has another one.
    overridden: Option<&'static str>,
}

impl Acl {
    /// The web ACL of a load balancer.
    pub(super) fn of(state: &State, balancer: &str) -> Option<Self> {
        let arn = web_acl_of(state, balancer)?;
        let (_, item) = by_arn(state, WebAcl::NAME, &arn)?;
        let mut properties: WebAclProperties = item.read();
        properties.rules.sort_by_key(|rule| rule.priority);
        let sets = state.inventory.of_type(IpSet::NAME);
        let sets = sets.map(|(_, item)| {
            let set: IpSetProperties = item.read();
            (item.attribute("Arn").to_owned(), set.blocks())
        });
        Some(Self {
            arn,
            properties,
            sets: sets.collect(),
        })
    }

    /// The rules in turn, until one of them allows or blocks the request.
    pub(super) fn judge(&self, account: &Account, request: &Inspected<'_>) -> Verdict {
        let mut inserted = Vec::new();
        for rule in &self.properties.rules {
            for found in self.matches(account, rule, request) {
                self.note(account, rule, &found, request);
                if let Some(block) = &found.action.block {
                    return Verdict::Block(self.answer(block));
                }
                let passing = found.action.allow.as_ref();
                inserted.extend(headers(passing.or(found.action.count.as_ref())));
                if passing.is_some() {
                    return Verdict::Pass(inserted);
                }
            }
        }
        self.by_default(account, request, inserted)
    }

    fn by_default(
        &self,
        account: &Account,
        request: &Inspected<'_>,
        mut inserted: Vec<(String, String)>,
    ) -> Verdict {
        let action = &self.properties.default_action;
        let visibility = &self.properties.visibility_config;
        if visibility.sampled_requests_enabled {
            let metric = &visibility.metric_name;
            let sample = Sample::of(request, &self.arn, metric, action.name());
            lock(&account.firewall.samples).add(sample);
        }
        match &action.block {
            Some(block) => Verdict::Block(self.answer(block)),
            None => {
                inserted.extend(headers(action.allow.as_ref()));
                Verdict::Pass(inserted)
            }
        }
    }

    /// What a rule does with the request: nothing, one action, or several that only count.
    fn matches<'a>(
        &'a self,
        account: &Account,
        rule: &'a Rule,
        request: &Inspected<'_>,
    ) -> Vec<Match<'a>> {
        if let Some(managed) = &rule.statement.managed_rule_group_statement {
            return self.in_group(rule, managed, request);
        }
        let holds = match &rule.statement.rate_based_statement {
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
        let not = statement.not_statement.as_ref();
        not.is_some_and(|not| !self.holds(&not.statement, request))
    }

    fn note(&self, account: &Account, rule: &Rule, found: &Match<'_>, request: &Inspected<'_>) {
        let visibility = &rule.visibility_config;
        if !visibility.sampled_requests_enabled {
            return;
        }
        let name = found.action.name();
        let mut sample = Sample::of(request, &self.arn, &visibility.metric_name, name);
        let managed = rule.statement.managed_rule_group_statement.as_ref();
        sample.rule_in_group = found.within.zip(managed).map(|(within, managed)| {
            let (vendor, group) = (&managed.vendor_name, &managed.name);
            format!("{vendor}#{group}#{}", within.name)
        });
        sample.overridden = found.overridden;
        let custom = found
            .action
            .block
            .as_ref()
            .map(|block| &block.custom_response);
        sample.status = custom.map(|custom| custom.as_ref().map_or(403, |one| one.response_code));
        lock(&account.firewall.samples).add(sample);
    }

    fn answer(&self, block: &Block) -> Option<CustomAnswer> {
        let custom = block.custom_response.as_ref()?;
        let key = custom.custom_response_body_key.as_ref();
        let body = key.and_then(|key| self.properties.custom_response_bodies.get(key));
        Some(CustomAnswer {
            status: custom.response_code,
            headers: pairs(&custom.response_headers, ""),
            body: body.map(|body| {
                let kind = match body.content_type.as_str() {
                    "APPLICATION_JSON" => "application/json",
                    "TEXT_HTML" => "text/html",
                    _ => "text/plain",
                };
                (kind, body.content.clone())
            }),
        })
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

/// The headers that an action adds to the request. AWS puts `x-amzn-waf-` before their names.
fn headers(passing: Option<&Passing>) -> Vec<(String, String)> {
    let handling = passing.and_then(|passing| passing.custom_request_handling.as_ref());
    handling.map_or_else(Vec::new, |handling| {
        pairs(&handling.insert_headers, "x-amzn-waf-")
    })
}
