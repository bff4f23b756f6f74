use connect::{ProxyError, SettingsError};

use crate::model::{Dependent, FailedOperation, Failure, Status};
use crate::render::{self, Shown, task, task_with};

/// Why a command failed: a sentence with the reason and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the environment or the profile cannot be used.
    #[error("{}", Shown(.0))]
    Settings(#[from] SettingsError),
    /// Neither the environment nor the profile names a region.
    #[error(
        "no AWS region is set: export AWS_REGION (for example eu-central-1), or set `region` in the profile"
    )]
    NoRegion,
    /// No provider in the chain had credentials.
    #[error(
        "no AWS credentials: log in with `aws sso login`, or export AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ({})",
        Shown(.0)
    )]
    NoCredentials(String),
    /// There was no response.
    #[error(
        "AWS cannot be reached: check the network, and AWS_ENDPOINT_URL if it is set (the local AWS must be running: `task local`) ({})",
        Shown(.0)
    )]
    Unreachable(String),
    /// A proxy on the way failed.
    #[error("AWS cannot be reached: {}", Shown(.0))]
    Proxy(#[source] Box<ProxyError>),
    /// AWS refused the request.
    #[error("{} ({}){}", Shown(message), Shown(code), what_to_do(code, message))]
    Aws {
        /// The error code, for example `AccessDenied`.
        code: String,
        /// AWS's own message.
        message: String,
    },
    /// The response cannot come from AWS.
    #[error("the response is not from AWS: check AWS_ENDPOINT_URL ({})", Shown(.0))]
    NotAws(String),
    /// The stack is deployed from SSM parameters that do not exist yet.
    #[error(
        "{stack} reads parameters that {hands_over} writes: run `{}` first (CloudFormation: {})",
        task("deploy", hands_over),
        Shown(message)
    )]
    MissingParameter {
        /// The stack that was to be deployed.
        stack: String,
        /// The stack that writes the parameters.
        hands_over: String,
        /// AWS's own message, which names the parameters.
        message: String,
    },
    /// The change set could not be created.
    #[error("CloudFormation refused the change set of {stack}: {}", Shown(reason))]
    ChangeSetFailed {
        /// The stack that was to be changed.
        stack: String,
        /// AWS's own reason.
        reason: String,
    },
    /// The change set could not be created because validation found errors.
    #[error("{}", render::invalid(stack, failures))]
    Invalid {
        /// The stack that was to be changed.
        stack: String,
        /// The errors that validation found.
        failures: Vec<Failure>,
    },
    /// Another operation is running on the stack.
    #[error(
        "{running}: wait until it has ended (`{}` shows it)",
        task("follow", stack)
    )]
    InProgress {
        /// The stack.
        stack: String,
        /// What is running, since when, and who requested it.
        running: String,
    },
    /// The status of the stack must be resolved by another command first.
    #[error(
        "{stack} is in {}: run `{}` first",
        Shown(status),
        task(if status.is_deletion() { "destroy" } else { "deploy" }, stack)
    )]
    Stuck {
        /// The stack.
        stack: String,
        /// Its status.
        status: Status,
    },
    /// The operation failed.
    #[error("{}", render::failed(.0))]
    Failed(Box<FailedOperation>),
    /// The time of `--timeout` is over, and the operation cannot be cancelled.
    #[error(
        "--timeout is over, but {stack} is in {}, which cannot be cancelled: CloudFormation goes on (`{}` shows it)",
        Shown(status),
        task("follow", stack)
    )]
    TimedOut {
        /// The stack.
        stack: String,
        /// Its status.
        status: Status,
    },
    /// The stack was deleted right after it was deployed.
    #[error("{stack} was deleted by somebody else while it was deployed: deploy it again")]
    Vanished {
        /// The stack.
        stack: String,
    },
    /// Other stacks were deployed from the parameters of this one.
    #[error("{}", render::dependents(stack, dependents))]
    InUse {
        /// The stack that was to be destroyed.
        stack: String,
        /// The stacks that use it.
        dependents: Vec<Dependent>,
    },
    /// There is no terminal on which to ask.
    #[error(
        "stopped without approval: {}, and there is no terminal to ask on: pass --yes to approve",
        Shown(reason)
    )]
    NoTerminal {
        /// What needs approval.
        reason: String,
    },
    /// The answer was no.
    #[error("stopped without approval: the answer was no")]
    Declined,
    /// Termination protection keeps the stack from being deleted.
    #[error(
        "{stack} has termination protection: run `{}` first",
        task_with("deploy", stack, "--termination-protection false")
    )]
    Protected {
        /// The stack that was to be destroyed.
        stack: String,
    },
    /// What the stack holds is protected; the sentence is from [`Contents`](crate::Contents).
    #[error("{0}")]
    ContentsProtected(String),
    /// A resource cannot be imported, since the stack already exists.
    #[error(
        "{stack} already exists, with a resource of its own under that name: destroy it first, or choose another environment with --env"
    )]
    StackExists {
        /// The stack.
        stack: String,
    },
    /// There is no stack with this name.
    #[error("{stack} does not exist: run `{}` first", task("deploy", stack))]
    NoStack {
        /// The name.
        stack: String,
    },
    /// AWS could no longer be reached while the events were followed.
    #[error(
        "{cause}. CloudFormation goes on; run `{}` to see the result",
        task("follow", stack)
    )]
    LostSight {
        /// The stack.
        stack: String,
        /// Why AWS could not be reached.
        #[source]
        cause: Box<Self>,
    },
    /// Ctrl-C was pressed while the events were followed.
    #[error(
        "interrupted: CloudFormation goes on; run `{}` to see the result",
        task("follow", stack)
    )]
    Interrupted {
        /// The stack.
        stack: String,
    },
}

/// What to do about an error, if its code or its message is known.
fn what_to_do(code: &str, message: &str) -> &'static str {
    match code {
        "ValidationError" if message.contains("Unresolved resource dependencies") => {
            ": correct the name in brackets in the stack's template.yaml, or add a resource or parameter of that name"
        }
        "ValidationError" if message.starts_with("Template ") => {
            ": correct the stack's template.yaml"
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            ": log in again, for example with `aws sso login`"
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "AuthFailure" => ": check the credentials and the region",
        "ChangeSetNotFound" => {
            ": create a change set with `deploy --no-execute`, which prints its name"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(code: &str) -> Error {
        Error::Aws {
            code: code.into(),
            message: "Rate exceeded".into(),
        }
    }

    #[test]
    fn the_message_of_aws_is_kept_and_advice_is_added_if_there_is_any() {
        assert_eq!(
            aws("AccessDenied").to_string(),
            "Rate exceeded (AccessDenied)"
        );
        assert!(aws("ExpiredToken").to_string().contains("log in again"));
        for (message, advice) in [
            (
                "Template format error: Unresolved resource dependencies [B] in the Resources block of the template",
                ": correct the name in brackets in the stack's template.yaml",
            ),
            (
                "Template format error: YAML not well-formed. (line 4, column 5)",
                ": correct the stack's template.yaml",
            ),
            ("Stack [a] does not exist", "(ValidationError)"),
        ] {
            let said = Error::Aws {
                code: "ValidationError".into(),
                message: message.into(),
            };
            let said = said.to_string();
            assert!(said.contains(advice), "{said}");
        }
    }
}
