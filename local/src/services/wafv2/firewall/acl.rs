//! A web ACL with its IP sets, ready to judge requests.

use std::collections::HashMap;

use super::matching::Match;
use super::{CustomAnswer, Inspected, Sample, Verdict, lock, pairs};
use crate::account::{Account, State};
use crate::resources::ResourceType as _;
use crate::services::wafv2::association::web_acl_of;
use crate::services::wafv2::ip_set::{Blocks, IpSet, IpSetProperties};
use crate::services::wafv2::named::by_arn;
use crate::services::wafv2::properties::{Block, Passing, Rule, WebAclProperties};
use crate::services::wafv2::web_acl::WebAcl;

/// A web ACL.
pub(super) struct Acl {
    pub(super) arn: String,
    properties: WebAclProperties,
    /// By ARN.
    pub(super) sets: HashMap<String, Blocks>,
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
            let sample = self.sample(request, metric, action.name());
            lock(&account.firewall.samples).add(sample);
        }
        if let Some(block) = &action.block {
            return Verdict::Block(self.answer(block));
        }
        inserted.extend(headers(action.allow.as_ref()));
        Verdict::Pass(inserted)
    }

    fn note(&self, account: &Account, rule: &Rule, found: &Match<'_>, request: &Inspected<'_>) {
        let visibility = &rule.visibility_config;
        if !visibility.sampled_requests_enabled {
            return;
        }
        let name = found.action.name();
        let mut sample = self.sample(request, &visibility.metric_name, name);
        let managed = rule.statement.managed_rule_group.as_ref();
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
        sample.status = custom.map(|custom| custom.as_ref().map_or(403, |one| one.status));
        lock(&account.firewall.samples).add(sample);
    }

    /// The request as a sample, without the headers that the web ACL hides.
    fn sample(&self, request: &Inspected<'_>, metric: &str, action: &'static str) -> Sample {
        let mut sample = Sample::of(request, &self.arn, metric, action);
        let hidden = &self.properties.data_protection_config.data_protections;
        for name in hidden.iter().flat_map(|one| &one.field.field_keys) {
            sample.hide(name);
        }
        sample
    }

    fn answer(&self, block: &Block) -> Option<CustomAnswer> {
        let custom = block.custom_response.as_ref()?;
        let key = custom.body.as_ref();
        let body = key.and_then(|key| self.properties.custom_response_bodies.get(key));
        Some(CustomAnswer {
            status: custom.status,
            headers: pairs(&custom.headers, ""),
            body: body.map(|body| {
                let kind = match body.kind.as_str() {
                    "APPLICATION_JSON" => "application/json",
                    "TEXT_HTML" => "text/html",
                    _ => "text/plain",
                };
                (kind, body.content.clone())
            }),
        })
    }
}

/// The headers that an action adds to the request. AWS puts `x-amzn-waf-` before their names.
fn headers(passing: Option<&Passing>) -> Vec<(String, String)> {
    let handling = passing.and_then(|passing| passing.custom_request_handling.as_ref());
    handling.map_or_else(Vec::new, |handling| {
        pairs(&handling.insert_headers, "x-amzn-waf-")
    })
}
