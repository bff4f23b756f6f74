use std::env;
use std::error::Error;
use std::iter::successors;
use std::path::{Path, PathBuf};

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::error::SettingsError;
use super::variable::{given, is_empty};

const DEFAULT: &str = "default";

/// The profile that the environment names.
#[derive(Debug)]
pub(super) struct Profile(ProfileSet);

impl Profile {
    pub(super) async fn selected() -> Result<Self, SettingsError> {
        let name = is_empty("AWS_PROFILE").then_some(DEFAULT.into());
        let files = EnvConfigFiles::default();
        let loaded = aws_config::profile::load(&Fs::real(), &Env::real(), &files, name).await;
        let profile = Self(loaded.map_err(|err| SettingsError::Files(message(&err)))?);
        if profile.is_missing() && !is_not_needed() {
            return Err(profile.missing());
        }
        Ok(profile)
    }

    pub(super) fn name(&self) -> &str {
        self.0.selected_profile()
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).map(str::to_owned)
    }

    /// A setting from the variable, else from the profile, with the name of the variable or the key.
    pub(super) fn setting(
        &self,
        variable: &'static str,
        key: &'static str,
    ) -> Option<(&'static str, String)> {
        let of_variable = given(variable).map(|value| (variable, value));
        of_variable.or_else(|| Some((key, self.get(key)?)))
    }

    fn is_missing(&self) -> bool {
        self.name() != DEFAULT && self.0.get_profile(self.name()).is_none()
    }

    fn missing(&self) -> SettingsError {
        let mut known: Vec<_> = self.0.profiles().map(str::to_owned).collect();
        known.sort();
        SettingsError::NoProfile {
            name: self.name().to_owned(),
            config: file("AWS_CONFIG_FILE", "config"),
            credentials: file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            known,
        }
    }
}

/// Returns whether variables give everything that a profile would.
fn is_not_needed() -> bool {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let regions = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    keys.into_iter().all(|name| given(name).is_some())
        && regions.into_iter().any(|name| given(name).is_some())
}

fn file(variable: &str, name: &str) -> PathBuf {
    match given(variable) {
        Some(path) => path.into(),
        None => home().join(".aws").join(name),
    }
}

fn home() -> PathBuf {
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.unwrap_or_else(|| Path::new("~").to_owned())
}

/// The messages of an error and its causes on one line.
fn message(err: &(dyn Error + 'static)) -> String {
    let causes = successors(Some(err), |&err| err.source()).map(ToString::to_string);
    let text = causes.collect::<Vec<_>>().join(": ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
