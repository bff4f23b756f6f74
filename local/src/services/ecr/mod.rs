//! ECR: repositories, their API, and the registry that images are pushed to and pulled from.

mod api;
mod blobs;
mod image;
mod images;
mod lifecycle;
mod login;
mod permissions;
mod policies;
mod referrers;
mod registry;
mod repositories;
mod repository;
mod rules;

pub(crate) use self::api::handle;
pub(crate) use self::blobs::Blobs;
#[cfg(target_os = "linux")]
pub(crate) use self::image::unpack_layer;
pub(crate) use self::image::{Execution, Image, fuzz, pull};
pub(crate) use self::permissions::{check_key, needed, needed_for_pull};
pub(crate) use self::policies::{has_resource_policies, resource_policy};
pub(crate) use self::registry::router;
pub(crate) use self::repositories::Repositories;
pub(crate) use self::repository::Repository;
pub(crate) use self::rules::RULES;

/// The password that `GetAuthorizationToken` returns. It protects nothing: the local AWS listens
/// only on this machine.
pub(crate) const PASSWORD: &str = "local";
