use std::io::IsTerminal;

use clap::Args;
use deploy::Output;
use secrecy::{ExposeSecret, SecretString};

use crate::CredentialsError;
use crate::credentials::password;

/// The new password.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Read the new password from standard input [default: a random one, which is printed]
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    pipe: Pipe,
}

#[derive(Debug, Args)]
pub(super) struct Pipe {
    /// Print passwords although the output is no terminal, but a pipe, a file or a log
    #[arg(long)]
    pipe: bool,
}

/// A password that is printed unless it was given.
pub(super) struct NewPassword {
    pub(super) text: SecretString,
    pub(super) is_random: bool,
}

impl New {
    pub(super) fn password(&self) -> Result<NewPassword, CredentialsError> {
        let text = if self.password_stdin {
            password::from_stdin()?
        } else {
            password::random()
        };
        Ok(NewPassword {
            text,
            is_random: !self.password_stdin,
        })
    }

    /// A password that cannot be shown would lock out its user.
    pub(super) fn check(&self, new: &NewPassword) -> Result<(), CredentialsError> {
        if new.is_random {
            self.pipe.check()
        } else {
            Ok(())
        }
    }
}

impl Pipe {
    pub(super) fn check(&self) -> Result<(), CredentialsError> {
        if self.pipe || std::io::stdout().is_terminal() {
            Ok(())
        } else {
            Err(CredentialsError::NoTerminal)
        }
    }
}

impl NewPassword {
    /// Prints the password alone to standard output, to be piped.
    pub(super) fn print(&self) {
        if self.is_random {
            Output::Lines.result(self.text.expose_secret());
        }
    }
}
