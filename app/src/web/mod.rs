//! What every request goes through: its id and its log line, the body that no page reads, the page of
//! an error, and the headers that guard the data.

mod body;
mod observe;
mod render;
mod request_id;
mod respond;

pub(crate) use observe::observe;
pub(crate) use render::render;
