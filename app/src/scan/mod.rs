//! Reading the table: one Scan after the other, each as its bytes arrive.

mod reading;
mod request;

pub(crate) use self::{
    reading::{Next, Reading},
    request::{TakeBody, replaced},
};
