//! Rules for security groups.

use serde_json::Value;

use super::group_rule::{Direction, EGRESS, INGRESS, check, identity, is_plain, weight};
use super::same_vpc::{GROUP, VPC, given, vpc_of};
use crate::resources::subject::{Subject, fail_if, list, text};

const FULL: &str = "The maximum number of rules per security group has been reached.";

pub(super) fn group_vpc(subject: &Subject<'_>) -> Result<(), String> {
    // An account without a default VPC, as here, has no place for a group without one.
    if !subject.has("VpcId") {
        return Err("No default VPC for this user".into());
    }
    given(subject, &VPC, "VpcId")
}

pub(super) fn group_description(subject: &Subject<'_>) -> Result<(), String> {
    let description = subject.text("GroupDescription").unwrap_or("");
    if description.is_empty() {
        return Err("The request must contain the parameter GroupDescription".into());
    }
    if !description.is_ascii() {
        return Err(format!(
            "Value ({description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported."
        ));
    }
    fail_if(!is_plain(description), || {
        "Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*".into()
    })
}

pub(super) fn group_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("GroupName").unwrap_or("");
    if name == "default" {
        return Err("Cannot use reserved security group name: default".into());
    }
    if !is_plain(name) {
        return Err(format!(
            "Value ({name}) for parameter GroupName is invalid. Valid names are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*"
        ));
    }
    fail_if(name.starts_with("sg-"), || {
        format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*."
        )
    })
}

pub(super) fn group_name_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(name) = subject.text("GroupName") else {
        return Ok(());
    };
    let vpc = subject.text("VpcId");
    let mut others = subject.others();
    let taken = others.any(|(_, other)| {
        text(&other.properties, "GroupName") == Some(name)
            && text(&other.properties, "VpcId") == vpc
    });
    fail_if(subject.is_created() && taken, || {
        format!(
            "The security group '{name}' already exists for VPC '{}'",
            vpc.unwrap_or("")
        )
    })
}

pub(super) fn group_quota(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId");
    let siblings = subject
        .others()
        .filter(|(_, other)| text(&other.properties, "VpcId") == vpc);
    let full = siblings.count() as u64 >= subject.quotas.get("security-groups-per-vpc");
    fail_if(subject.is_created() && full, || {
        "The maximum number of security groups for VPC has been reached.".into()
    })
}

pub(super) fn group_rules(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId");
    for (name, direction) in [
        ("SecurityGroupIngress", &INGRESS),
        ("SecurityGroupEgress", &EGRESS),
    ] {
        for rule in subject.list(name) {
            check(subject, rule, direction, vpc)?;
        }
    }
    Ok(())
}

pub(super) fn group_rules_differ(subject: &Subject<'_>) -> Result<(), String> {
    for (name, direction) in [
        ("SecurityGroupIngress", &INGRESS),
        ("SecurityGroupEgress", &EGRESS),
    ] {
        let mut seen = Vec::new();
        for rule in subject.list(name) {
            let own = identity(rule, direction);
            if seen.contains(&own) {
                return Err("The same permission must not appear multiple times".into());
            }
            seen.push(own);
        }
    }
    Ok(())
}

pub(super) fn group_rules_quota(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.quotas.get("rules-per-security-group");
    let full = |name, direction| {
        let rules = subject.list(name).iter();
        rules
            .map(|rule| weight(subject, rule, direction))
            .sum::<u64>()
            > most
    };
    let is_full = full("SecurityGroupIngress", &INGRESS) || full("SecurityGroupEgress", &EGRESS);
    fail_if(is_full, || FULL.into())
}

pub(super) fn ingress_rule(subject: &Subject<'_>) -> Result<(), String> {
    own_rule(subject, &INGRESS)
}

pub(super) fn egress_rule(subject: &Subject<'_>) -> Result<(), String> {
    own_rule(subject, &EGRESS)
}

fn own_rule(subject: &Subject<'_>, direction: &Direction) -> Result<(), String> {
    let vpc = subject
        .text("GroupId")
        .and_then(|id| vpc_of(subject, &GROUP, id));
    check(subject, subject.properties, direction, vpc)
}

pub(super) fn rule_group(subject: &Subject<'_>) -> Result<(), String> {
    if subject.has("GroupName") {
        return Ok(());
    }
    given(subject, &GROUP, "GroupId")
}

pub(super) fn rule_once(subject: &Subject<'_>) -> Result<(), String> {
    let direction = direction(subject);
    let own = identity(subject.properties, direction);
    let taken = rules_of_group(subject).any(|rule| identity(rule, direction) == own);
    fail_if(subject.is_created() && taken, || {
        format!("the specified rule \"{own}\" already exists")
    })
}

pub(super) fn rule_quota(subject: &Subject<'_>) -> Result<(), String> {
    let direction = direction(subject);
    let others = rules_of_group(subject).map(|rule| weight(subject, rule, direction));
    let all = others.sum::<u64>() + weight(subject, subject.properties, direction);
    let full = all > subject.quotas.get("rules-per-security-group");
    fail_if(subject.is_created() && full, || FULL.into())
}

fn direction(subject: &Subject<'_>) -> &'static Direction {
    if subject.resource_type.ends_with("Ingress") {
        &INGRESS
    } else {
        &EGRESS
    }
}

/// The rules that the group of a rule has already, in its own properties and as resources.
fn rules_of_group<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Value> {
    let id = subject.text("GroupId").unwrap_or("");
    let name = subject.resource_type.rsplit("::").next().unwrap_or("");
    let group = subject.find("AWS::EC2::SecurityGroup", id);
    let own = group.map_or(&[][..], |group| list(&group.properties, name));
    let others = subject.others().map(|(_, other)| &other.properties);
    own.iter()
        .chain(others.filter(move |other| text(other, "GroupId") == Some(id)))
}
