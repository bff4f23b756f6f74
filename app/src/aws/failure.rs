use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};
use std::iter::successors;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use axum::http::StatusCode;
use connect::ProxyError;

use super::kind::Kind;

/// Why AWS gave no usable response.
///
/// `{}` is one sentence for the user, which says what to do; `{:#}` adds AWS's own words.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: Kind,
    sentence: String,
    detail: String,
}

/// What a call is about, for the sentences about its failures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// The action as a policy names it: `dynamodb:Scan`.
    pub(crate) action: &'a str,
    /// `table` or `parameter`.
    pub(crate) noun: &'a str,
    pub(crate) name: &'a str,
}

impl Failure {
    /// What a failed call means.
    pub(crate) fn of<E, R>(call: Call<'_>, err: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: Debug + 'static,
    {
        let kind = match ProxyError::among(err) {
            Some(_) => Kind::Proxy,
            None => Kind::of(err),
        };
        let sentence = sentence(kind, call, err.code());
        Self {
            kind,
            sentence,
            detail: error_chain(err),
        }
    }

    /// The value of a parameter cannot be used.
    pub(crate) fn unusable(parameter: &str, reason: &str) -> Self {
        Self {
            kind: Kind::Unusable,
            sentence: format!("The parameter {parameter} is invalid ({reason}): correct it."),
            detail: reason.to_owned(),
        }
    }

    /// The response cannot be parsed.
    pub(crate) fn unreadable(call: Call<'_>) -> Self {
        Self {
            kind: Kind::Other,
            sentence: sentence(Kind::Other, call, None),
            detail: "the response is not the expected JSON".to_owned(),
        }
    }

    /// The response took too long.
    pub(crate) fn late(call: Call<'_>) -> Self {
        Self {
            kind: Kind::TimedOut,
            sentence: sentence(Kind::TimedOut, call, None),
            detail: "no response came within the time limit".to_owned(),
        }
    }

    /// The task that called AWS has panicked.
    pub(super) fn interrupted() -> Self {
        Self {
            kind: Kind::Other,
            sentence:
                "Something went wrong: load this page again, and look for this request in the log."
                    .to_owned(),
            detail: "the task that called AWS ended early".to_owned(),
        }
    }

    /// The response broke off too often.
    pub(crate) fn broken(table: &str, reason: &str) -> Self {
        Self {
            kind: Kind::Other,
            sentence: format!(
                "AWS's response about the table {table} broke off several times: load this page again in a moment."
            ),
            detail: reason.to_owned(),
        }
    }

    /// Other items came when a page was read again.
    pub(crate) fn changed(table: &str) -> Self {
        Self {
            kind: Kind::Other,
            sentence: format!(
                "The table {table} changed while the page was loading: load it again."
            ),
            detail: "the items that came first the last time have changed".to_owned(),
        }
    }

    /// The kind, for callers that know a better way out.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// AWS's own words in full, for the log.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.status()
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

/// The messages of an error and of its causes, on one line.
///
/// The SDK's `DisplayErrorContext` would add the raw response, which may contain a password.
fn error_chain(err: &(dyn Error + 'static)) -> String {
    let causes = successors(Some(err), |&err| err.source());
    let mut messages: Vec<_> = causes
        .map(|err| {
            let message = err.to_string();
            let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
            message.trim_end_matches(':').to_owned()
        })
        .collect();
    // An error of a service and the exception in it say the same.
    messages.dedup();
    messages.join(": ")
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
            "AWS cannot be reached to read the {noun} {name}: check the network of this service, its route to AWS and its security group."
        ),
        Kind::Proxy => format!(
            "AWS cannot be reached to read the {noun} {name} through the proxy of this service: the log entry of this request names the proxy."
        ),
        Kind::Credentials | Kind::Expired => format!(
            "AWS does not accept the credentials of this service for the {noun} {name}: renew them, or give it a role."
        ),
        Kind::NoCredentials => format!(
            "This service cannot get its AWS credentials at the moment to read the {noun} {name}: load this page again soon, and if this lasts, check its role and its log."
        ),
        Kind::Unconfigured => format!(
            "This service has no AWS region or no credentials to read the {noun} {name}: set AWS_REGION, and give it a role or credentials."
        ),
        Kind::Rejected | Kind::Unusable | Kind::Other => match code {
            Some(code) => format!(
                "AWS answered {code} to {action} on the {noun} {name}: look for this request in the log."
            ),
            None => format!(
                "AWS sent an unreadable response to {action} on the {noun} {name}: look for this request in the log."
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Cause(&'static str, #[source] Option<Box<Self>>);

    #[test]
    fn the_causes_of_an_error_are_on_one_line_and_said_once() {
        let exception = Cause("ParameterNotFound: ", None);
        let error = Cause("ParameterNotFound: ", Some(Box::new(exception)));
        let outer = Cause("service\n error", Some(Box::new(error)));
        assert_eq!(error_chain(&outer), "service error: ParameterNotFound");
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
            Kind::Expired,
            Kind::NoCredentials,
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
