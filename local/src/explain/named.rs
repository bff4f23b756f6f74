//! The load balancers and services that a person can name.

use std::sync::Arc;

use serde_json::Value;

use crate::account::{Account, Item, State};
use crate::services::ec2::{self, Interface, Owner, Placement};
use crate::services::ecs::{self, TaskRoles};

/// A load balancer or a service, with one interface in each of its subnets.
#[derive(Clone)]
pub(super) struct Named {
    /// The kind that a person may use if there is only one: `task`, `load-balancer`.
    pub(super) kind: &'static str,
    pub(super) name: String,
    logical_id: Option<String>,
    pub(super) interfaces: Vec<Interface>,
    /// The ports that it listens on.
    pub(super) ports: Vec<u16>,
    /// The roles of the tasks, if it is a service.
    pub(super) roles: Option<Arc<TaskRoles>>,
}

/// All load balancers and services.
pub(super) fn all(account: &Account) -> Vec<Named> {
    let (mut named, services) = account.read(|state| (balancers(state), services(state)));
    named.extend(services.into_iter().map(|(arn, item, mut service)| {
        service.roles = ecs::task_roles(account, &arn, &item).map(Arc::new);
        service
    }));
    named
}

impl Named {
    pub(super) fn is_called(&self, name: &str) -> bool {
        name == self.kind || name == self.name || self.logical_id.as_deref() == Some(name)
    }

    pub(super) fn shown(&self) -> String {
        match self.kind {
            "task" => format!("task of {}", self.name),
            kind => format!("{kind} {}", self.name),
        }
    }
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
