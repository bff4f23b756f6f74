//! The container: its images, a rollout of the real app, and its operation.

mod images;
mod operations;
mod release;
