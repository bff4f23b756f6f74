//! Advice for known failures of a container.

use deploy::render::Shown;

use super::observations::{Container, Observations, Task};

/// Words of ECS or of the log, and what to do about them. The more specific ones come first.
const KNOWN: &[(&[&str], &str)] = &[
    (
        &["exec format error", "does not match the specified platform"],
        "the image is built for another processor: deploy with --cpu-architecture X86_64 or ARM64",
    ),
    (
        &["OutOfMemory"],
        "the container needs more memory than its task has: raise Memory in the template",
    ),
    (
        &[
            "invalid ssm parameters",
            "Secrets Manager can't find",
            "ParameterNotFound",
        ],
        "create the secret or the parameter under exactly the name in the message, or correct the name in the template",
    ),
    (
        &["log group does not exist"],
        "create the log group in the message, or correct its name in the template",
    ),
    (
        &["ResourceInitializationError"],
        "the task reaches no AWS API: check the NAT gateway and the routes of the private subnets",
    ),
    (
        &["no accounts"],
        "write the accounts: `aws ssm put-parameter --type SecureString` with user:password",
    ),
];

/// What to do about the failure of a container, if it is a known one.
pub(super) fn way_out(seen: &Observations, task: &Task, container: &Container) -> Option<String> {
    let reasons = [task.stopped.as_deref(), container.reason.as_deref()];
    let log = seen.log_of(task, container).unwrap_or(&[]);
    let mut texts = reasons
        .into_iter()
        .flatten()
        .chain(log.iter().map(String::as_str));
    // A missing permission shows in errors of every kind, and says itself what is missing.
    texts.clone().find_map(permission).or_else(|| {
        let texts: Vec<_> = texts.by_ref().collect();
        let says = |words: &&str| texts.iter().any(|text| text.contains(words));
        if says(&"CannotPullContainerError") {
            return Some(image(container));
        }
        let known = KNOWN.iter().find(|(words, _)| words.iter().any(&says));
        known.map(|(_, way_out)| (*way_out).to_owned())
    })
}

fn image(container: &Container) -> String {
    let image = container.image.as_deref().unwrap_or("");
    let image = if image.is_empty() {
        "the image".to_owned()
    } else {
        format!("the image {}", Shown(image))
    };
    format!(
        "check that {image} exists under exactly this name, and that the private subnets reach its registry"
    )
}

/// Which action to allow in which role, from AWS's message about a permission that is missing:
/// `User: arn:aws:sts::1:assumed-role/ROLE/SESSION is not authorized to perform: ACTION on resource: …`.
fn permission(text: &str) -> Option<String> {
    let (before, after) = text.split_once("is not authorized to perform: ")?;
    let word = |text: &str| text.split_whitespace().next().map(str::to_owned);
    let action = word(after)?;
    let action = Shown(&action);
    let role = before
        .rsplit_once("assumed-role/")
        .and_then(|(_, role)| role.split(['/', ' ']).next());
    let role = role.map_or_else(
        || "the role of the task".to_owned(),
        |role| format!("the role {}", Shown(role)),
    );
    let resource = after
        .split_once("on resource: ")
        .and_then(|(_, rest)| word(rest));
    let resource =
        resource.map_or_else(String::new, |resource| format!(" on {}", Shown(&resource)));
    if after.contains("explicit deny") {
        return Some(format!(
            "remove the statement that denies {action}{resource} to {role}"
        ));
    }
    if after.contains("VPC endpoint policy") {
        return Some(format!(
            "allow {action}{resource} in the policy of the VPC endpoint, for {role}"
        ));
    }
    Some(format!("allow {action}{resource} in {role}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(reason: &str) -> Option<String> {
        let task = Task {
            stopped: Some(reason.into()),
            ..Task::default()
        };
        let container = Container {
            image: Some("local/imge:1".into()),
            ..Container::default()
        };
        way_out(&Observations::default(), &task, &container)
    }

    #[test]
    fn each_failure_has_its_own_way_out() {
        let denied = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/container-ExecutionRole-1/4fa is not authorized to perform: ecr:GetAuthorizationToken on resource: * because";
        let policy = format!(
            "{denied} no identity-based policy allows the ecr:GetAuthorizationToken action"
        );
        let deny = format!("{denied} of an explicit deny in an identity-based policy");
        let endpoint =
            format!("{denied} no VPC endpoint policy allows the ecr:GetAuthorizationToken action");
        for (reason, expected) in [
            (
                policy.as_str(),
                "allow ecr:GetAuthorizationToken on * in the role container-ExecutionRole-1",
            ),
            (
                &deny,
                "remove the statement that denies ecr:GetAuthorizationToken on * to the role container-ExecutionRole-1",
            ),
            (
                &endpoint,
                "allow ecr:GetAuthorizationToken on * in the policy of the VPC endpoint, for the role container-ExecutionRole-1",
            ),
            (
                "CannotPullContainerError: pull image manifest has been retried 5 time(s)",
                "check that the image local/imge:1 exists under exactly this name, and that the private subnets reach its registry",
            ),
            (
                "ResourceInitializationError: unable to pull secrets or registry auth: i/o timeout",
                "the task reaches no AWS API: check the NAT gateway and the routes of the private subnets",
            ),
            (
                "ResourceInitializationError: unable to pull secrets or registry auth: invalid ssm parameters: /a",
                "create the secret or the parameter under exactly the name in the message, or correct the name in the template",
            ),
        ] {
            assert_eq!(advice(reason).as_deref(), Some(expected), "{reason}");
        }
        assert_eq!(advice("Something new"), None);
    }
}
