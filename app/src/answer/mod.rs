//! An answer that is written while it is sent, to one reader or to several that want the same.

mod log;
mod produce;
mod shared;

pub(crate) use self::shared::Shared;
