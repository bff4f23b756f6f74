//! The container stack: its images, a rollout of the real app, and its commands.

mod images;
mod operations;
mod release;
