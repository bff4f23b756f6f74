//! Basic auth.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use axum_extra::headers::{Authorization, HeaderMapExt, authorization::Basic};

use crate::{App, error::WebError};

/// Who has logged in, among the extensions of an answer.
#[derive(Clone, Debug)]
pub(crate) struct User(pub(crate) String);

/// Lets only those through who log in.
pub(crate) async fn require(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let user = check(&app, request.headers()).await?;
    let mut response = next.run(request).await;
    response.extensions_mut().insert(user);
    Ok(response)
}

/// The user, if the headers carry the name and password of an account.
pub(crate) async fn check(app: &App, headers: &HeaderMap) -> Result<User, WebError> {
    let Some(Authorization(login)) = headers.typed_get::<Authorization<Basic>>() else {
        return Err(WebError::Unauthorized);
    };
    let accounts = app.accounts.current().await?;
    if !accounts.allow(login.username(), login.password()) {
        return Err(WebError::Unauthorized);
    }
    Ok(User(login.username().to_owned()))
}
