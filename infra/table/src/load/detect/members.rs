//! The members of an object, possibly cut off, and what they say about the format.

use items::Kind;

use crate::format::FileFormat;
use crate::item::{Json, KeyAttribute, Reason, read_typed};

/// The members of a page of a scan or a query.
const PAGE_MEMBERS: [&str; 8] = [
    "Items",
    "Count",
    "ScannedCount",
    "ConsumedCapacity",
    "LastEvaluatedKey",
    "NextToken",
    "ResponseMetadata",
    "$metadata",
];
/// The members of a record of an incremental export.
const CHANGE_MEMBERS: [&str; 4] = ["Metadata", "Keys", "NewImage", "OldImage"];

/// The members of an object, as far as its text is known.
#[derive(Debug)]
pub(super) struct Members {
    names: Vec<(String, Shape)>,
    /// The first of the `Items`.
    first_item: Option<Box<Self>>,
    /// Whether the text has the whole object.
    pub(super) is_whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A value of `DynamoDB` JSON: an object with a type and a value.
    Typed,
    Object,
    Items,
    Other,
}

impl Members {
    pub(super) fn of(text: &str) -> Self {
        let mut members = Self {
            names: Vec::new(),
            first_item: None,
            is_whole: false,
        };
        let read = Json::new(text).members(|json, name| members.add(json, &name));
        members.is_whole = read.is_ok();
        members
    }

    /// The format of an item with these members, once it is clear.
    ///
    /// An item without types cannot look like one with types, since no key is a map.
    pub(super) fn format(&self, is_all: bool) -> Option<FileFormat> {
        let is_clear = self.is_whole || is_all;
        let is_wrapped = self
            .names
            .first()
            .is_some_and(|(name, shape)| name == "Item" && *shape != Shape::Other);
        if is_wrapped || is_clear && self.are_of_change() {
            return Some(FileFormat::DynamodbJson);
        }
        let is_reserved =
            |name: &str| PAGE_MEMBERS.contains(&name) || CHANGE_MEMBERS.contains(&name);
        let is_plain =
            |(name, shape): &(String, Shape)| *shape != Shape::Typed && !is_reserved(name);
        if self.names.iter().any(is_plain) {
            return Some(FileFormat::JsonLines);
        }
        let has = |shape| self.names.iter().any(|(_, found)| *found == shape);
        let is_typed = has(Shape::Typed) && !has(Shape::Object) && !has(Shape::Other);
        is_clear.then_some(if is_typed {
            FileFormat::DynamodbJson
        } else {
            FileFormat::JsonLines
        })
    }

    /// The format of the `Items` of a page; DynamoDB JSON if there are none.
    pub(super) fn format_of_items(&self) -> FileFormat {
        let first = self.first_item.as_deref();
        let first = first.filter(|first| !first.names.is_empty());
        let format = first.and_then(|first| first.format(true));
        format.unwrap_or(FileFormat::DynamodbJson)
    }

    /// Whether they are of a record of an incremental export.
    pub(super) fn are_of_change(&self) -> bool {
        let mut names = self.names.iter();
        !self.names.is_empty()
            && names.all(|(name, shape)| {
                CHANGE_MEMBERS.contains(&name.as_str()) && *shape != Shape::Other
            })
    }

    /// Whether they are of a page of a scan or a query, and none of them is a key of the table.
    pub(super) fn are_of_page(&self, key: &[KeyAttribute]) -> bool {
        let mut names = self.names.iter();
        names.all(|(name, _)| {
            PAGE_MEMBERS.contains(&name.as_str()) && key.iter().all(|(key, _)| key != name)
        }) && self.names.iter().any(|(_, shape)| *shape == Shape::Items)
    }

    fn add(&mut self, json: &mut Json<'_>, name: &str) -> Result<(), Reason> {
        let start = json.peek();
        let rest = json.rest();
        if start == Some(b'[') && name == "Items" {
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
        let is_typed = match &read {
            Ok(text) => read_typed(text).is_ok(),
            Err(_) => starts_typed(rest),
        };
        let shape = match start {
            Some(b'{') if is_typed => Shape::Typed,
            Some(b'{') => Shape::Object,
            _ => Shape::Other,
        };
        if read.is_ok() || start == Some(b'{') {
            self.names.push((name.to_owned(), shape));
        }
        read.map(drop)
    }
}

/// Whether the first member of an object that is cut off is a type of `DynamoDB`.
fn starts_typed(text: &str) -> bool {
    let mut tag = None;
    // The closure stops the reader after the first name, if the text does not end before.
    let _ = Json::new(text).members(|_, name| {
        tag = Kind::of_tag(&name);
        Err(Reason::new())
    });
    tag.is_some()
}
