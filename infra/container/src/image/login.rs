//! Who pushes: what the command line says, else what `docker login` or `podman login` has left.

mod file;
mod helper;
mod places;

use std::env;

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

use super::Error;
use file::File;

/// Where the password is read from: a command line can be seen by everybody on the machine.
const PASSWORD: &str = "REGISTRY_PASSWORD";

/// Who pushes.
#[derive(Debug, Clone)]
pub enum Login {
    /// Nobody in particular.
    Anonymous,
    /// Somebody with a password.
    Password {
        /// Who.
        username: String,
        /// The password, or a token that stands for one.
        password: SecretString,
    },
}

impl Login {
    /// The login for a repository of a registry: `username` with the password from
    /// `REGISTRY_PASSWORD`, else what `podman login` or `docker login` has left behind, else none.
    pub fn find(registry: &str, repository: &str, username: Option<&str>) -> Result<Self, Error> {
        match username {
            Some(username) => Ok(Self::Password {
                username: username.to_owned(),
                password: env::var(PASSWORD).map_err(|_| Error::NoPassword)?.into(),
            }),
            None => left_behind(registry, repository),
        }
    }

    /// Adds the user and the password to a request.
    pub(crate) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Anonymous => request,
            Self::Password { username, password } => {
                request.basic_auth(username, Some(password.expose_secret()))
            }
        }
    }
}

/// The first file with a login decides.
fn left_behind(registry: &str, repository: &str) -> Result<Login, Error> {
    for path in places::of_logins(|name| env::var_os(name)) {
        let Some(file) = File::read(&path)? else {
            continue;
        };
        let login = file.login(registry, repository);
        let login = login.map_err(|reason| Error::Login {
            registry: registry.to_owned(),
            path,
            reason,
        })?;
        if let Some(login) = login {
            return Ok(login);
        }
    }
    Ok(Login::Anonymous)
}
