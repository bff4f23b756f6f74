/// One condition, in the words of the address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Condition {
    /// A [`super::Path`] as text.
    pub(crate) attribute: String,
    /// The test: `eq`, `between`, and so on.
    pub(crate) is: String,
    /// The tag of a type.
    pub(crate) kind: String,
    pub(crate) value: String,
    /// The upper end of `between`.
    pub(crate) and: String,
}
