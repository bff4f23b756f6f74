use axum::http::Uri;

use super::corpus;
use crate::key::Start;
use crate::query::{Path, Selection};

#[test]
fn a_selection_is_all_that_its_address_says() {
    fuzz::run(corpus("address"), |bytes| {
        let address = [b"/query?", bytes].concat();
        let Ok(address) = Uri::try_from(address) else {
            return;
        };
        let Ok(selection) = Selection::from_address(&address) else {
            return;
        };
        let link = selection.link_to_self();
        let again = link.parse().expect("a link is an address");
        let again = Selection::from_address(&again).expect("a link is accepted");
        assert_eq!(again, selection, "{link}");
        assert_eq!(again.link_to_self(), link);
        let _ = (
            selection.first(),
            selection.back(),
            selection.next("cursor"),
        );
    });
}

#[test]
fn a_cursor_is_refused_or_is_written_as_it_was_meant() {
    fuzz::run(corpus("cursor"), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Some(start) = Start::decode(&text) {
            let written = start.to_string();
            assert_eq!(Start::decode(&written), Some(start), "{written}");
        }
    });
}

#[test]
fn a_path_is_refused_or_is_written_as_it_was_meant() {
    fuzz::run(corpus("path"), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(path) = text.parse::<Path>() {
            let written = path.to_string();
            assert_eq!(written.parse(), Ok(path), "{written}");
        }
    });
}
