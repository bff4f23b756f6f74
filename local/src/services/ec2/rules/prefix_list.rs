//! Rules for prefix lists.

use crate::aws::{Block, Block6};
use crate::resources::subject::{Subject, fail_if, repeated, text};

pub(super) fn prefix_list_size(subject: &Subject<'_>) -> Result<(), String> {
    let size = subject.number("MaxEntries").unwrap_or(1);
    fail_if(!(1..=1000).contains(&size), || {
        "Must specify a max size between 1 and 1000".into()
    })
}

pub(super) fn prefix_list_name(subject: &Subject<'_>) -> Result<(), String> {
    let name = subject.text("PrefixListName").unwrap_or("");
    fail_if(name.starts_with("com.amazonaws"), || {
        format!(
            "Value ({name}) for parameter PrefixListName is invalid. Prefix list names cannot start with com.amazonaws."
        )
    })
}

pub(super) fn prefix_list_blocks(subject: &Subject<'_>) -> Result<(), String> {
    let is_ipv6 = subject.text("AddressFamily") == Some("IPv6");
    let is_block = |block: &str| {
        if is_ipv6 {
            Block6::parse(block).is_some()
        } else {
            Block::around(block).is_some()
        }
    };
    let wrong = blocks(subject).find(|block| !is_block(block));
    wrong.map_or(Ok(()), |block| {
        Err(format!(
            "Value ({block}) for parameter Cidr is invalid. This is not a valid CIDR block."
        ))
    })
}

pub(super) fn prefix_list_blocks_differ(subject: &Subject<'_>) -> Result<(), String> {
    repeated(blocks(subject)).map_or(Ok(()), |block| {
        Err(format!(
            "The CIDR {block} is duplicated. A prefix list has an entry once."
        ))
    })
}

pub(super) fn prefix_list_full(subject: &Subject<'_>) -> Result<(), String> {
    let most = subject.number("MaxEntries").unwrap_or(i64::MAX);
    let full = subject.list("Entries").len() as u64 > most.unsigned_abs();
    fail_if(full, || {
        "You've reached the maximum number of entries for the prefix list.".into()
    })
}

fn blocks<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a str> {
    let entries = subject.list("Entries").iter();
    entries.map(|entry| text(entry, "Cidr").unwrap_or(""))
}
