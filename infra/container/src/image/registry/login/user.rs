use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

/// The user who pushes.
#[derive(Debug, Clone)]
pub enum Login {
    /// No user.
    Anonymous,
    /// A user with a password.
    Password {
        /// The name of the user.
        username: String,
        /// The password, or a token in place of one.
        password: SecretString,
    },
}

impl Login {
    /// Adds the user and the password to a request.
    pub(in crate::image::registry) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Anonymous => request,
            Self::Password { username, password } => {
                request.basic_auth(username, Some(password.expose_secret()))
            }
        }
    }
}
