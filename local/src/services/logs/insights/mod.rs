//! The queries of Logs Insights
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html>): a list of commands, each
//! of which changes the rows.

mod cell;
mod command;
mod evaluate;
mod expression;
mod glob;
mod lexer;
mod parser;
mod row;
mod run;
mod stats;

#[cfg(test)]
mod tests;

pub(super) use self::command::Query;
pub(super) use self::row::Row;
pub(super) use self::run::Found;
