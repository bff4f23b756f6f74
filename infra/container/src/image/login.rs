use std::env;

use docker_credential::{CredentialRetrievalError as Missing, DockerCredential};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

use super::Error;

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
    /// The login for a registry: `username` with the password from `REGISTRY_PASSWORD`, else what
    /// `docker login` has left behind, else none.
    pub fn find(registry: &str, username: Option<&str>) -> Result<Self, Error> {
        match username {
            Some(username) => Ok(Self::Password {
                username: username.to_owned(),
                password: env::var(PASSWORD).map_err(|_| Error::NoPassword)?.into(),
            }),
            None => of_docker(registry),
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

fn of_docker(registry: &str) -> Result<Login, Error> {
    match docker_credential::get_credential(key(registry)) {
        Ok(DockerCredential::UsernamePassword(username, password)) => Ok(Login::Password {
            username,
            password: password.into(),
        }),
        // No file, or nothing in it about this registry.
        Err(
            Missing::ConfigNotFound | Missing::ConfigReadError | Missing::NoCredentialConfigured,
        ) => Ok(Login::Anonymous),
        // A helper says this where it has no login to give.
        Err(Missing::HelperFailure { stdout, .. }) if stdout.contains("not found") => {
            Ok(Login::Anonymous)
        }
        Ok(DockerCredential::IdentityToken(_)) => Err(Error::DockerLogin {
            registry: registry.to_owned(),
            reason: "it holds an identity token, which only Docker itself can use".to_owned(),
        }),
        Err(err) => Err(Error::DockerLogin {
            registry: registry.to_owned(),
            reason: err.to_string().lines().collect::<Vec<_>>().join(" "),
        }),
    }
}

/// Docker's own registry goes by its first name in the file.
fn key(registry: &str) -> &str {
    match registry {
        "docker.io" => "https://index.docker.io/v1/",
        registry => registry,
    }
}
