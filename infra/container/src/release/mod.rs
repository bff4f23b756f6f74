//! The images in the repository, as deployments need them: the one that a deployment brings along,
//! those in use, and those that go with the stack.

mod deletion;
mod prepare;
mod protection;

pub(crate) use deletion::delete_images;
pub use prepare::Release;
pub(crate) use protection::ImageProtection;
