//! The deployers and the local AWS as programs, in every state of a stack and of the environment.

mod commands;
mod deployer;
mod escaping;
mod kill;
mod lagging;
mod proxies;
mod settings;
mod states;
