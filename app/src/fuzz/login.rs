use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::headers::authorization::Basic;
use axum_extra::headers::{Authorization, HeaderMapExt};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::corpus;
use crate::login::Accounts;

/// The name and the password of a header, as the standard says: RFC 7617.
fn expected(header: &[u8]) -> Option<(String, String)> {
    let (scheme, token) = header.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(token).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[test]
fn a_header_has_the_login_that_the_standard_says() {
    fuzz::run(corpus("login"), |bytes| {
        let Ok(value) = HeaderValue::from_bytes(bytes) else {
            return;
        };
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value);
        let found = headers.typed_get::<Authorization<Basic>>();
        let found = found
            .map(|Authorization(login)| (login.username().to_owned(), login.password().to_owned()));
        if let Some(expected) = expected(bytes) {
            assert_eq!(found, Some(expected));
        }
    });
}

#[test]
fn a_list_of_accounts_never_tells_its_passwords() {
    fuzz::run(corpus("accounts"), |bytes| {
        let text = format!("{} anna:hidden-word", String::from_utf8_lossy(bytes));
        let shown = match text.parse::<Accounts>() {
            Ok(accounts) => format!("{accounts:?}"),
            Err(err) => format!("{err} {err:?}"),
        };
        assert!(!shown.contains("hidden-word"), "{shown}");
    });
}
