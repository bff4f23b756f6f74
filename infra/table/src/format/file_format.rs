use std::path::Path;

use clap::ValueEnum;

use crate::files::is_named_gzip;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// {"Item":{"price":{"N":"5"}}} or {"price":{"N":"5"}}: has all types, as AWS exports them
    DynamodbJson,
    /// {"price":5}: has no binary or set types
    JsonLines,
    /// A header, then one record per item
    Csv,
}

impl FileFormat {
    /// The format that a file name implies. `.json` implies none: it can be of two formats.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = Path::new(name.strip_suffix(".rejected").unwrap_or(&name));
        let unzipped = is_named_gzip(name).then(|| name.file_stem()).flatten();
        match Path::new(unzipped.unwrap_or(name.as_os_str()))
            .extension()?
            .to_str()?
        {
            "csv" | "tsv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The name of an exported file if none is given.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::DynamodbJson => "items.dynamodb.json",
            Self::JsonLines => "items.jsonl",
            Self::Csv => "items.csv",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_implies_csv_and_json_lines() {
        for (name, expected) in [
            ("a.csv", Some(FileFormat::Csv)),
            ("a.csv.gz", Some(FileFormat::Csv)),
            ("a.CSV.rejected", Some(FileFormat::Csv)),
            ("a.csv.gz.rejected", Some(FileFormat::Csv)),
            ("a.tsv", Some(FileFormat::Csv)),
            ("a.ndjson", Some(FileFormat::JsonLines)),
            ("a.jsonl.gz", Some(FileFormat::JsonLines)),
            ("a.json", None),
            ("csv", None),
        ] {
            assert_eq!(FileFormat::of_name(name.as_ref()), expected, "{name}");
        }
    }
}
