use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;

use crate::answer::Answers;
use crate::error::WebError;
use crate::format::{self, Format};
use crate::login::User;
use crate::query::{BAD_CURSOR, Selection};

const BAD_FILTER: WebError = WebError::bad_request(
    "DynamoDB rejects this filter or cursor. Keys cannot be compared with an empty value, and a cursor only works with the table it came from.",
);

/// `GET /query` and `POST /query`: the items of the table, a page at a time or all at once, in the
/// format that the address asks for.
pub(crate) async fn items(
    State(answers): State<Arc<Answers>>,
    user: User,
    address: Uri,
) -> Result<Response, WebError> {
    let selection = Selection::from_address(&address)?.read_by(user.role)?;
    let format = format::find(&selection.format)?;
    let (has_filter, has_start) = (selection.filter.is_some(), selection.start.is_some());
    let reader = match answers.read(format, selection).await {
        Ok(reader) => reader,
        // DynamoDB can only reject the filter or the cursor: all else in the call is fixed.
        Err(err) if err.is_rejected() && has_filter => return Err(BAD_FILTER),
        Err(err) if err.is_rejected() && has_start => return Err(BAD_CURSOR),
        Err(err) => return Err(err),
    };
    Ok(response(format, reader.into_body()))
}

fn response(format: &Format, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    // Room for these headers and those that every response gets.
    headers.reserve(12);
    let media_type = HeaderValue::from_static(format.properties.media_type);
    headers.insert(header::CONTENT_TYPE, media_type);
    if let Some(name) = format.properties.file_name {
        let attachment = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
            .expect("the name of a file is plain text");
        headers.insert(header::CONTENT_DISPOSITION, attachment);
    }
    response
}
