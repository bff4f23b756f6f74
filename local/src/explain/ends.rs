//! The things that a person can name: the internet, load balancers, tasks, AWS services.

use std::sync::Arc;

use serde_json::Value;

use super::permissions::{endpoint_of, prefix_of};
use crate::account::{Account, Item, State};
use crate::services::ec2::{self, End, Interface, Owner, Placement, Topology};
use crate::services::ecs::{self, TaskRoles};
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

/// One end of a connection.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Internet,
    Interface(Box<Interface>),
    Aws(&'static str),
}

/// One connection.
pub(super) struct Walk {
    from_name: String,
    pub(super) from: Place,
    to_name: String,
    pub(super) to: Place,
    pub(super) port: u16,
    /// The roles of the task that it begins at.
    pub(super) roles: Option<Arc<TaskRoles>>,
    /// The name that the person has given to the end.
    pub(super) asked: String,
    /// The action of an AWS service that the person asks for: `dynamodb:Scan`.
    pub(super) action: Option<String>,
}

/// An end as a person has named it.
struct Found {
    name: String,
    places: Vec<Place>,
    ports: Vec<u16>,
    roles: Option<Arc<TaskRoles>>,
}

/// A load balancer or a service, with one interface in each of its subnets.
#[derive(Clone)]
struct Named {
    /// The kind that a person may use if there is only one: `task`, `load-balancer`.
    kind: &'static str,
    name: String,
    logical_id: Option<String>,
    interfaces: Vec<Interface>,
    /// The ports that it listens on.
    ports: Vec<u16>,
    /// The roles of the tasks, if it is a service.
    roles: Option<Arc<TaskRoles>>,
}

/// Everything that can be named.
pub(super) struct Ends {
    named: Vec<Named>,
}

impl Place {
    pub(super) fn end(&self) -> End<'_> {
        match self {
            Self::Internet => End::Internet,
            Self::Interface(interface) => End::Interface(interface),
            Self::Aws(service) => End::Service(service),
        }
    }
}

impl Walk {
    /// The ends, the subnets that they are in, and the port.
    pub(super) fn title(&self, topology: &Topology) -> String {
        let shown = |name: &str, place: &Place| match place {
            Place::Interface(interface) => {
                format!("{name} in {}", topology.name(&interface.subnet))
            }
            Place::Internet | Place::Aws(_) => name.to_owned(),
        };
        let (from, to) = (
            shown(&self.from_name, &self.from),
            shown(&self.to_name, &self.to),
        );
        format!("{from} -> {to}, TCP {}", self.port)
    }
}

impl Ends {
    pub(super) fn of(account: &Account) -> Self {
        let (mut named, services) = account.read(|state| (balancers(state), services(state)));
        named.extend(services.into_iter().map(|(arn, item, mut service)| {
            service.roles = ecs::task_roles(account, &arn, &item).map(Arc::new);
            service
        }));
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
            [one] => Ok(one.found()),
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
        let mut known = vec!["internet", "ecr"];
        known.extend(SERVICES);
        for kind in ["load-balancer", "task"] {
            if self.named.iter().any(|named| named.kind == kind) {
                known.push(kind);
            }
        }
        known.extend(self.named.iter().map(|named| named.name.as_str()));
        format!(
            "nothing is called {name}: choose one of {}",
            known.join(", ")
        )
    }
}

impl Named {
    fn is_called(&self, name: &str) -> bool {
        name == self.kind || name == self.name || self.logical_id.as_deref() == Some(name)
    }

    fn found(&self) -> Found {
        let places = self.interfaces.iter().cloned();
        let places = places.map(|one| Place::Interface(Box::new(one)));
        Found {
            name: self.shown(),
            places: places.collect(),
            ports: self.ports.clone(),
            roles: self.roles.clone(),
        }
    }

    fn shown(&self) -> String {
        match self.kind {
            "task" => format!("task of {}", self.name),
            kind => format!("{kind} {}", self.name),
        }
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

fn balancers(state: &State) -> Vec<Named> {
    let items = state
        .inventory
        .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer");
    items
        .map(|(arn, item)| {
            let owner = Owner::LoadBalancer(arn.to_owned());
            let listeners = state
                .inventory
                .of_type("AWS::ElasticLoadBalancingV2::Listener");
            let own =
                listeners.filter(|(_, listener)| listener.properties["LoadBalancerArn"] == *arn);
            let ports = own.filter_map(|(_, listener)| port(&listener.properties["Port"]));
            Named {
                kind: "load-balancer",
                name: item.attribute("LoadBalancerName").to_owned(),
                logical_id: logical_id(state, arn),
                interfaces: state.interfaces.of(&owner).cloned().collect(),
                ports: ports.collect(),
                roles: None,
            }
        })
        .collect()
}

/// The ECS services, each with the interface that its next task in each subnet would have.
fn services(state: &State) -> Vec<(String, Item, Named)> {
    let items = state.inventory.of_type("AWS::ECS::Service");
    items
        .map(|(arn, item)| {
            let placement = placement(item);
            let planned = placement.subnets.iter().filter_map(|subnet| {
                let one = Placement {
                    subnets: vec![subnet.clone()],
                    ..placement.clone()
                };
                let mut planned = ec2::plan(state, ec2::wanted(state, "", &one)).ok()?;
                "The task".clone_into(&mut planned.description);
                Some(planned)
            });
            let balancers = item.properties["LoadBalancers"].as_array();
            let ports = balancers.into_iter().flatten();
            let named = Named {
                kind: "task",
                name: item.attribute("Name").to_owned(),
                logical_id: logical_id(state, arn),
                interfaces: planned.collect(),
                ports: ports
                    .filter_map(|one| port(&one["ContainerPort"]))
                    .collect(),
                roles: None,
            };
            (arn.to_owned(), item.clone(), named)
        })
        .collect()
}

fn placement(service: &Item) -> Placement {
    let network = &service.properties["NetworkConfiguration"]["AwsvpcConfiguration"];
    let texts = |value: &Value| {
        let texts = value.as_array().into_iter().flatten();
        texts.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Placement {
        subnets: texts(&network["Subnets"]),
        groups: texts(&network["SecurityGroups"]),
        public: network["AssignPublicIp"] == "ENABLED",
    }
}

fn port(value: &Value) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    u16::try_from(number?).ok()
}

fn logical_id(state: &State, physical_id: &str) -> Option<String> {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    let mut records = living.flat_map(|stack| stack.current.existing());
    let found = records.find(|(_, record)| record.physical_id == physical_id);
    found.map(|(name, _)| name.clone())
}
