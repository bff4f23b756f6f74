//! The local AWS as the real SDK sees it over the wire.

mod cloudformation;
mod diagnosis;
mod registry;
mod service;
