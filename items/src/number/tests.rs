use proptest::prelude::*;

use super::Number;

/// What `DynamoDB` refuses.
const REFUSED: [&str; 17] = [
    "",
    "-",
    ".",
    "-.e1",
    "e5",
    "1e",
    "1 000",
    "1,5",
    "NaN",
    "Infinity",
    "0x10",
    "--1",
    "1E+126",
    "1E-131",
    "1e99999999999",
    "123456789012345678901234567890123456789",
    "\u{663}",
];

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
}

#[test]
fn a_number_has_one_text_however_it_was_written() {
    for (text, expected) in [
        ("0", "0"),
        ("-0.00", "0"),
        ("0e99999", "0"),
        ("007", "7"),
        ("+1", "1"),
        ("1.50e1", "1.5e1"),
        ("15", "1.5e1"),
        (".5", "5e-1"),
        ("5.", "5"),
        ("-100", "-1e2"),
        ("1e3", "1e3"),
        ("1E-130", "1e-130"),
        ("0.00012", "1.2e-4"),
        (
            "9.9999999999999999999999999999999999999E+125",
            "9.9999999999999999999999999999999999999e125",
        ),
        (
            "-12345678901234567890123456789012345678",
            "-1.2345678901234567890123456789012345678e37",
        ),
        (
            "1234567890123456789012345678901234567800000",
            "1.2345678901234567890123456789012345678e42",
        ),
        ("0.000000000000000000000000000000000000000000001", "1e-45"),
    ] {
        assert_eq!(number(text).to_string(), expected, "{text}");
    }
}

#[test]
fn no_other_text_is_a_number() {
    for text in REFUSED {
        assert_eq!(Number::parse(text), None, "{text}");
    }
}

#[test]
fn the_order_is_exact() {
    let ordered = [
        "-1E+125",
        "-2",
        "-1.5",
        "-1",
        "-1E-130",
        "0",
        "1E-130",
        "0.1",
        "0.11",
        "1",
        "1.0000000000000000000000000000000000001",
        "2",
        "10",
        "12345678901234567890123456789012345677",
        "12345678901234567890123456789012345678",
    ];
    for pair in ordered.windows(2) {
        assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
    }
    assert_eq!(number("1.50e1"), number("015"));
    assert_eq!(number("-0"), number("0.00"));
}

#[test]
fn only_digits_that_count_have_a_size() {
    for (text, expected) in [
        ("0", 1),
        ("-0", 1),
        ("1", 2),
        ("12", 2),
        ("-123", 4),
        ("1000", 2),
        ("0.001", 2),
        ("12345678901234567890123456789012345678", 20),
    ] {
        assert_eq!(number(text).size(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn a_text_is_read_again_as_the_same_number(
        text in "[+-]?[0-9]{0,20}[.]?[0-9]{1,18}([eE][+-]?[0-7]?[0-9])?",
    ) {
        let number = number(&text);
        prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
    }

    #[test]
    fn integers_are_ordered_as_integers(one in any::<i64>(), other in any::<i64>()) {
        let order = number(&one.to_string()).cmp(&number(&other.to_string()));
        prop_assert_eq!(order, one.cmp(&other));
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9.eE+ä-]{0,12}") {
        let _ = Number::parse(&text);
    }
}
