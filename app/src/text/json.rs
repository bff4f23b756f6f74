/// Writes the text as a JSON string, with its quotes.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("writing to a vector cannot fail");
}
