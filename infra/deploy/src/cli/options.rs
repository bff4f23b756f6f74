//! The arguments, converted to what the operations take.

use clap::Args;

use super::{Consent, Deploy, Destroy, EnvironmentArgs, Execute, Format};
use crate::Output;
use crate::follow::Following;
use crate::model::{PREFIX, Parameters};
use crate::operation::{Approval, Options};

impl From<Consent> for Approval {
    fn from(consent: Consent) -> Self {
        if consent.yes {
            Self::Never
        } else {
            consent.approval
        }
    }
}

impl From<Format> for Output {
    fn from(format: Format) -> Self {
        if format.json { Self::Json } else { Self::Lines }
    }
}

impl From<Following> for Options {
    fn from(following: Following) -> Self {
        Self {
            output: Output::Lines,
            following,
            ..Self::default()
        }
    }
}

impl<P: Args + Into<Parameters>> Deploy<P> {
    /// Converts the arguments to [`Options`].
    #[must_use]
    pub fn options(self, env: &EnvironmentArgs) -> Options {
        Options {
            parameters: env.parameters(self.parameters.into()),
            approval: self.consent.into(),
            output: self.format.into(),
            revert_drift: self.revert_drift,
            termination_protection: self.termination_protection,
            following: self.following,
            skip: self.skip,
            express: self.express,
            ..Options::default()
        }
    }
}

impl Execute {
    /// Converts the arguments to [`Options`].
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            approval: self.consent.into(),
            output: self.format.into(),
            following: self.following.clone(),
            ..Options::default()
        }
    }
}

impl Destroy {
    /// Converts the arguments to [`Options`].
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            approval: self.consent.into(),
            output: Output::Lines,
            force: self.force,
            following: self.following.clone(),
            retain: self.retain.clone(),
            ..Options::default()
        }
    }
}

impl EnvironmentArgs {
    /// The parameters, with `--prefix` if it is given.
    #[must_use]
    pub fn parameters(&self, mut given: Parameters) -> Parameters {
        given.extend(
            self.prefix
                .clone()
                .map(|prefix| (PREFIX.to_owned(), prefix)),
        );
        given
    }
}
