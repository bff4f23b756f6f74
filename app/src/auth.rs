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

/// Lets only those through who log in.
pub(crate) async fn require(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, WebError> {
    check(&app, request.headers()).await?;
    Ok(next.run(request).await)
}

/// Whether the headers carry the name and password of an account.
pub(crate) async fn check(app: &App, headers: &HeaderMap) -> Result<(), WebError> {
    let Some(Authorization(login)) = headers.typed_get::<Authorization<Basic>>() else {
        return Err(WebError::Unauthorized);
    };
    let accounts = app.accounts.current().await?;
    if !accounts.allow(login.username(), login.password()) {
        return Err(WebError::Unauthorized);
    }
    tracing::Span::current().record("user", login.username());
    Ok(())
}
