//! Writing an object for a service of AWS, which the policy of the bucket has to admit.

use std::collections::BTreeMap;

use super::api::add_object;
use super::bucket::BUCKET;
use super::bucket_policy::BUCKET_POLICY;
use crate::account::{Account, State};
use crate::aws::json;
use crate::services::iam::{allows_account, allows_service};

/// An object of a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServicePut<'a> {
    /// Such as `logdelivery.elasticloadbalancing.amazonaws.com`.
    pub(crate) service: &'a str,
    /// The account that older policies name in place of the service.
    pub(crate) account: Option<&'a str>,
    /// The ARN for which the service writes.
    pub(crate) source: &'a str,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
}

impl ServicePut<'_> {
    /// Whether the bucket exists, and its policy lets the service write the object.
    pub(crate) fn is_allowed(self, state: &State) -> bool {
        if state.inventory.get_of(BUCKET, self.bucket).is_none() {
            return false;
        }
        let item = state.inventory.get_of(BUCKET_POLICY, self.bucket);
        let policy = item.and_then(|item| item.properties.get("PolicyDocument"));
        let resource = format!("arn:aws:s3:::{}/{}", self.bucket, self.key);
        policy.is_some_and(|policy| {
            let policy = json::text(policy);
            let action = "s3:PutObject";
            let by_account = |account| allows_account(&policy, account, action, &resource);
            allows_service(&policy, self.service, action, &resource, self.source)
                || self.account.is_some_and(by_account)
        })
    }

    /// Writes the object.
    ///
    /// # Errors
    /// The bucket does not admit the service, or the content cannot be kept.
    pub(crate) async fn write(self, account: &Account, bytes: &[u8]) -> Result<(), String> {
        if !account.read(|state| self.is_allowed(state)) {
            return Err(format!("the bucket {} does not admit it", self.bucket));
        }
        let headers = BTreeMap::new();
        add_object(account, (self.bucket, self.key), bytes, headers)
            .await
            .map(drop)
            .map_err(|err| err.message)
    }
}
