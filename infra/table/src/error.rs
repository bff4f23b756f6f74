use std::path::PathBuf;

use deploy::render::Shown;

use crate::FileError;

/// Why a command for the table failed: one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An error that every stack can have.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The table to import has another key than the stack's table.
    #[error(
        "{} cannot be imported: its key is {}, but the stack's table has itemID (HASH, S). To show it without a stack, give its name to the app in TABLE_NAME",
        Shown(table),
        Shown(key)
    )]
    OtherKey {
        /// The name of the table.
        table: String,
        /// Its key.
        key: String,
    },
    /// The parameter with the name of the table does not exist.
    #[error(
        "the parameter {} does not exist: run `task deploy-table` first, or pass --table NAME (or --prefix, if the table was deployed with one)",
        Shown(.0)
    )]
    NoTable(String),
    /// The description of the table has no key.
    #[error("the description of {} has no valid key: check AWS_ENDPOINT_URL", Shown(.0))]
    NoKey(String),
    /// A file cannot be read, written or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Neither the name nor the content of a file tells its format.
    #[error(
        "the format of {} is not recognised: pass --format json-lines, csv or dynamodb-json",
        Shown(.0)
    )]
    UnknownFormat(String),
    /// The file has a format that is not supported.
    #[error("{}", Shown(.0))]
    Refused(String),
    /// A part of an export to S3 is missing or damaged.
    #[error("{}", Shown(.0))]
    Export(String),
    /// An export would overwrite a file.
    #[error("{} exists already: pass --force to overwrite it, or name another file", Shown(.0.display()))]
    Exists(PathBuf),
    /// The header of CSV does not fit the table.
    #[error("{}; nothing was written", Shown(.0))]
    Header(String),
    /// A record cannot be written.
    #[error("{}", Shown(.0))]
    BadLine(String),
    /// A load ended early.
    #[error("{cause}; {}", Shown(written))]
    Unfinished {
        /// Why it ended.
        cause: Box<Self>,
        /// How much was written, and whether the same command continues after it.
        written: String,
    },
    /// Ctrl-C was pressed.
    #[error("interrupted")]
    Interrupted,
    /// A task or a thread of this program ended unexpectedly.
    #[error("an internal task failed ({}): run the command again", Shown(.0))]
    Task(String),
}
