//! The app over real HTTP, in front of a stub that speaks the protocols of SSM and `DynamoDB`.

mod access;
mod aws_failures;
mod endurance;
mod faults;
mod filtering;
mod guessing;
mod looking;
mod nasty;
mod paging;
mod parameters;
mod process;
mod roles;
mod slow_clients;
mod streaming;
mod support;
mod vouched;
