//! Items: loaded from files, exported into files, and filtered by the page.

mod exports;
mod filters;
mod forms;
mod load;
mod setup;
