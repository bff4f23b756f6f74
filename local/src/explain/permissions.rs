//! What the roles of a task allow, and what they lack.

use super::place::{Place, Walk};
use super::prefixes::prefix_of;
use crate::account::Account;
use crate::services::ec2::{self, Blocked, Topology};
use crate::services::ecs::{TaskRole, TaskRoles};
use crate::services::iam::{self, Missing, Passage, RoleSession};

/// A question about one AWS service that a task calls.
struct Question<'a> {
    account: &'a Account,
    topology: &'a Topology,
    service: &'static str,
    roles: &'a TaskRoles,
    passage: Passage,
}

/// What the roles of the task allow, each in one sentence. Nothing for a connection to something else.
///
/// # Errors
/// What the roles lack.
pub(super) fn check(
    account: &Account,
    topology: &Topology,
    walk: &Walk,
    endpoint: Option<String>,
) -> Result<Vec<String>, Blocked> {
    let (Place::Interface(interface), Place::Aws(service), Some(roles)) =
        (&walk.from, &walk.to, &walk.roles)
    else {
        return Ok(Vec::new());
    };
    let question = Question {
        account,
        topology,
        service,
        roles,
        passage: topology.passage(interface, endpoint),
    };
    for role in roles.execution.iter().chain(&roles.task) {
        question.check_trust(role)?;
    }
    let mut passed = Vec::new();
    if walk.action.is_none() {
        passed.extend(question.of_fargate()?);
        if walk.asked == "ecr" && *service == "s3" {
            question.check_layers()?;
        }
    }
    // Fargate pulls the image and writes the log: the program needs no permission for them.
    let is_for_fargate = walk.asked == "ecr" || service.starts_with("ecr.") || !passed.is_empty();
    passed.extend(question.of_program(walk.action.as_deref(), is_for_fargate)?);
    Ok(passed)
}

impl Question<'_> {
    fn shown(&self, role: &TaskRole) -> String {
        self.topology.name(session(role).role_name())
    }

    fn blocked(&self, resource: &str, missing: Missing) -> Blocked {
        let named = |text: String| match &self.passage.endpoint {
            Some(id) => text.replace(id.as_str(), &self.topology.name(id)),
            None => text,
        };
        Blocked {
            passed: Vec::new(),
            resource: resource.to_owned(),
            why: named(missing.why),
            remedy: named(missing.remedy),
        }
    }

    fn check_trust(&self, role: &TaskRole) -> Result<(), Blocked> {
        if role.trusts {
            return Ok(());
        }
        let shown = self.shown(role);
        let missing = Missing {
            why: format!(
                "ECS cannot assume role {shown}: it is gone, or its trust policy does not allow it."
            ),
            remedy: format!(
                "Add a statement to the trust policy of role {shown} that allows sts:AssumeRole for the service ecs-tasks.amazonaws.com."
            ),
        };
        Err(self.blocked(&role.arn, missing))
    }

    /// What Fargate needs of the service before the program runs, and for its log.
    fn of_fargate(&self) -> Result<Option<String>, Blocked> {
        let needs = self.roles.needs.iter();
        let needs = needs.filter(|(service, _)| *service == self.service);
        let Some(role) = &self.roles.execution else {
            return Ok(None);
        };
        let shown = self.shown(role);
        let mut actions = Vec::new();
        for (_, access) in needs {
            let passage = Some(self.passage.clone());
            let missing = iam::missing(self.account, &session(role), passage, access, &shown);
            if let Some(missing) = missing {
                return Err(self.blocked(&role.arn, missing));
            }
            if !actions.contains(&access.action.as_str()) {
                actions.push(&access.action);
            }
        }
        let allows = format!("Execution role {shown} allows {}.", actions.join(", "));
        Ok((!actions.is_empty()).then_some(allows))
    }

    /// The policy of an endpoint for S3 must let the layers of images through.
    fn check_layers(&self) -> Result<(), Blocked> {
        let layers = ec2::layer_access(&self.account.region);
        if self.passage.admits_anyone(&layers) {
            return Ok(());
        }
        let endpoint = self.passage.endpoint.clone().unwrap_or_default();
        let (action, bucket) = (&layers.action, &layers.resource);
        let missing = Missing {
            why: format!(
                "The policy of endpoint {endpoint} does not allow {action} on {bucket}, where ECR keeps the layers of images."
            ),
            remedy: format!(
                "Add a statement to the policy of endpoint {endpoint} that allows {action} on {bucket} for every principal."
            ),
        };
        Err(self.blocked(&endpoint, missing))
    }

    /// What the program may do. What it was denied lately counts, if it still is.
    fn of_program(
        &self,
        action: Option<&str>,
        is_for_fargate: bool,
    ) -> Result<Option<String>, Blocked> {
        let prefix = prefix_of(self.service);
        let Some(role) = &self.roles.task else {
            return match action {
                None if is_for_fargate => Ok(None),
                _ => Err(self.blocked("", no_role())),
            };
        };
        let (session, shown) = (session(role), self.shown(role));
        let denied = self.account.denials.of(&role.arn, prefix).into_iter();
        let denied = denied.filter(|access| action.is_none_or(|action| access.action == action));
        let lacks = denied.filter_map(|access| {
            let passage = Some(self.passage.clone());
            iam::missing(self.account, &session, passage, &access, &shown)
        });
        let in_general =
            action.and_then(|action| iam::missing_action(self.account, &session, action, &shown));
        if let Some(missing) = lacks.chain(in_general).next() {
            return Err(self.blocked(&role.arn, missing));
        }
        let allowed = match action {
            Some(action) => vec![action.to_owned()],
            None if is_for_fargate => return Ok(None),
            None => iam::allowed_actions(self.account, &session, prefix),
        };
        if allowed.is_empty() {
            let missing = Missing {
                why: format!("No statement of role {shown} allows an action of {prefix}."),
                remedy: format!(
                    "Add a statement to role {shown} that allows the actions of {prefix} that the program needs."
                ),
            };
            return Err(self.blocked(&role.arn, missing));
        }
        Ok(Some(format!(
            "Task role {shown} allows {}.",
            allowed.join(", ")
        )))
    }
}

fn session(role: &TaskRole) -> RoleSession {
    RoleSession::new(role.arn.as_str(), "explain")
}

fn no_role() -> Missing {
    Missing {
        why: "The task has no role, so its program has no credentials.".to_owned(),
        remedy: "Set TaskRoleArn in the task definition.".to_owned(),
    }
}
