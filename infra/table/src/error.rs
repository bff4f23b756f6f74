use std::io;
use std::path::{Path, PathBuf};

use deploy::render::Shown;

/// Why a command for the table came to nothing: one sentence, with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The table is not one of this stack's kind.
    #[error(
        "{} has the key {} where the stack's table has itemID (HASH, S), so it cannot be imported: the app shows it without a stack, by TABLE_NAME",
        Shown(table),
        Shown(key)
    )]
    OtherKey {
        /// The name of the table.
        table: String,
        /// Its key.
        key: String,
    },
    /// Nobody has handed over the name of a table.
    #[error(
        "no parameter {} names a table: run `task deploy-table` first, or pass --table NAME (or --prefix, if it was deployed with one)",
        Shown(.0)
    )]
    NoTable(String),
    /// The description of the table is not one of AWS.
    #[error("{} has no key that items could have: check AWS_ENDPOINT_URL", Shown(.0))]
    NoKey(String),
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Neither name nor content of the file says what is in it.
    #[error(
        "{} does not say how its items are written: pass --format json-lines, csv or dynamodb-json",
        Shown(.0)
    )]
    UnknownFormat(String),
    /// What is in the file is not read.
    #[error("{}", Shown(.0))]
    Refused(String),
    /// Something of an export to S3 is missing or damaged.
    #[error("{}", Shown(.0))]
    Export(String),
    /// An export would write over a file.
    #[error("{} exists: pass --force to write over it, or name another file", Shown(.0.display()))]
    Exists(PathBuf),
    /// The first line of CSV does not fit the table.
    #[error("{}; nothing is written", Shown(.0))]
    Header(String),
    /// A line cannot be written.
    #[error("{}", Shown(.0))]
    BadLine(String),
    /// A load has ended in the middle.
    #[error("{cause}; {}", Shown(written))]
    Unfinished {
        /// Why.
        cause: Box<Self>,
        /// How much of it is known to be written, and whether the same command goes on there.
        written: String,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// A part of the program itself has ended.
    #[error("a part of the work has ended by itself ({}): run the command again", Shown(.0))]
    Task(String),
}

/// A file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be {}: {}", Shown(.path.display()), past(.doing), Shown(cause))]
pub struct FileError {
    doing: &'static str,
    path: PathBuf,
    cause: io::Error,
}

impl FileError {
    pub(crate) fn new(doing: &'static str, path: &Path, cause: io::Error) -> Self {
        Self {
            doing,
            path: path.to_owned(),
            cause,
        }
    }
}

fn past(doing: &str) -> &str {
    match doing {
        "write" => "written",
        "remove" => "removed",
        other => other,
    }
}
