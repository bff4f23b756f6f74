use std::path::PathBuf;

use clap::Args;

use crate::Error;
use crate::format::FileFormat;

/// The options of `table load`.
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// A file (plain or gzip), an S3 export directory, or - for standard input
    pub file: PathBuf,
    /// The format of the file [default: detected from its name and its first bytes]
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// The delimiter of CSV: a character, or tab [default: detected from the header]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<char>,
    /// Skip records that cannot be written, and save them in FILE.rejected
    #[arg(long)]
    pub skip_bad: bool,
    /// How many batches of 25 items to write at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Ignore the progress of an earlier load
    #[arg(long)]
    pub from_start: bool,
}

impl Load {
    /// The format, if the options or the name of the file determine it.
    ///
    /// The name of a JSON file does not: only its content shows whether its values have types.
    pub(super) fn format(&self) -> Result<Option<FileFormat>, Error> {
        let csv = Some(FileFormat::Csv);
        match (self.format, self.delimiter) {
            (Some(format), Some(_)) if format != FileFormat::Csv => Err(Error::Refused(
                "--delimiter is only for CSV: omit it, or pass --format csv".to_owned(),
            )),
            (_, Some(_)) => Ok(csv),
            (Some(format), None) => Ok(Some(format)),
            (None, None) => Ok(csv.filter(|_| FileFormat::of_name(&self.file) == csv)),
        }
    }
}

fn delimiter(text: &str) -> Result<char, &'static str> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        _ if matches!(text, "tab" | "\\t") => Ok('\t'),
        (Some(one), None) if one.is_ascii() && !matches!(one, '"' | '\r' | '\n') => Ok(one),
        _ => Err("it must be tab, or one ASCII character other than a quote"),
    }
}
