//! What a failed call to AWS means: a status, a sentence with the way out, and AWS's own words.

use std::{
    error::Error,
    fmt::{self, Debug, Display, Formatter},
    iter::successors,
};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use axum::http::StatusCode;
use connect::ProxyError;

/// Why AWS gave no answer. `{}` is the one sentence for the user, `{:#}` adds AWS's own words.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: Kind,
    sentence: String,
    detail: String,
}

/// The kinds of failure that have different ways out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Denied,
    Missing,
    Throttled,
    TimedOut,
    Unreachable,
    Proxy,
    Credentials,
    Unconfigured,
    Rejected,
    Unusable,
    Other,
}

/// What a call is about, in the words of its failures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// As a policy names it: `dynamodb:Scan`.
    pub(crate) action: &'a str,
    /// `table` or `parameter`.
    pub(crate) noun: &'a str,
    pub(crate) name: &'a str,
}

impl Failure {
    /// What a failed call means.
    pub(crate) fn of<E, R>(call: Call<'_>, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: Debug + 'static,
    {
        let kind = match ProxyError::among(error) {
            Some(_) => Kind::Proxy,
            None => classify(error),
        };
        let sentence = sentence(kind, call, error.code());
        Self {
            kind,
            sentence,
            detail: words(error),
        }
    }

    /// A parameter was read, but says nothing that can be used.
    pub(crate) fn unusable(parameter: &str, reason: &str) -> Self {
        Self {
            kind: Kind::Unusable,
            sentence: format!("The parameter {parameter} can't be used, {reason}: correct it."),
            detail: reason.to_owned(),
        }
    }

    /// An answer that is none.
    pub(crate) fn unreadable(call: Call<'_>) -> Self {
        Self {
            kind: Kind::Other,
            sentence: sentence(Kind::Other, call, None),
            detail: "the answer is not the JSON that it should be".to_owned(),
        }
    }

    /// An answer that is not waited for any more.
    pub(crate) fn late(call: Call<'_>) -> Self {
        Self {
            kind: Kind::TimedOut,
            sentence: sentence(Kind::TimedOut, call, None),
            detail: "the answer was not waited for any more".to_owned(),
        }
    }

    /// An answer that broke off too often.
    pub(crate) fn broken(table: &str, error: &str) -> Self {
        Self {
            kind: Kind::Other,
            sentence: format!(
                "AWS's answer about the table {table} broke off again and again: load this page again in a moment."
            ),
            detail: error.to_owned(),
        }
    }

    /// The writer of an answer came to no end of its own.
    pub(crate) fn interrupted() -> Self {
        Self {
            kind: Kind::Other,
            sentence: "The answer was interrupted: load this page again.".to_owned(),
            detail: "the task that wrote the answer ended early".to_owned(),
        }
    }

    /// Other items came when a page was read again.
    pub(crate) fn changed(table: &str) -> Self {
        Self {
            kind: Kind::Other,
            sentence: format!(
                "The table {table} was changed while a page that had broken off was read again: load this page again."
            ),
            detail: "the items delivered before came differently".to_owned(),
        }
    }

    /// The kind, for those who know a better way out.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// AWS's own words in full, for the log.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What the browser is told in numbers.
    pub(crate) fn status(&self) -> StatusCode {
        match self.kind {
            Kind::Missing | Kind::Throttled | Kind::Unusable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Kind::Denied
            | Kind::Unreachable
            | Kind::Proxy
            | Kind::Credentials
            | Kind::Unconfigured
            | Kind::Rejected
            | Kind::Other => StatusCode::BAD_GATEWAY,
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        if f.alternate() {
            write!(f, " ({})", self.detail)
        } else {
            Ok(())
        }
    }
}

impl Error for Failure {}

/// The words of an error and of its causes, in one line.
///
/// The SDK's `DisplayErrorContext` would add the raw answer, in which a password may be.
fn words(error: &(dyn Error + 'static)) -> String {
    let causes: Vec<_> = successors(Some(error), |&error| error.source())
        .map(|error| {
            error
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    causes.join(": ")
}

fn classify<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Kind {
    match error {
        SdkError::TimeoutError(_) => Kind::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => Kind::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_io() => Kind::Unreachable,
        // What is left of the failures before sending is the lack of a region or of credentials.
        SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => Kind::Unconfigured,
        _ => error.code().map_or(Kind::Other, classify_code),
    }
}

fn classify_code(code: &str) -> Kind {
    match code {
        "AccessDeniedException" | "AccessDenied" => Kind::Denied,
        "ParameterNotFound" | "ResourceNotFoundException" => Kind::Missing,
        "ValidationException" => Kind::Rejected,
        "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "UnrecognizedClientException" => Kind::Credentials,
        _ if is_throttling(code) => Kind::Throttled,
        _ => Kind::Other,
    }
}

/// AWS has many names for it: `ThrottlingException`, `ThrottledException`, `TooManyUpdates`...
fn is_throttling(code: &str) -> bool {
    ["Throttl", "TooMany", "ThroughputExceeded", "LimitExceeded"]
        .iter()
        .any(|part| code.contains(part))
}

fn sentence(kind: Kind, call: Call<'_>, code: Option<&str>) -> String {
    let Call { action, noun, name } = call;
    match kind {
        Kind::Denied => format!(
            "This service may not read the {noun} {name}: allow its role {action} on that {noun}."
        ),
        Kind::Missing => format!(
            "There is no {noun} {name}: create it or correct the name, then load this page again."
        ),
        Kind::Throttled => format!(
            "AWS is refusing requests for the {noun} {name} because there are too many: wait a few seconds, then load this page again."
        ),
        Kind::TimedOut => format!(
            "AWS did not answer in time about the {noun} {name}: load this page again in a moment."
        ),
        Kind::Unreachable => format!(
            "AWS can't be reached to read the {noun} {name}: check the network of this service, its way out and its security group."
        ),
        Kind::Proxy => format!(
            "AWS can't be reached to read the {noun} {name} through the proxy of this service: look for this request in the log, which names it."
        ),
        Kind::Credentials => format!(
            "AWS does not accept the credentials of this service for the {noun} {name}: renew them, or give it a role."
        ),
        Kind::Unconfigured => format!(
            "This service has no AWS region or no credentials to read the {noun} {name}: set AWS_REGION, and give it a role or credentials."
        ),
        Kind::Rejected | Kind::Unusable | Kind::Other => format!(
            "AWS answered {} to {action} on the {noun} {name}: look for this request in the log.",
            code.unwrap_or("nothing readable"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_the_kind() {
        for (code, kind) in [
            ("AccessDeniedException", Kind::Denied),
            ("ParameterNotFound", Kind::Missing),
            ("ResourceNotFoundException", Kind::Missing),
            ("ProvisionedThroughputExceededException", Kind::Throttled),
            ("RequestLimitExceeded", Kind::Throttled),
            ("ThrottlingException", Kind::Throttled),
            ("TooManyRequestsException", Kind::Throttled),
            ("ExpiredTokenException", Kind::Credentials),
            ("ValidationException", Kind::Rejected),
            ("InternalServerError", Kind::Other),
            ("SomethingNew", Kind::Other),
        ] {
            assert_eq!(classify_code(code), kind, "{code}");
        }
    }

    #[test]
    fn every_kind_is_one_sentence_with_the_name_in_it() {
        let call = Call {
            action: "dynamodb:Scan",
            noun: "table",
            name: "books",
        };
        for kind in [
            Kind::Denied,
            Kind::Missing,
            Kind::Throttled,
            Kind::TimedOut,
            Kind::Unreachable,
            Kind::Proxy,
            Kind::Credentials,
            Kind::Unconfigured,
            Kind::Rejected,
            Kind::Other,
        ] {
            let sentence = sentence(kind, call, Some("SomeCode"));
            assert!(
                sentence.contains("the table books") || sentence.contains("no table books"),
                "{sentence}"
            );
            assert!(
                sentence.ends_with('.') && sentence.matches(". ").count() == 0,
                "{sentence}"
            );
        }
    }
}
