use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::role::Role;
use crate::error::WebError;

/// A user who has logged in: an extension of the request, which handlers take as an argument, and of the response,
/// for the log.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: Arc<str>,
    pub(crate) role: Role,
}

/// The name, with its control characters written out: the log is read on a terminal.
impl Display for User {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.name.chars().try_for_each(|c| {
            if c.is_control() {
                write!(f, "{}", c.escape_default())
            } else {
                write!(f, "{c}")
            }
        })
    }
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get()
            .cloned()
            .ok_or(WebError::Unauthorized)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_nothing_to_the_terminal_that_shows_the_log() {
        let user = User {
            name: "a\u{1b}[2J\nb\u{9b}\u{e4}".into(),
            role: Role::Viewer,
        };
        assert_eq!(user.to_string(), "a\\u{1b}[2J\\nb\\u{9b}\u{e4}");
    }
}
