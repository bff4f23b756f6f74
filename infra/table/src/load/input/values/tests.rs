use crate::load::input::{Layout, Records, Stop};

/// The values in a text that is read in pieces of this size, and why reading stops.
fn all(text: &str, pages: bool, piece: usize) -> (Vec<String>, Option<String>) {
    let input = std::io::BufReader::with_capacity(piece, text.as_bytes());
    let mut records = Records::new(input, Layout::Values { pages }, b"");
    let mut found = Vec::new();
    loop {
        match records.advance() {
            Ok(true) => found.push(records.record().text.unwrap().to_owned()),
            Ok(false) => return (found, None),
            Err(Stop::Broken(location, reason)) => {
                return (found, Some(format!("{}: {reason}", location.number)));
            }
            Err(Stop::Failed(err)) => panic!("{err}"),
        }
    }
}

#[test]
fn values_are_found_however_they_are_written() {
    for (text, pages, expected) in [
        ("", false, &[][..]),
        ("[]", false, &[]),
        (" [ {\"a\":1} ,\n{}\n]\n", false, &["{\"a\":1}", "{}"]),
        ("\u{feff}[{}]", false, &["{}"]),
        ("[1,\"]\",null][{}]", false, &["1", "\"]\"", "null", "{}"]),
        (
            "{\n \"a\": \"}\\\"\"\n}{}",
            false,
            &["{\n \"a\": \"}\\\"\"\n}", "{}"],
        ),
        (
            "{\"Items\":[{\"a\":[1]}, {}],\"Count\":2}",
            true,
            &["{\"a\":[1]}", "{}"],
        ),
        (
            "{\"Count\": 1, \"Items\": [{}], \"K\": {\"Items\":[1]}, \"N\": null}\n{\"Items\":[]}{\"Items\":[{}]}",
            true,
            &["{}", "{}"],
        ),
    ] {
        for piece in [1, 3, 4096] {
            let (found, stop) = all(text, pages, piece);
            assert_eq!(
                (found, stop),
                (expected.iter().map(ToString::to_string).collect(), None),
                "{text}"
            );
        }
    }
}

#[test]
fn an_incomplete_file_names_the_value() {
    for (text, pages, expected) in [
        ("[{},", false, "2: the file ends where JSON needs a value"),
        (
            "[{}",
            false,
            "2: the file ends where JSON needs a comma or ]",
        ),
        (
            "[{},{\"a\":",
            false,
            "2: the file ends where JSON needs the end of a value",
        ),
        (
            "[{\"a\":\"",
            false,
            "1: the file ends where JSON needs the end of a value",
        ),
        ("[{},]", false, "2: there is ']' where JSON needs a value"),
        (
            "[{} {}]",
            false,
            "2: there is '{' where JSON needs a comma or ]",
        ),
        (
            "[{}] x",
            false,
            "2: there is 'x' where JSON needs an object in {}",
        ),
        (
            "{\"Items\":[{}]",
            true,
            "2: the file ends where JSON needs a comma or }",
        ),
        (
            "{\"Items\":[{}],5",
            true,
            "2: there is '5' where JSON needs a string in quotes",
        ),
        (
            "{\"Items\"",
            true,
            "1: the file ends where JSON needs a colon",
        ),
        (
            "{\"Items\":[]}{\"a\":1}",
            true,
            "1: an object has no Items, so it is not a page of a scan or a query",
        ),
        (
            "{}",
            true,
            "1: an object has no Items, so it is not a page of a scan or a query",
        ),
        (
            "{\"Count\":",
            true,
            "1: the file ends where JSON needs a value",
        ),
    ] {
        for piece in [1, 4096] {
            assert_eq!(
                all(text, pages, piece).1.as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }
}

#[test]
fn a_position_in_a_list_is_resumed() {
    let text = b"{\"Items\":[{\"a\":1},\n{\"a\":2},{\"a\":3}]}";
    let layout = Layout::Values { pages: true };
    let mut records = Records::new(&text[..], layout, b"seed");
    assert!(records.advance().unwrap() && records.advance().unwrap());
    let position = records.position();
    let mut again = Records::new(&text[..], layout, b"seed");
    assert!(again.resume(&position).unwrap());
    assert!(again.advance().unwrap());
    let record = again.record();
    assert_eq!(
        (record.text.unwrap(), record.location.number),
        ("{\"a\":3}", 3)
    );
    assert!(!again.advance().unwrap());
    let mut other = Records::new(&text[..], layout, b"another");
    assert!(!other.resume(&position).unwrap());
}
