//! The repository of the app in ECR, the registry of AWS.
//!
//! One repository serves all environments of an account, so that an image that was tried in one
//! environment is not sent again for another. The tag of an image begins with the environment that
//! deployed it. While the image is in use, a second tag protects it from the lifecycle policy.

mod account;
mod error;
mod images;
mod in_use;
mod lifecycle;
mod naming;
mod push;
mod repository;

pub use images::{delete_images_of, environments_in_repository, has};
pub use in_use::{protect, settle};
pub use naming::REPOSITORY;
pub(crate) use naming::{in_use_tag, reference_in_repository};
pub use push::{predict_uri, push};
pub use repository::{delete, prepare};
