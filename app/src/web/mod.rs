//! What every request goes through: gets an id and a log line, discards request bodies, renders the page
//! of an error, and adds the security headers.

mod body;
mod deadline;
mod observe;
mod render;
mod request_id;
mod respond;

pub(crate) use deadline::in_time;
pub(crate) use observe::{Web, observe};
pub(crate) use render::render;
