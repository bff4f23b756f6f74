//! The way of a request through a VPC: it adds condition keys, and the policy of an endpoint.

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::access::Access;
use super::context::Context;
use super::document::{Document, PrincipalKind};
use super::evaluate::{Decision, Question, evaluate};

/// The way of a request from a network interface.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    pub(crate) vpc: String,
    pub(crate) address: Ipv4Addr,
    /// The id of the VPC endpoint that it goes through.
    pub(crate) endpoint: Option<String>,
    pub(crate) policy: Option<Arc<Document>>,
}

tokio::task_local! {
    static PASSAGE: Option<Passage>;
}

/// Answers a request that came this way. [`authorize`](super::authorize()) asks for it meanwhile.
pub(crate) async fn through<T>(passage: Option<Passage>, answer: impl Future<Output = T>) -> T {
    PASSAGE.scope(passage, answer).await
}

/// As [`through`], for something that does not wait.
pub(crate) fn through_now<T>(passage: Option<Passage>, answer: impl FnOnce() -> T) -> T {
    PASSAGE.sync_scope(passage, answer)
}

/// The way of the request that is being answered; None outside of a VPC.
pub(super) fn current() -> Option<Passage> {
    PASSAGE.try_with(Clone::clone).ok().flatten()
}

impl Passage {
    /// Whether the policy of the endpoint lets everybody do this, also other accounts.
    pub(crate) fn admits_anyone(&self, access: &Access) -> bool {
        let Some(policy) = self.policy.as_deref() else {
            return true;
        };
        let mut context = access.context.clone();
        self.set_keys(&mut context);
        let question = Question {
            action: &access.action,
            resource: &access.resource,
            context: &context,
            // Only `*` means this one.
            principals: &[(PrincipalKind::Aws, String::new())],
        };
        evaluate([policy], question) == Decision::Allow
    }

    /// Sets the condition keys of a request through an endpoint: it comes from a private address.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>,
    /// "Properties of the network".
    pub(super) fn set_keys(&self, context: &mut Context) {
        let Some(endpoint) = &self.endpoint else {
            return;
        };
        context.remove("aws:SourceIp");
        context.set("aws:SourceVpc", vec![self.vpc.clone()]);
        context.set("aws:SourceVpce", vec![endpoint.clone()]);
        context.set("aws:VpcSourceIp", vec![self.address.to_string()]);
    }
}
