//! The pages as a person sees them: a real Chromium.

mod architecture;
mod chrome;
mod filtering;
mod looking;
mod seen;
mod sound;
mod viewer;
