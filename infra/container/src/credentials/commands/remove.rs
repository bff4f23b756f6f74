use clap::Args;
use deploy::Approval;
use deploy::cli::Consent;
use deploy::render::Shown;

use super::say::say;
use crate::Error;
use crate::credentials::change::change;
use crate::credentials::parameter::Parameter;

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
        say(&written, &format!("{shown} is removed"));
        Ok(())
    }
}
