//! The interface between CloudFormation and the resource types of all services.
//!
//! A type is a [`ResourceType`] in the folder of its service and one line in [`table`].

mod existing;
mod handler;
mod lifecycle;
mod permitted;
pub(crate) mod policies;
mod request;
mod resource_type;
mod rules;
mod schema;
pub(crate) mod subject;
mod table;
mod timing;

pub(crate) use self::existing::conflict;
pub(crate) use self::lifecycle::{create, delete, importable, read, restore, settle, update};
pub(crate) use self::request::{Made, Request, members, refusal, refused_by};
pub(crate) use self::resource_type::{Found, ResourceType};
pub(crate) use self::rules::{Rule, Rules, no_opening, rules};
pub(crate) use self::schema::{Attribute, is_known, is_of_aws, schema};
pub(crate) use self::timing::{is_late, usual_duration, usual_duration_of};
