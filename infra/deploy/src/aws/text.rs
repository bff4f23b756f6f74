/// The text of a field in a response, or an empty text if the field is missing. The SDK marks nearly
/// every field as optional, even those that AWS always sends.
pub(super) fn text(field: Option<&String>) -> String {
    field.cloned().unwrap_or_default()
}
