use deploy::Output;

use crate::credentials::change::Written;
use crate::credentials::live::LIVE;

/// Says what was done.
pub(super) fn say(written: &Written, what: &str) {
    let seconds = LIVE.as_secs();
    Output::Lines.progress(&format!(
        "✅  {what}: the app knows it within {seconds} seconds"
    ));
    if written.was_merged {
        Output::Lines.progress(
            "Somebody else has changed the accounts at the same moment: both changes were made",
        );
    }
}
