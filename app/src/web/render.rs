use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::error::WebError;

/// The response with a page.
pub(crate) fn render(page: &impl Template) -> Result<Response, WebError> {
    Ok(Html(page.render()?).into_response())
}

#[cfg(test)]
mod tests {
    use std::fmt::{self, Display, Formatter};

    use super::*;

    struct Fails;

    impl Display for Fails {
        fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[derive(Template)]
    #[template(source = "before {{ value }}", ext = "html")]
    struct Page {
        value: Fails,
    }

    #[test]
    fn a_page_that_cannot_be_rendered_is_an_error_and_no_empty_page() {
        let err = render(&Page { value: Fails }).unwrap_err();
        assert_eq!(err.status(), 500);
        assert!(err.detail().unwrap().contains("the page cannot be written"));
    }
}
