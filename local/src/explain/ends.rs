//! The things that a person can name: the internet, load balancers, tasks, AWS services.

use std::sync::Arc;

use super::named::{self, Named};
use super::place::{Place, Walk};
use super::prefixes::{endpoint_of, prefix_of};
use crate::account::Account;
use crate::services::ec2;
use crate::services::ecs::TaskRoles;
use crate::services::iam::reference;

/// The AWS services that a task of this architecture may call.
const SERVICES: [&str; 16] = [
    "cloudformation",
    "dynamodb",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "elasticloadbalancing",
    "events",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "secretsmanager",
    "sns",
    "ssm",
    "sts",
];

/// What Fargate needs to pull an image from ECR: its API, its registry, and S3 with the layers.
const ECR: [&str; 3] = ["ecr.api", "ecr.dkr", "s3"];

/// An end as a person has named it.
struct Found {
    name: String,
    places: Vec<Place>,
    ports: Vec<u16>,
    roles: Option<Arc<TaskRoles>>,
}

impl Found {
    fn of(named: &Named) -> Self {
        let places = named.interfaces.iter().cloned();
        let places = places.map(|one| Place::Interface(Box::new(one)));
        Self {
            name: named.shown(),
            places: places.collect(),
            ports: named.ports.clone(),
            roles: named.roles.clone(),
        }
    }
}

/// Everything that can be named.
pub(super) struct Ends {
    named: Vec<Named>,
}

impl Ends {
    pub(super) fn of(account: &Account) -> Self {
        let named = named::all(account);
        Self { named }
    }

    /// The connections between the two names. The end may be an action of a service, `dynamodb:Scan`.
    ///
    /// # Errors
    /// One sentence for a name that means nothing, or that two things have.
    pub(super) fn walks(
        &self,
        account: &Account,
        from: &str,
        to: &str,
    ) -> Result<Vec<Walk>, String> {
        let begin = self.find(from)?;
        let (to, action) = match to.split_once(':') {
            Some((prefix, action)) => (endpoint_of(prefix), Some((prefix, action))),
            None => (to, None),
        };
        let end = self.find(to)?;
        let action = action
            .map(|(prefix, action)| known_action(account, prefix, action))
            .transpose()?;
        if action.is_some() && begin.roles.is_none() {
            return Err(format!(
                "{from} has no role: only a task can be asked for an action"
            ));
        }
        let mut walks = Vec::new();
        for start in &begin.places {
            for place in &end.places {
                for port in &end.ports {
                    walks.push(Walk {
                        from_name: begin.name.clone(),
                        from: start.clone(),
                        to_name: action.clone().unwrap_or_else(|| end.name.clone()),
                        to: place.clone(),
                        port: *port,
                        roles: begin.roles.clone(),
                        asked: to.to_owned(),
                        action: action.clone(),
                    });
                }
            }
        }
        Ok(walks)
    }

    /// The connections that the architecture consists of.
    pub(super) fn questions(&self) -> Vec<(String, String)> {
        let of = |kind: &'static str| self.named.iter().filter(move |named| named.kind == kind);
        let mut questions = Vec::new();
        for balancer in of("load-balancer") {
            questions.push(("internet".to_owned(), balancer.name.clone()));
            for task in of("task").filter(|task| is_near(balancer, task)) {
                questions.push((balancer.name.clone(), task.name.clone()));
            }
        }
        for task in of("task") {
            for service in ["ecr", "logs", "ssm", "dynamodb"] {
                questions.push((task.name.clone(), service.to_owned()));
            }
        }
        questions
    }

    fn find(&self, name: &str) -> Result<Found, String> {
        let aws = |places: Vec<Place>| Found {
            name: name.to_owned(),
            places,
            ports: vec![ec2::HTTPS],
            roles: None,
        };
        match name {
            "internet" | "browser" => return Ok(aws(vec![Place::Internet])),
            "ecr" => return Ok(aws(ECR.map(Place::Aws).into())),
            _ => {}
        }
        if let Ok(address) = name.parse() {
            return Ok(aws(vec![Place::Client(address)]));
        }
        if let Some(service) = SERVICES.iter().find(|service| **service == name) {
            return Ok(aws(vec![Place::Aws(service)]));
        }
        let found: Vec<&Named> = self
            .named
            .iter()
            .filter(|named| named.is_called(name))
            .collect();
        match found.as_slice() {
            [] => Err(self.unknown(name)),
            [one] => Ok(Found::of(one)),
            many => {
                let names: Vec<&str> = many.iter().map(|one| one.name.as_str()).collect();
                Err(format!(
                    "{name} means several: choose one of {}",
                    names.join(", ")
                ))
            }
        }
    }

    fn unknown(&self, name: &str) -> String {
        if ["task", "load-balancer"].contains(&name) {
            let what = if name == "task" {
                "task runs"
            } else {
                "load balancer exists"
            };
            return format!("no {what}: deploy the service with `task deploy-container`");
        }
        let mut known = vec!["internet", "ecr"];
        known.extend(SERVICES);
        for kind in ["load-balancer", "task"] {
            if self.named.iter().any(|named| named.kind == kind) {
                known.push(kind);
            }
        }
        known.extend(self.named.iter().map(|named| named.name.as_str()));
        known.sort_unstable();
        format!(
            "nothing is called {name}: choose one of {}",
            known.join(", ")
        )
    }
}

/// The action, if IAM knows it.
fn known_action(account: &Account, prefix: &str, action: &str) -> Result<String, String> {
    let prefix = prefix_of(prefix);
    match reference::needed(account, prefix, action, |_| Vec::new()) {
        Some(_) => Ok(format!("{prefix}:{action}")),
        None => Err(format!("IAM knows no action {prefix}:{action}")),
    }
}

fn is_near(one: &Named, other: &Named) -> bool {
    let vpc = |named: &Named| {
        named
            .interfaces
            .first()
            .map(|interface| interface.vpc.clone())
    };
    vpc(one) == vpc(other)
}
