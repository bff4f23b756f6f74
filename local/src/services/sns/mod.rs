//! Simple Notification Service: topics, their subscriptions, and the messages that were published.
//!
//! No message leaves this machine: the local AWS keeps the last ones of each topic.

mod api;
mod messages;
mod policies;
mod rules;
mod subscription;
mod topic;
mod topic_policy;
mod topics;

pub(crate) use self::api::handle;
pub(crate) use self::messages::{check_key, publish_for_alarm};
pub(crate) use self::policies::{has_resource_policies, resource_policy};
pub(crate) use self::rules::RULES;
pub(crate) use self::subscription::Subscription;
pub(crate) use self::topic::Topic;
pub(crate) use self::topic_policy::TopicPolicy;
pub(crate) use self::topics::Topics;
