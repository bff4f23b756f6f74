//! The container stack: its images, a rollout of the real app, and its commands.

mod commands;
mod credentials;
mod https;
mod images;
mod oidc;
mod operations;
mod reached;
mod release;
