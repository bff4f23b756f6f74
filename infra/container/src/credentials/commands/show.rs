use clap::Args;
use deploy::Output;
use deploy::cli::Format;

use super::new::Pipe;
use crate::Error;
use crate::credentials::parameter::Parameter;
use crate::credentials::table::Users;

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Also show the passwords, the newest last
    #[arg(long)]
    passwords: bool,
    #[command(flatten)]
    pipe: Pipe,
    #[command(flatten)]
    format: Format,
}

impl Show {
    pub(super) async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
        if self.passwords {
            self.pipe.check()?;
        }
        let version = parameter.read().await?;
        let users = Users::of(&version.accounts, self.passwords);
        Output::from(self.format).show(&users);
        Ok(())
    }
}
