//! Images in ECR around a deployment: pushes the new one, protects those in use, deletes them with
//! the stack.

mod deletion;
mod prepare;
mod protection;

pub(crate) use deletion::delete_images;
pub use prepare::Release;
pub(crate) use protection::ImageProtection;
