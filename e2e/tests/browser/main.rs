//! The pages in a real Chromium, as a person sees them.

mod appearance;
mod architecture;
mod checkers;
mod chrome;
mod filtering;
mod https;
mod items;
mod viewer;
