//! The pages of the documentation, and the commands in their blocks.

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

impl Text {
    pub(crate) fn new(place: &str, text: &str) -> Self {
        Self {
            place: place.to_owned(),
            text: text.to_owned(),
        }
    }
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

    pub(crate) fn lines(&self) -> impl Iterator<Item = Text> {
        let lines = self.text.lines().enumerate();
        lines.map(|(number, line)| Text::new(&format!("{}:{}", self.name, number + 1), line))
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
}

/// What a person types in a line that begins with `$`.
fn typed(mut line: Text) -> Option<Text> {
    line.text = line.text.strip_prefix("$ ")?.to_owned();
    Some(line)
}
