//! The container stack: its images, a rollout of the real app, and its commands.

mod commands;
mod https;
mod images;
mod operations;
mod reached;
mod release;
