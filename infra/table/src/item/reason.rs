/// Why a record or a response is invalid, as the second half of a sentence: `it has no id`.
pub(crate) type Reason = String;
