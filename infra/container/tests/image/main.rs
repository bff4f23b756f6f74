//! The image, from `dist/` to a registry.

mod attachments;
mod bad_dist;
mod broken;
mod ecr;
mod limits;
mod login;
mod peers;
mod push;
mod reproducible;
mod support;
