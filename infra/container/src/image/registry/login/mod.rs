//! The login for a registry: from the command line, else from `podman login` or `docker login`.

mod file;
mod find;
mod helper;
mod paths;
mod user;

pub(super) use find::find;
pub use user::Login;
