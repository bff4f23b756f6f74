/// Why a record or a response is invalid, for example `it has no id`. Messages put the file and the
/// line before it.
pub(crate) type Reason = String;
