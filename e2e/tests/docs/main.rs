//! Checks the documentation: every command in it runs against a local AWS or is at least accepted, and
//! every option, variable, file and link exists.
//!
//! A command is a line of a block marked `sh`, or a line after `$` of a block marked `console`. What a
//! `console` block shows below a command is what the command prints. Inline code that begins with the
//! name of a program is checked as well, but not run. A command that [`command`] does not know makes a
//! test fail.
//!
//! The tests are in `commands.rs`, `names.rs` and `shown.rs`.

mod command;
mod commands;
mod help;
mod inline;
mod names;
mod page;
mod prove;
mod session;
mod shown;
mod taskfile;
