use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::basic::Login;
use super::client::Client;
use crate::error::WebError;

/// Lets in who has a login, and not too many at the same time.
#[derive(Clone)]
pub(crate) struct Entrance {
    login: Arc<Login>,
    places: Arc<Semaphore>,
}

impl Entrance {
    /// At most this many requests are answered at the same time. One is answered when its page begins: what the
    /// rest of it takes is limited by the memory for readers.
    pub(crate) fn new(login: &Arc<Login>, places: usize) -> Self {
        let most = places.min(Semaphore::MAX_PERMITS);
        Self {
            login: Arc::clone(login),
            places: Arc::new(Semaphore::new(most)),
        }
    }
}

/// Lets only requests through that have a login.
pub(crate) async fn require(
    State(Entrance { login, places }): State<Entrance>,
    mut request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let client = Client::of(&request);
    let user = login.user(request.headers(), client).await?;
    let _place = places.try_acquire().map_err(|_| WebError::Busy)?;
    request.extensions_mut().insert(user.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(user);
    Ok(response)
}
