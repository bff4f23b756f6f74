//! How Auto Scaling says that something is refused.

use crate::aws::AwsError;
use crate::resources::direct::{Words, sentence};

pub(super) const WORDS: Words = Words {
    properties: plain,
    request: plain,
};

#[expect(clippy::needless_pass_by_value, reason = "it is used in map_err")]
fn plain(reason: String) -> AwsError {
    let sentence = sentence(&reason);
    if let Some(what) = sentence
        .strip_prefix("the local AWS does not do ")
        .and_then(|rest| rest.strip_suffix(" yet"))
    {
        return AwsError::unsupported(what);
    }
    let code = if sentence.starts_with("No scalable target registered") {
        "ObjectNotFoundException"
    } else {
        "ValidationException"
    };
    AwsError::new(code, sentence)
}
