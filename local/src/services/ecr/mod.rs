//! ECR: repositories of images, the API beside them, and the protocol by which images come and go.

mod api;
mod blobs;
mod image;
mod images;
mod lifecycle;
mod registry;
mod repositories;

pub(crate) use self::api::handle;
pub(crate) use self::blobs::Blobs;
pub(crate) use self::image::{Image, Program, find, program};
pub(crate) use self::registry::router;
pub(crate) use self::repositories::Repositories;

/// The password that `GetAuthorizationToken` gives. It protects nothing: the local AWS is for this
/// machine.
pub(crate) const PASSWORD: &str = "local";
