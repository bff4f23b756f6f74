use super::*;

const CSV: Layout = Layout::Csv { delimiter: None };

fn all(text: &[u8], layout: Layout) -> Vec<(u64, Result<String, String>)> {
    let mut records = Records::new(text, layout, b"");
    let mut found = Vec::new();
    while records.advance().unwrap() {
        let record = records.record();
        found.push((record.location.line, record.text.map(str::to_owned)));
    }
    assert_eq!(records.position().offset, text.len() as u64);
    found
}

fn ok(line: u64, text: &str) -> (u64, Result<String, String>) {
    (line, Ok(text.to_owned()))
}

#[test]
fn every_line_that_is_not_blank_is_a_record() {
    let text = "\u{feff}a\r\n\n \t\r\n\"b\nc";
    let expected = [ok(1, "a"), ok(4, "\"b"), ok(5, "c")];
    assert_eq!(all(text.as_bytes(), Layout::Lines), expected);
    assert_eq!(all("\u{feff}\n".as_bytes(), Layout::Lines), []);
}

#[test]
fn a_line_break_in_quotes_is_part_of_a_csv_record() {
    let text = "a,\"b\nc\"\"\n\"\r\nd\n";
    let expected = [ok(1, "a,\"b\nc\"\"\n\""), ok(4, "d")];
    assert_eq!(all(text.as_bytes(), CSV), expected);
    let text = "a,5\" disk\nb,6\" disk\n";
    let expected = [ok(1, "a,5\" disk"), ok(2, "b,6\" disk")];
    assert_eq!(all(text.as_bytes(), CSV), expected);
}

#[test]
fn a_quote_that_is_never_closed_stops_the_reader_within_bounded_memory() {
    let long = [&b"a\n\"b\n"[..], &vec![b'x'; 2 * MAX_RECORD]].concat();
    for text in [&b"a\n\"b\nc"[..], &long] {
        let mut records = Records::new(text, CSV, b"");
        assert!(records.advance().unwrap());
        let Err(Stop::Broken(location, reason)) = records.advance() else {
            panic!("it continues");
        };
        assert_eq!(
            (location.line, reason.as_str()),
            (2, "it has a quote that is never closed")
        );
    }
}

#[test]
fn invalid_text_and_a_record_that_is_too_long_are_one_bad_record_each() {
    assert!(all(b"\xff\na", Layout::Lines)[0].1.is_err());
    let text = [vec![b'x'; MAX_RECORD + 9], b"\nnext".to_vec()].concat();
    let found = all(&text, Layout::Lines);
    assert!(found[0].1.is_err());
    assert_eq!(found[1], ok(2, "next"));
    let text = [&b"[\""[..], &vec![b'x'; MAX_RECORD], b"\",{}]"].concat();
    let found = all(&text, Layout::Values { pages: false });
    assert!(found[0].1.is_err());
    assert_eq!(found[1], ok(1, "{}"));
}

#[test]
fn a_position_is_resumed_only_after_the_same_bytes() {
    let mut records = Records::new(&b"a\nb\nc\n"[..], Layout::Lines, b"");
    assert!(records.advance().unwrap() && records.advance().unwrap());
    let position = records.position();
    let mut appended = Records::new(&b"a\nb\nd\n"[..], Layout::Lines, b"");
    assert!(appended.resume(&position).unwrap());
    assert!(appended.advance().unwrap());
    assert_eq!(appended.record().location.line, 3);
    for other in [&b"a\nX\nc\n"[..], b"a\n"] {
        assert!(
            !Records::new(other, Layout::Lines, b"")
                .resume(&position)
                .unwrap()
        );
    }
}
