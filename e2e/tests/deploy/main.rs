//! The programs as they are started: the deployers, and the local AWS that they deploy to.

mod commands;
mod deployer;
mod kill;
mod lagging;
mod proxies;
mod settings;
mod states;
mod words;
