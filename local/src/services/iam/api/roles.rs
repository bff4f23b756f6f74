//! `GetRole`, `ListRoles`, `ListRoleTags`.

use serde::{Deserialize, Serialize};

use super::super::roles::{self, Role, Tag};
use super::page::{Rest, page};
use super::{encoded, no_such_role};
use crate::account::Account;
use crate::aws::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NameInput {
    #[serde(default)]
    role_name: String,
    marker: Option<String>,
    max_items: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListInput {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetOutput {
    role: Shown,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListOutput {
    roles: Vec<Shown>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagsOutput {
    tags: Vec<Tag>,
    #[serde(flatten)]
    rest: Rest,
}

/// A role as IAM shows it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    path: String,
    role_name: String,
    role_id: String,
    arn: String,
    create_date: String,
    assume_role_policy_document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    max_session_duration: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Boundary {
    permissions_boundary_type: &'static str,
    permissions_boundary_arn: String,
}

pub(super) fn get(account: &Account, input: &NameInput) -> Result<GetOutput, AwsError> {
    let name = &input.role_name;
    let role = account.read(|state| roles::find(state, name).map(|role| shown(&role)));
    let role = role.ok_or_else(|| no_such_role(name))?;
    Ok(GetOutput { role })
}

/// A list has neither tags nor boundaries, as on AWS.
pub(super) fn list(account: &Account, input: &ListInput) -> Result<ListOutput, AwsError> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let found = account.read(|state| {
        let found = roles::all(state).filter(|role| role.properties.path.starts_with(prefix));
        let found = found.map(|role| Shown {
            permissions_boundary: None,
            tags: Vec::new(),
            ..shown(&role)
        });
        found.collect()
    });
    let (roles, rest) = page(found, input.marker.as_ref(), input.max_items.as_ref())?;
    Ok(ListOutput { roles, rest })
}

pub(super) fn tags(account: &Account, input: &NameInput) -> Result<TagsOutput, AwsError> {
    let name = &input.role_name;
    let tags = account.read(|state| Some(roles::find(state, name)?.properties.tags));
    let tags = tags.ok_or_else(|| no_such_role(name))?;
    let (tags, rest) = page(tags, input.marker.as_ref(), input.max_items.as_ref())?;
    Ok(TagsOutput { tags, rest })
}

fn shown(role: &Role<'_>) -> Shown {
    let properties = role.properties.clone();
    let boundary = properties.permissions_boundary.map(|arn| Boundary {
        permissions_boundary_type: "Policy",
        permissions_boundary_arn: arn,
    });
    Shown {
        path: properties.path,
        role_name: role.name.to_owned(),
        role_id: role.item.attribute("RoleId").to_owned(),
        arn: role.item.attribute("Arn").to_owned(),
        create_date: role.item.attribute("CreateDate").to_owned(),
        assume_role_policy_document: encoded(&properties.assume_role_policy_document),
        description: properties.description,
        max_session_duration: properties.max_session_duration,
        permissions_boundary: boundary,
        tags: properties.tags,
    }
}
