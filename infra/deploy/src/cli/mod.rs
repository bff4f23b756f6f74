//! The command line that the programs of all stacks have in common.

mod arguments;
mod command;
mod options;
mod parse;

pub use arguments::{
    Cli, Command, Consent, Deploy, Destroy, Diff, EnvironmentArgs, Execute, Format,
};
pub use command::{EXIT_CODES, difference, exit_code};
pub use parse::{exit, parse, shown};
