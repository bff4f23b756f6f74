//! The pages of the documentation, taken apart: blocks, commands, inline code and tables.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use e2e::ROOT;

/// The pages beside those in `docs/`.
const PAGES: [&str; 4] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
];

/// A page of the documentation.
pub(crate) struct Page {
    /// Its path in the workspace.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A piece of text with the file and the line that it is in.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) place: String,
    pub(crate) text: String,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`", self.place, self.text)
    }
}

/// A block between two lines of three backticks.
pub(crate) struct Block {
    pub(crate) place: String,
    pub(crate) language: String,
    pub(crate) lines: Vec<Text>,
}

/// A table: each row has the inline code of its cells.
pub(crate) struct Table {
    pub(crate) heading: Vec<String>,
    pub(crate) rows: Vec<Vec<Vec<Text>>>,
}

/// All pages.
pub(crate) fn pages() -> Vec<Page> {
    let docs = fs::read_dir(Path::new(ROOT).join("docs")).expect("docs/");
    let names = docs.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| format!("docs/{}", name.to_str().expect("text")));
    let mut names: Vec<_> = names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "md"))
        .chain(PAGES.map(str::to_owned))
        .collect();
    names.sort();
    names.iter().map(|name| Page::read(name)).collect()
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let text = fs::read_to_string(Path::new(ROOT).join(name)).expect("a page");
        Self {
            name: name.to_owned(),
            text,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        Path::new(ROOT).join(&self.name)
    }

    fn lines(&self) -> impl Iterator<Item = Text> {
        let lines = self.text.lines().enumerate();
        lines.map(|(number, line)| Text {
            place: format!("{}:{}", self.name, number + 1),
            text: line.to_owned(),
        })
    }

    /// All blocks.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for line in self.lines() {
            match (line.text.strip_prefix("```"), &mut open) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => {
                    open = Some(Block {
                        place: line.place.clone(),
                        language: language.to_owned(),
                        lines: Vec::new(),
                    });
                }
                (None, Some(block)) => block.lines.push(line),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block does not end", self.name);
        blocks
    }

    /// The commands of all blocks, in order.
    pub(crate) fn commands(&self) -> Vec<Text> {
        let mut commands: Vec<Text> = Vec::new();
        for block in self.blocks() {
            let lines = block.lines.into_iter();
            let lines: Vec<_> = match block.language.as_str() {
                "sh" => lines.collect(),
                "console" => lines.filter_map(typed).collect(),
                _ => continue,
            };
            for line in lines {
                match commands.last_mut() {
                    Some(last) if last.text.ends_with('\\') => {
                        last.text.pop();
                        last.text.push_str(line.text.trim());
                    }
                    _ => commands.push(line),
                }
            }
        }
        commands.retain(|line| !line.text.is_empty() && !line.text.starts_with('#'));
        commands
    }

    /// The output that the page shows after a command, without empty lines.
    pub(crate) fn output(&self, command: &Text) -> Vec<Text> {
        let blocks = self.blocks().into_iter();
        let console = blocks.filter(|block| block.language == "console");
        let mut lines = console.flat_map(|block| block.lines);
        if !lines.any(|line| line.place == command.place) {
            return Vec::new();
        }
        let output = lines.take_while(|line| !line.text.starts_with("$ "));
        output.filter(|line| !line.text.is_empty()).collect()
    }

    /// All inline code, also where it goes on in the next line.
    pub(crate) fn spans(&self) -> Vec<Text> {
        let mut spans = Vec::new();
        let mut open: Option<Text> = None;
        let mut in_block = false;
        for line in self.lines() {
            if line.text.starts_with("```") {
                in_block = !in_block;
                continue;
            }
            if in_block {
                continue;
            }
            if line.text.is_empty() {
                open = None;
            }
            for (number, part) in line.text.split('`').enumerate() {
                if number > 0 {
                    match open.take() {
                        Some(span) => spans.push(span),
                        None => {
                            open = Some(Text {
                                place: line.place.clone(),
                                text: String::new(),
                            });
                        }
                    }
                }
                if let Some(open) = &mut open {
                    let part = if number == 0 { part.trim_start() } else { part };
                    open.text.push_str(part);
                }
            }
            if let Some(open) = &mut open {
                open.text.push(' ');
            }
        }
        spans
    }

    /// All tables.
    pub(crate) fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        let mut open: Option<Table> = None;
        for line in self.lines() {
            let cells = cells(&line);
            match &mut open {
                _ if cells.is_empty() => tables.extend(open.take()),
                None => {
                    let heading = cells.into_iter().map(|cell| cell.text).collect();
                    let rows = Vec::new();
                    open = Some(Table { heading, rows });
                }
                Some(table) => table.rows.push(cells.iter().map(code).collect()),
            }
        }
        tables.extend(open);
        tables
    }
}

/// What a person types in a line that begins with `$`.
fn typed(mut line: Text) -> Option<Text> {
    line.text = line.text.strip_prefix("$ ")?.to_owned();
    Some(line)
}

/// The cells of a line of a table; none for another line.
fn cells(line: &Text) -> Vec<Text> {
    let Some(inner) = line.text.strip_prefix('|') else {
        return Vec::new();
    };
    let inner = inner.trim_end().trim_end_matches('|');
    let cell = |text: &str| Text {
        place: line.place.clone(),
        text: text.trim().to_owned(),
    };
    inner.split('|').map(cell).collect()
}

/// The inline code of a cell.
fn code(cell: &Text) -> Vec<Text> {
    let parts = cell.text.split('`').skip(1).step_by(2);
    let code = parts.map(|text| Text {
        place: cell.place.clone(),
        text: text.to_owned(),
    });
    code.collect()
}
