//! Rules of the services that no schema has, such as the pairs of CPU and memory that Fargate knows.
//!
//! A rule is one line in the table of its service, `services/NAME/rules/mod.rs`, and a check beside
//! it. The line has the service's error code, what the rule asks for, and the source: a page of the
//! documentation, or a public report with the message. `docs/checks.md` lists all of them.

mod tags;

use serde_json::Value;

use crate::account::State;
use crate::resources::request::{Request, refused_by};
use crate::resources::subject::Subject;
use crate::services::{
    autoscaling, cloudwatch, dynamodb, ec2, ecr, ecs, elb, iam, kms, logs, s3, secretsmanager, sns,
    ssm, wafv2,
};

/// The rules of all services.
static SERVICES: &[&Rules] = &[
    &autoscaling::RULES,
    &cloudwatch::RULES,
    &dynamodb::RULES,
    &ec2::RULES,
    &ecr::RULES,
    &ecs::RULES,
    &elb::RULES,
    &iam::RULES,
    &kms::RULES,
    &logs::RULES,
    &s3::RULES,
    &secretsmanager::RULES,
    &sns::RULES,
    &ssm::RULES,
    &wafv2::RULES,
];

/// The rules of one service.
pub(crate) struct Rules {
    /// The name of the service in the messages of its SDK, such as `Ecs`.
    pub(crate) service: &'static str,
    /// The beginning that CloudFormation's handler puts before the service's sentence.
    pub(crate) opening: fn(&Subject<'_>) -> &'static str,
    pub(crate) list: &'static [Rule],
}

/// One rule.
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the tests check the list in docs/checks.md with them"
    )
)]
pub(crate) struct Rule {
    /// The name of its check.
    pub(crate) id: &'static str,
    pub(crate) resource_type: &'static str,
    /// The service's error code.
    pub(crate) code: &'static str,
    /// What the rule asks for.
    pub(crate) what: &'static str,
    /// Where the rule or its message is written.
    pub(crate) source: &'static str,
    /// The service's sentence for a resource that breaks the rule.
    pub(crate) check: fn(&Subject<'_>) -> Result<(), String>,
}

/// The table of a service: `rules! { "Ecs", OPENING; check(TYPE) Code "what" "source"; … }`.
macro_rules! rules {
    ($service:literal, $opening:expr; $($check:path, $kind:literal, $code:ident, $what:literal, $source:literal;)*) => {
        pub(crate) static RULES: crate::resources::Rules = crate::resources::Rules {
            service: $service,
            opening: $opening,
            list: &[$(crate::resources::Rule {
                id: stringify!($check),
                resource_type: concat!("AWS::", $kind),
                code: stringify!($code),
                what: $what,
                source: $source,
                check: $check,
            }),*],
        };
    };
}
pub(crate) use rules;

/// Most handlers put nothing before the sentence.
pub(crate) fn no_opening(_: &Subject<'_>) -> &'static str {
    ""
}

/// Checks the rules for a resource that is created, or updated if `before` are its properties.
///
/// # Errors
/// The message of the first rule that the resource breaks, for its event.
pub(super) fn check_rules(
    request: &Request,
    before: Option<&Value>,
    state: &State,
) -> Result<(), String> {
    let subject = Subject::new(request, before, state);
    for rules in SERVICES {
        let of_type = |rule: &&Rule| rule.resource_type == request.resource_type;
        for rule in rules.list.iter().filter(of_type) {
            (rule.check)(&subject).map_err(|sentence| {
                let opening = (rules.opening)(&subject);
                refused_by(rules.service, rule.code, &format!("{opening}{sentence}"))
            })?;
        }
    }
    tags::check(&subject)
}

#[cfg(test)]
mod tests;
