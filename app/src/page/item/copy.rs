/// Rewrites JSON so that a copy from a page is exact: characters that HTML does not allow are written
/// as JSON escapes.
pub(super) fn to_copy(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        let is_forbidden = matches!(character, '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}')
            || u32::from(character) & 0xfffe == 0xfffe;
        if is_forbidden {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            text.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use askama::filters::Escaper;

    use super::to_copy;
    use crate::text::Escape;

    #[test]
    fn json_is_exact_after_it_was_in_a_page() {
        let text = "\u{0}\u{1f}\u{7f}\u{85}\u{fdd0}\u{ffff}\u{1fffe}\u{1f600}\n<\"'&";
        let json = to_copy(&serde_json::json!(text).to_string());
        let mut escaped = String::new();
        Escape.write_escaped_str(&mut escaped, &json).unwrap();
        let mut read = escaped;
        for (entity, character) in [
            ("&lt;", "<"),
            ("&#34;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ] {
            read = read.replace(entity, character);
        }
        assert_eq!(serde_json::from_str::<String>(&read).unwrap(), text);
    }
}
