//! The API of AWS WAF.

mod associations;
mod entities;
mod ip_sets;
mod managed_groups;
mod observed;
mod tags;
mod web_acls;

use std::sync::Arc;

use serde_json::Value;

use super::words;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, heed};
use crate::resources::direct::{Words, sentence};

/// How AWS WAF says that something is refused.
const WORDS: Words = Words {
    properties: |reason| AwsError::new("WAFInvalidParameterException", reason),
    request: |reason| words::error(sentence(&reason)),
};

/// Answers an action.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    match action {
        "AssociateWebACL" => associations::associate(account, &heed(input)?).await,
        "CheckCapacity" => web_acls::check_capacity(input),
        "CreateIPSet" => ip_sets::create(account, input).await,
        "CreateWebACL" => web_acls::create(account, input).await,
        "DeleteIPSet" => ip_sets::delete(account, input).await,
        "DeleteWebACL" => web_acls::delete(account, input).await,
        "DescribeManagedRuleGroup" => answer(input, |input| managed_groups::describe(&input)),
        "DisassociateWebACL" => answer(input, |input| associations::disassociate(account, &input)),
        "GetIPSet" => ip_sets::get(account, input),
        "GetRateBasedStatementManagedKeys" => observed::managed_keys(account, input),
        "GetSampledRequests" => observed::sampled(account, input),
        "GetWebACL" => web_acls::get(account, input),
        "GetWebACLForResource" => answer(input, |input| associations::web_acl(account, &input)),
        "ListAvailableManagedRuleGroupVersions" => {
            answer(input, |input| managed_groups::versions(&input))
        }
        "ListAvailableManagedRuleGroups" => answer(input, |input| managed_groups::list(&input)),
        "ListIPSets" => answer(input, |input| ip_sets::list(account, &input)),
        "ListResourcesForWebACL" => answer(input, |input| associations::resources(account, &input)),
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "ListWebACLs" => answer(input, |input| web_acls::list(account, &input)),
        "TagResource" => answer(input, |input| tags::add(account, &input)),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        "UpdateIPSet" => ip_sets::update(account, input).await,
        "UpdateWebACL" => web_acls::update(account, input).await,
        _ => Err(AwsError::unknown_action("WAF", action)),
    }
}
