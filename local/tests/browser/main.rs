//! The pages as a person sees them: a real Chromium.

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod chrome;
mod filtering;
mod looking;
mod seen;
mod sound;
mod viewer;
