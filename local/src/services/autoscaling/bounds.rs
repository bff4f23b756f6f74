//! The bounds of a target. They are enforced when they change: a capacity that is set by hand outside
//! of them stays until an alarm changes it
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html>).

use std::sync::Arc;

use super::activities::scale;
use super::capacity;
use super::scalable_target::{ScalableTarget, ScalableTargetProperties};
use super::target::Key;
use crate::account::Account;
use crate::resources::ResourceType as _;

/// Brings the capacity of a target into its bounds.
pub(super) async fn enforce(account: &Arc<Account>, key: &Key) {
    let Some(target) = target(account, key) else {
        return;
    };
    let Some(now) = capacity::read(account, key).await else {
        return;
    };
    if now.wanted < target.min_capacity {
        let least = target.min_capacity;
        let cause = format!("minimum capacity was set to {least}");
        scale(account, key, least, cause).await;
    } else if now.wanted > target.max_capacity {
        let most = target.max_capacity;
        let cause = format!("maximum capacity was set to {most}");
        scale(account, key, most, cause).await;
    }
}

/// The properties of a registered target.
pub(super) fn target(account: &Account, key: &Key) -> Option<ScalableTargetProperties> {
    account.read(|state| {
        let item = state.inventory.get_of(ScalableTarget::NAME, &key.id())?;
        Some(item.read())
    })
}
