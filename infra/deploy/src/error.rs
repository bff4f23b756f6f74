use std::fmt::Debug;

use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use connect::{ProxyError, SettingsError};

use crate::dependents::Dependent;
use crate::render::Shown;
use crate::stack::{task, with_arguments};
use crate::{FailedOperation, Failure, render};

/// Why a command came to nothing: one sentence, with the way out.
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
    /// No answer came back.
    #[error(
        "AWS cannot be reached: check the network, and AWS_ENDPOINT_URL if it is set (the local AWS must be running: `task local`) ({})",
        Shown(.0)
    )]
    Unreachable(String),
    /// A proxy stands between.
    #[error("AWS cannot be reached: {}", Shown(.0))]
    Proxy(#[source] Box<ProxyError>),
    /// AWS said no.
    #[error("{} ({}){}", Shown(message), Shown(code), way_out(code))]
    Aws {
        /// The error code, as `AccessDenied`.
        code: String,
        /// AWS's own message.
        message: String,
    },
    /// The answer is not one that AWS gives.
    #[error("the answer is not one of AWS: check AWS_ENDPOINT_URL ({})", Shown(.0))]
    NotAws(String),
    /// The stack is deployed from SSM parameters that nobody has handed over yet.
    #[error(
        "{stack} needs what {hands_over} hands over: run `{task}` first (CloudFormation: {})",
        Shown(message)
    )]
    MissingParameter {
        /// The stack that was to be deployed.
        stack: String,
        /// The stack that hands over the parameters.
        hands_over: String,
        /// The task that deploys it.
        task: String,
        /// AWS's own message, which names the parameters.
        message: String,
    },
    /// The change set could not be made.
    #[error("CloudFormation refused the change set of {stack}: {}", Shown(reason))]
    ChangeSetFailed {
        /// The stack that was to be changed.
        stack: String,
        /// AWS's own reason.
        reason: String,
    },
    /// The change set could not be made because validation has found something.
    #[error("{}", render::failure::invalid(stack, failures))]
    Invalid {
        /// The stack that was to be changed.
        stack: String,
        /// What validation has found.
        failures: Vec<Failure>,
    },
    /// Another operation runs on the stack.
    #[error(
        "{running}: its end is to be waited for (`{}` shows it)",
        task("follow", stack)
    )]
    InProgress {
        /// The stack.
        stack: String,
        /// What runs, who began it and since when.
        running: String,
    },
    /// The stack is in a state that no update leads out of.
    #[error(
        "{stack} is in {} and cannot be updated: run `{}`, which leads out of it",
        Shown(status),
        task(if status.starts_with("DELETE") { "destroy" } else { "deploy" }, stack)
    )]
    Stuck {
        /// The stack.
        stack: String,
        /// Its status.
        status: String,
    },
    /// The operation was carried out and failed.
    #[error("{}", render::failure::failed(.0))]
    Failed(Box<FailedOperation>),
    /// The operation takes longer than it may, and cannot be ended.
    #[error(
        "{stack} is still in {}, which cannot be cancelled: CloudFormation goes on by itself (`{}` shows it)",
        Shown(status),
        task("follow", stack)
    )]
    TimedOut {
        /// The stack.
        stack: String,
        /// Its status.
        status: String,
    },
    /// The stack was deleted right after it was deployed.
    #[error("{stack} was deleted by somebody else while it was deployed: deploy it again")]
    Vanished {
        /// The stack.
        stack: String,
    },
    /// Other stacks were deployed from what this one hands over.
    #[error("{}", render::dependents(stack, dependents))]
    InUse {
        /// The stack that was to be destroyed.
        stack: String,
        /// The stacks that stand in the way.
        dependents: Vec<Dependent>,
    },
    /// There is nobody to ask.
    #[error(
        "nothing was changed: {}, and there is no terminal to ask on, so pass --yes to approve",
        Shown(reason)
    )]
    NoTerminal {
        /// What needs approval.
        reason: String,
    },
    /// The answer was no.
    #[error("nothing was changed: the answer was no")]
    Declined,
    /// Nobody can delete the stack.
    #[error(
        "{stack} has termination protection: run `{} --termination-protection false` first",
        with_arguments("deploy", stack)
    )]
    Protected {
        /// The stack that was to be destroyed.
        stack: String,
    },
    /// The table of the stack cannot be deleted.
    #[error(
        "{stack} has a table with deletion protection: run `{} --deletion-protection false` first",
        with_arguments("deploy", stack)
    )]
    TableProtected {
        /// The stack that was to be destroyed.
        stack: String,
    },
    /// A resource is to be imported, but the stack stands already.
    #[error(
        "{stack} stands already, with a resource of its own in that place: destroy it first, or take another environment with --env"
    )]
    StackStands {
        /// The stack.
        stack: String,
    },
    /// There is no stack of this name.
    #[error("{stack} does not exist: run `{}` first", task("deploy", stack))]
    NoStack {
        /// The name.
        stack: String,
    },
    /// AWS could no longer be asked while the events were followed.
    #[error(
        "{cause}; CloudFormation goes on with {stack} by itself, and `{}` shows it afterwards",
        task("follow", stack)
    )]
    LostSight {
        /// The stack.
        stack: String,
        /// Why AWS could not be asked.
        #[source]
        cause: Box<Self>,
    },
    /// Ctrl-C came while the events were followed.
    #[error(
        "interrupted: CloudFormation goes on with {stack} by itself, and `{}` shows it",
        task("follow", stack)
    )]
    Interrupted {
        /// The stack.
        stack: String,
    },
}

impl Error {
    /// Whether the same call may well succeed in a moment.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Proxy(err) => err.is_transient(),
            Self::Aws { code, .. } => {
                matches!(code.as_str(), "InternalFailure" | "ServiceUnavailable")
                    || code.contains("Throttl")
                    || code.contains("RequestLimitExceeded")
                    || code == "TooManyRequestsException"
            }
            _ => false,
        }
    }

    /// Whether AWS answered with this code and a message that contains `text`.
    pub(crate) fn says(&self, expected: &str, text: &str) -> bool {
        matches!(self, Self::Aws { code, message } if code == expected && message.contains(text))
    }
}

impl<E, R> From<SdkError<E, R>> for Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: Debug + 'static,
{
    fn from(err: SdkError<E, R>) -> Self {
        if let Some(code) = err.code() {
            return Self::Aws {
                code: code.to_owned(),
                message: err.message().unwrap_or("AWS gave no message").to_owned(),
            };
        }
        if let Some(err) = ProxyError::among(&err) {
            return Self::Proxy(Box::new(err.clone()));
        }
        let causes = causes(&err);
        let about_credentials = causes.iter().any(|cause| cause.contains("credential"));
        let root = causes.last().map_or("", String::as_str);
        let root = root.split_whitespace().collect::<Vec<_>>().join(" ");
        match err {
            _ if about_credentials => Self::NoCredentials(root),
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => Self::NotAws(root),
            _ => Self::Unreachable(root),
        }
    }
}

/// The messages of an error and its sources: `Display` of the outermost says `dispatch failure`.
fn causes(err: &dyn std::error::Error) -> Vec<String> {
    let sources = std::iter::successors(Some(err), |err| err.source());
    sources.map(ToString::to_string).collect()
}

fn way_out(code: &str) -> &'static str {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            ": log in again, for example with `aws sso login`"
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "AuthFailure" => ": check the credentials and the region",
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
    fn throttling_passes_and_denial_does_not() {
        assert!(aws("Throttling").is_transient());
        assert!(aws("ThrottlingException").is_transient());
        assert!(aws("RequestLimitExceeded").is_transient());
        assert!(!aws("AccessDenied").is_transient());
        assert!(!Error::NoRegion.is_transient());
    }

    #[test]
    fn the_message_of_aws_is_kept_and_a_way_out_is_added_where_one_is_known() {
        assert_eq!(
            aws("AccessDenied").to_string(),
            "Rate exceeded (AccessDenied)"
        );
        assert!(aws("ExpiredToken").to_string().contains("log in again"));
    }
}
