use std::io;
use std::path::{Path, PathBuf};

/// Why a command for the table came to nothing: one sentence, with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The table is not one of this stack's kind.
    #[error(
        "{table} has the key {key} where the stack's table has itemID (HASH, S), so it cannot be imported: the app shows it without a stack, by TABLE_NAME"
    )]
    OtherKey {
        /// The name of the table.
        table: String,
        /// Its key.
        key: String,
    },
    /// Nobody has handed over the name of a table.
    #[error(
        "no parameter {0} names a table: run `task deploy-table` first, or pass --table NAME (or --prefix, if it was deployed with one)"
    )]
    NoTable(String),
    /// The description of the table is not one of AWS.
    #[error("{0} has no key that items could have: check AWS_ENDPOINT_URL")]
    NoKey(String),
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Neither name nor content of the file says what is in it.
    #[error(
        "{0} does not say how its items are written: pass --format json-lines, csv or dynamodb-json"
    )]
    UnknownFormat(String),
    /// What is in the file is not read.
    #[error("{0}")]
    Refused(String),
    /// Something of an export to S3 is missing or damaged.
    #[error("{0}")]
    Export(String),
    /// An export would write over a file.
    #[error("{} exists: pass --force to write over it, or name another file", .0.display())]
    Exists(PathBuf),
    /// The first line of CSV does not fit the table.
    #[error("{0}; nothing is written")]
    Header(String),
    /// A line cannot be written.
    #[error("{0}")]
    BadLine(String),
    /// A load has ended in the middle.
    #[error("{cause}; {written}")]
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
    #[error("a part of the work has ended by itself ({0}): run the command again")]
    Task(String),
}

/// A file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be {}: {cause}", .path.display(), past(.doing))]
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
