//! The rules of a listener, ready for requests.

use std::sync::Arc;

use super::action::{Action, FixedResponseConfig, RedirectConfig};
use super::condition::{Asked, Condition};
use super::oidc::OidcConfig;

/// The rules of a listener by priority, and its default.
#[derive(Debug, Default)]
pub(in crate::services::elb) struct Routes {
    rules: Vec<(u64, Vec<Condition>, Route)>,
    default: Option<Route>,
}

/// The actions of a rule.
#[derive(Debug, Clone)]
pub(in crate::services::elb) struct Route {
    /// Who has to have logged in before.
    pub(in crate::services::elb) login: Option<Arc<OidcConfig>>,
    pub(in crate::services::elb) outcome: Outcome,
}

/// What happens to a request.
#[derive(Debug, Clone)]
pub(in crate::services::elb) enum Outcome {
    Forward(Forward),
    Redirect(RedirectConfig),
    FixedResponse(FixedResponseConfig),
}

impl Route {
    /// What an access log calls the actions.
    pub(in crate::services::elb) fn actions(&self) -> &'static str {
        match (&self.login, &self.outcome) {
            (None, Outcome::Forward(_)) => "forward",
            (None, Outcome::Redirect(_)) => "redirect",
            (None, Outcome::FixedResponse(_)) => "fixed-response",
            (Some(_), Outcome::Forward(_)) => "authenticate,forward",
            (Some(_), Outcome::Redirect(_)) => "authenticate,redirect",
            (Some(_), Outcome::FixedResponse(_)) => "authenticate,fixed-response",
        }
    }
}

/// Target groups with their weights.
#[derive(Debug, Clone)]
pub(in crate::services::elb) struct Forward {
    pub(in crate::services::elb) groups: Vec<(String, u64)>,
    /// How long a client stays with one group, in seconds.
    pub(in crate::services::elb) sticky: Option<u64>,
}

impl Routes {
    /// `rules` are the priorities, conditions and actions of the rules, in any order.
    pub(in crate::services::elb) fn new(
        mut rules: Vec<(u64, Vec<Condition>, Vec<Action>)>,
        default: &[Action],
    ) -> Self {
        rules.sort_by_key(|(priority, ..)| *priority);
        let rules = rules
            .into_iter()
            .filter_map(|(priority, conditions, actions)| {
                Some((priority, conditions, route(&actions)?))
            });
        Self {
            rules: rules.collect(),
            default: route(default),
        }
    }

    /// All logins of the listener.
    pub(in crate::services::elb) fn logins(&self) -> impl Iterator<Item = &Arc<OidcConfig>> {
        let routes = self.rules.iter().map(|(_, _, route)| route);
        routes
            .chain(&self.default)
            .filter_map(|route| route.login.as_ref())
    }

    /// The actions of the first rule whose conditions are all met, with its priority; or the default, with 0.
    pub(in crate::services::elb) fn find(&self, asked: &Asked<'_>) -> Option<(u64, &Route)> {
        let mut rules = self.rules.iter();
        let rule = rules.find(|(_, conditions, _)| {
            let mut conditions = conditions.iter();
            conditions.all(|condition| condition.is_met(asked))
        });
        let rule = rule.map(|(priority, _, route)| (*priority, route));
        rule.or_else(|| Some((0, self.default.as_ref()?)))
    }
}

fn route(actions: &[Action]) -> Option<Route> {
    let login = actions.iter().find_map(Action::oidc);
    Some(Route {
        login: login.cloned().map(Arc::new),
        outcome: outcome(actions)?,
    })
}

/// The last action decides; there is exactly one of these types.
fn outcome(actions: &[Action]) -> Option<Outcome> {
    actions
        .iter()
        .find_map(|action| match action.r#type.as_str() {
            "forward" => Some(Outcome::Forward(Forward {
                groups: action
                    .groups()
                    .into_iter()
                    .map(|(arn, weight)| (arn.to_owned(), weight))
                    .collect(),
                sticky: action.group_stickiness(),
            })),
            "redirect" => action.redirect_config.clone().map(Outcome::Redirect),
            "fixed-response" => action
                .fixed_response_config
                .clone()
                .map(Outcome::FixedResponse),
            _ => None,
        })
}
