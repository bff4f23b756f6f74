use proptest::prelude::*;

use super::{Guard, OTHERS, write_name, write_text};

const GUARDS: [Guard; 2] = [Guard::Typed, Guard::Untyped];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "['=+@,\"\r\n\t{}\\[\\] 1-]{0,6}"]
}

proptest! {
    #[test]
    fn a_guarded_text_comes_back_and_is_no_formula(text in text()) {
        for guard in GUARDS {
            let guarded = guard.protect(&text);
            prop_assert_eq!(guard.unprotect(&guarded), &text);
            prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }

    #[test]
    fn no_two_texts_are_written_alike(one in text(), other in text()) {
        let pairs = [(&one, &other), (&one, &format!("'{one}"))];
        for (one, other) in pairs.into_iter().filter(|(one, other)| one != other) {
            for guard in GUARDS {
                prop_assert_ne!(guard.protect(one), guard.protect(other));
            }
            prop_assert_ne!(written(write_text, one), written(write_text, other));
            prop_assert_ne!(written(write_name, one), written(write_name, other));
        }
    }
}

fn written(write: fn(&str, &mut Vec<u8>), text: &str) -> String {
    let mut out = Vec::new();
    write(text, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn only_texts_that_need_it_are_changed() {
    for (text, expected) in [
        ("plain", "plain"),
        ("'tis", "'tis"),
        ("+49", "'+49"),
        ("'+49", "''+49"),
        ("5", "\"5\""),
        (" 5", "\" 5\""),
        ("true", "\"true\""),
        ("", "\"\""),
        ("{x", "'{x"),
        ("[\"x\"]", "\"'[\"\"x\"\"]\""),
        ("\u{feff}x", "\"\u{feff}x\""),
    ] {
        assert_eq!(written(write_text, text), expected, "{text}");
    }
    for (name, expected) in [
        ("price", "price"),
        ("price:N", "\"price:N\""),
        (OTHERS, "\"other attributes\""),
        ("=1", "'=1"),
    ] {
        assert_eq!(written(write_name, name), expected, "{name}");
    }
}
