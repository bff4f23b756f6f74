//! The pages: each handler is beside the struct of its page, whose template is in `templates/`.
//!
//! | address | handler | template |
//! |---|---|---|
//! | `/` | [`home`] | `home.html` |
//! | `/query` | [`items`] | `items_*.html`, filled in by `format/html` |
//! | `/item` | [`item`] | `item.html` |
//! | `/table` | [`table`] | `table.html` |

mod home;
mod item;
mod items;
mod site;
mod table;

pub(crate) use home::home;
pub(crate) use item::item;
pub(crate) use items::items;
pub(crate) use site::Site;
pub(crate) use table::table;
