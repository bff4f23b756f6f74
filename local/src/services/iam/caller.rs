//! The caller of the action that is being answered.

use super::principal::Principal;

tokio::task_local! {
    static CALLER: Principal;
}

/// Answers an action on behalf of `principal`: [`caller`] returns it meanwhile.
pub(crate) async fn on_behalf_of<T>(principal: Principal, answer: impl Future<Output = T>) -> T {
    CALLER.scope(principal, answer).await
}

/// The caller of the action that is being answered; the developer outside of one.
pub(crate) fn caller() -> Principal {
    CALLER.try_with(Clone::clone).unwrap_or_default()
}
