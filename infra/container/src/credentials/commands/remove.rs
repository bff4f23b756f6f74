use clap::Args;
use deploy::Approval;
use deploy::cli::Consent;
use deploy::render::Shown;

use super::say::say;
use crate::credentials::change::change;
use crate::credentials::parameter::Parameter;
use crate::{CredentialsError, Error};

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The name of the user
    #[arg(long, value_name = "NAME")]
    user: String,
    #[command(flatten)]
    consent: Consent,
}

impl Remove {
    pub(super) async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
        let user = &self.user;
        // Before the question: the change may be impossible.
        parameter.read().await?.accounts.without(user)?;
        let shown = Shown(user);
        let reason = format!("the user {shown} would be removed");
        let question = format!("Remove the user {shown} with all passwords?");
        Approval::from(self.consent)
            .of_risk(&reason, &question)
            .await?;
        let written = change(parameter, |accounts| accounts.without(user)).await?;
        if written.accounts.passwords(user) > 0 {
            return Err(CredentialsError::ChangedToo(user.clone()).into());
        }
        say(&written, &format!("{shown} is removed"));
        Ok(())
    }
}
