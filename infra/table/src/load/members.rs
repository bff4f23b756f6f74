//! The members of an object, of which only the begin may be seen, and what they say it is.

use crate::format::FileFormat;
use crate::item::{Json, Kind, Reason, read_typed};

/// What the pages of a scan or a query have, and nothing else.
const OF_PAGE: [&str; 8] = [
    "Items",
    "Count",
    "ScannedCount",
    "ConsumedCapacity",
    "LastEvaluatedKey",
    "NextToken",
    "ResponseMetadata",
    "$metadata",
];
/// What a record of an incremental export has.
const OF_CHANGE: [&str; 4] = ["Metadata", "Keys", "NewImage", "OldImage"];

/// What an object has, as far as it is seen.
#[derive(Debug)]
pub(super) struct Members {
    names: Vec<(String, Shape)>,
    first_item: Option<Box<Self>>,
    pub(super) is_whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An object with a type of DynamoDB and its value.
    Typed,
    Object,
    Items,
    Other,
}

impl Members {
    const NONE: Self = Self {
        names: Vec::new(),
        first_item: None,
        is_whole: true,
    };

    pub(super) fn of(text: &str) -> Self {
        let mut seen = Self {
            is_whole: false,
            ..Self::NONE
        };
        let read = Json::new(text).members(|json, name| seen.add(json, &name));
        seen.is_whole = read.is_ok();
        seen
    }

    fn add(&mut self, json: &mut Json<'_>, name: &str) -> Result<(), Reason> {
        let begin = json.peek();
        let rest = json.rest();
        if begin == Some(b'[') && name == "Items" {
            let element = rest[1..].trim_start();
            let shape = if element.starts_with(['{', ']']) {
                Shape::Items
            } else {
                Shape::Other
            };
            self.first_item = Some(Box::new(Self::of(element)));
            self.names.push((name.to_owned(), shape));
            return json.skip().map(drop);
        }
        let read = json.skip();
        let is_typed = read
            .as_ref()
            .map_or(begins_typed(rest), |text| read_typed(text).is_ok());
        let shape = match begin {
            Some(b'{') if is_typed => Shape::Typed,
            Some(b'{') => Shape::Object,
            _ => Shape::Other,
        };
        if read.is_ok() || begin == Some(b'{') {
            self.names.push((name.to_owned(), shape));
        }
        read.map(drop)
    }

    /// The format of an item that has them, once it is clear.
    ///
    /// An item without types cannot look like one with types: no key is a map.
    pub(super) fn format(&self, is_all: bool) -> Option<FileFormat> {
        let has = |shape| self.names.iter().any(|(_, found)| *found == shape);
        let is_clear = self.is_whole || is_all;
        let is_item = self
            .names
            .first()
            .is_some_and(|(name, shape)| name == "Item" && *shape != Shape::Other);
        if is_item || is_clear && self.are_of_change() {
            return Some(FileFormat::DynamodbJson);
        }
        let is_of = |name: &str| OF_PAGE.contains(&name) || OF_CHANGE.contains(&name);
        let is_plain = |(name, shape): &(String, Shape)| *shape != Shape::Typed && !is_of(name);
        if self.names.iter().any(is_plain) {
            return Some(FileFormat::JsonLines);
        }
        let typed = has(Shape::Typed) && !has(Shape::Object) && !has(Shape::Other);
        is_clear.then_some(if typed {
            FileFormat::DynamodbJson
        } else {
            FileFormat::JsonLines
        })
    }

    /// The format of the `Items` of a page; `DynamoDB` itself writes types.
    pub(super) fn format_of_items(&self) -> FileFormat {
        let first = self.first_item.as_deref();
        let first = first.filter(|first| !first.names.is_empty());
        let format = first.and_then(|first| first.format(true));
        format.unwrap_or(FileFormat::DynamodbJson)
    }

    /// Whether it is a record of an incremental export.
    pub(super) fn are_of_change(&self) -> bool {
        let mut names = self.names.iter();
        !self.names.is_empty()
            && names
                .all(|(name, shape)| OF_CHANGE.contains(&name.as_str()) && *shape != Shape::Other)
    }

    /// Whether it is a page of a scan or a query, which no key of a table is called like.
    pub(super) fn are_of_page(&self, key: &[(String, Kind)]) -> bool {
        let mut names = self.names.iter();
        names.all(|(name, _)| {
            OF_PAGE.contains(&name.as_str()) && key.iter().all(|(key, _)| key != name)
        }) && self.names.iter().any(|(_, shape)| *shape == Shape::Items)
    }
}

/// Whether an object that is not seen in full has a type of `DynamoDB` first.
fn begins_typed(text: &str) -> bool {
    let mut tag = None;
    // It breaks off, or is told to.
    let _ = Json::new(text).members(|_, name| {
        tag = Kind::of_tag(&name);
        Err(Reason::new())
    });
    tag.is_some()
}
