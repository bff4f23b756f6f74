//! The pages: each is a struct beside its handler, and a file in `templates/`.

pub(crate) mod home;
pub(crate) mod item;
pub(crate) mod items;
pub(crate) mod table;
