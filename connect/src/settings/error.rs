use std::path::PathBuf;

/// A setting that cannot be used: one sentence, with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The profile does not exist.
    #[error(
        "the profile {name} (AWS_PROFILE) does not exist in {} or {}{}: correct or unset AWS_PROFILE, or create the profile with `aws configure sso --profile {name}`",
        .config.display(), .credentials.display(), listed(.known)
    )]
    NoProfile {
        /// The name in `AWS_PROFILE`.
        name: String,
        /// The file with settings.
        config: PathBuf,
        /// The file with access keys.
        credentials: PathBuf,
        /// The existing profiles.
        known: Vec<String>,
    },
    /// A file cannot be read or parsed.
    #[error("the settings of AWS cannot be read: {0}")]
    Files(String),
    /// A value is invalid.
    #[error("{name} is {value:?}, which is not {expected}: correct or unset it")]
    Invalid {
        /// The variable, or the key in the profile.
        name: String,
        /// Its value.
        value: String,
        /// A description of a valid value.
        expected: &'static str,
    },
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        return String::new();
    }
    format!(" (existing profiles: {})", known.join(", "))
}
