//! Items: from files into a table, out of it again, and as the page filters them.

mod exports;
mod filters;
mod forms;
mod load;
mod place;
