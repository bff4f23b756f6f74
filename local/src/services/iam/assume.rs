//! Who may assume a role: its trust policy.

use time::Duration;

use super::context::Context;
use super::document::PrincipalKind;
use super::evaluate::{Decision, Question, evaluate};
use super::principal::{Principal, RoleSession};
use super::roles;
use super::sessions::Credentials;
use crate::account::Account;
use crate::aws::ACCOUNT;

/// Whether the trust policy of the role lets one of these callers assume it. A role that does not
/// exist trusts nobody.
pub(crate) fn trusts(
    account: &Account,
    role: &str,
    callers: &[(PrincipalKind, String)],
    context: &Context,
) -> bool {
    let trust = account.read(|state| roles::find(state, role)?.trust());
    let question = Question {
        action: "sts:AssumeRole",
        resource: role,
        context,
        principals: callers,
    };
    trust.is_some_and(|trust| evaluate([&trust], question) == Decision::Allow)
}

/// A session of a role for a service of AWS, after a look at the trust policy.
///
/// `service` is a service principal, such as `ecs-tasks.amazonaws.com`, and `source` the ARN for
/// which the service acts, such as that of a task.
///
/// # Errors
/// ECS's sentence if the role does not exist or does not trust the service.
pub(crate) fn assume_for_service(
    account: &Account,
    role: &str,
    service: &str,
    source: &str,
    session_name: &str,
) -> Result<Principal, String> {
    let callers = [(PrincipalKind::Service, service.to_owned())];
    let context = Context::default()
        .with("aws:SourceAccount", ACCOUNT)
        .with("aws:SourceArn", source)
        .with("aws:PrincipalIsAWSService", "true")
        .with("aws:PrincipalServiceName", service);
    if trusts(account, role, &callers, &context) {
        return Ok(Principal::Session(RoleSession::new(role, session_name)));
    }
    // Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>.
    Err(format!(
        "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role."
    ))
}

/// Credentials for a session that [`assume_for_service`] has returned.
pub(crate) fn issue(account: &Account, principal: &Principal, duration: Duration) -> Credentials {
    account.sessions.issue(principal.clone(), duration)
}
