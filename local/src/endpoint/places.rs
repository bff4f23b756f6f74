//! How many large requests are in memory at the same time.

use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

/// A request with a body of this many bytes or more is large.
const LARGE: u64 = 1 << 20;

/// With the largest bodies, these take about 300 MB.
static PLACES: Semaphore = Semaphore::const_new(16);

/// Lets a large request wait until there is a place for it.
pub(super) async fn wait_for_place(request: Request, next: Next) -> Response {
    let _place = if is_large(&request) {
        // An error would mean that the semaphore is closed, which nobody does.
        PLACES.acquire().await.ok()
    } else {
        None
    };
    next.run(request).await
}

fn is_large(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) => length >= LARGE,
        None => request.headers().contains_key("transfer-encoding"),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_body_of_unknown_length_counts_as_large() {
        for (name, value, expected) in [
            ("content-length", "1048576", true),
            ("content-length", "1048575", false),
            ("transfer-encoding", "chunked", true),
            ("accept", "*/*", false),
        ] {
            let request = Request::builder().header(name, value);
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(is_large(&request), expected, "{name}: {value}");
        }
    }
}
