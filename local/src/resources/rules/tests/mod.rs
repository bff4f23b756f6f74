//! Each rule refuses what breaks it, and accepts the rest.

mod autoscaling;
mod cloudwatch;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod elb;
mod iam;
mod kms;
mod listing;
mod logs;
mod policies;
mod s3;
mod sns;
mod ssm;
mod standing;
mod wafv2;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::standing::{sample, standing};
use super::SERVICES;
use crate::account::{Item, Quotas, State};
use crate::resources::members;
use crate::resources::subject::Subject;
use crate::services::iam::Principal;

/// A mistake: the rule that it breaks, its resource type, what it changes in the sample, and a part
/// of the message.
///
/// The change is a merge patch (`null` removes a member) with three members of its own: `$before`
/// changes the properties before an update, `$quota` is a quota as `NAME=N`, and `$also` is a list
/// of other resources: type, id, properties and attributes.
type Case = (&'static str, &'static str, &'static str, &'static str);

const CASES: [&[Case]; 15] = [
    autoscaling::CASES,
    cloudwatch::CASES,
    dynamodb::CASES,
    ec2::CASES,
    ecr::CASES,
    ecs::CASES,
    elb::CASES,
    iam::CASES,
    kms::CASES,
    logs::CASES,
    policies::CASES,
    s3::CASES,
    sns::CASES,
    ssm::CASES,
    wafv2::CASES,
];

/// The first rule that the changed sample breaks, with its sentence.
fn broken(kind: &str, change: &str) -> Option<(&'static str, String)> {
    let resource_type = format!("AWS::{kind}");
    let mut change: Value = serde_json::from_str(change).expect(change);
    let mut own = |name: &str| {
        change
            .as_object_mut()
            .and_then(|members| members.remove(name))
    };
    let (before, quota, also) = (own("$before"), own("$quota"), own("$also"));
    let mut state = standing();
    for item in also.iter().flat_map(|also| also.as_array().unwrap()) {
        add(&mut state, item);
    }
    let sample = sample(kind);
    let properties = merged(sample.clone(), &change);
    let before = before.map(|before| merged(sample, &before));
    let raised: Vec<String> = quota
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect();
    let quotas = Quotas::new(&raised).unwrap();
    let caller = Principal::default();
    let subject = Subject {
        resource_type: &resource_type,
        properties: &properties,
        before: before.as_ref(),
        id: "",
        stack: None,
        logical_id: "",
        state: &state,
        region: "eu-central-1",
        quotas: &quotas,
        caller: &caller,
    };
    let rules = SERVICES.iter().flat_map(|rules| rules.list);
    let mut of_type = rules.filter(|rule| rule.resource_type == resource_type);
    of_type.find_map(|rule| Some((rule.id, (rule.check)(&subject).err()?)))
}

/// Adds `[type, id, properties, attributes]`.
fn add(state: &mut State, item: &Value) {
    let item_type = format!("AWS::{}", item[0].as_str().unwrap());
    let attributes = item.get(3).cloned().unwrap_or_else(|| json!({}));
    let made = Item {
        resource_type: item_type,
        properties: item[2].clone(),
        attributes: members(attributes),
    };
    state
        .inventory
        .put(item[1].as_str().unwrap(), made)
        .unwrap();
}

/// A JSON merge patch.
fn merged(value: Value, change: &Value) -> Value {
    let Value::Object(changes) = change else {
        return change.clone();
    };
    let mut members = members(value);
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            let old = members.remove(name).unwrap_or(Value::Null);
            members.insert(name.clone(), merged(old, change));
        }
    }
    Value::Object(members)
}

#[test]
fn a_mistake_breaks_its_rule() {
    let mut wrong = Vec::new();
    for (rule, kind, change, expected) in CASES.into_iter().flatten() {
        let found = broken(kind, change);
        let fits = found.as_ref().is_some_and(|(id, sentence)| {
            id.rsplit("::").next() == Some(*rule) && sentence.contains(expected)
        });
        if !fits {
            wrong.push(format!("{rule} of {kind} {change}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_sample_breaks_no_rule() {
    for rule in SERVICES.iter().flat_map(|rules| rules.list) {
        let kind = rule.resource_type.trim_start_matches("AWS::");
        assert_eq!(broken(kind, "{}"), None, "{kind}");
    }
}

#[test]
fn every_rule_has_a_mistake() {
    let tested: BTreeSet<_> = CASES
        .into_iter()
        .flatten()
        .map(|(rule, kind, ..)| (*rule, *kind))
        .collect();
    for rule in SERVICES.iter().flat_map(|rules| rules.list) {
        let id = rule.id.rsplit("::").next().unwrap();
        let kind = rule.resource_type.trim_start_matches("AWS::");
        assert!(
            tested.contains(&(id, kind)),
            "no mistake breaks {id} of {kind}"
        );
    }
}
