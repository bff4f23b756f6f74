/// A field of AWS as a text. AWS marks nearly every field as optional, also those that it always
/// gives; one that is missing is shown as an empty text.
pub(super) fn text(field: Option<&String>) -> String {
    field.cloned().unwrap_or_default()
}
