//! AWS Certificate Manager: certificates that Route 53 records validate, and the authority of the
//! local AWS, which issues them.

mod api;
mod authority;
mod certificate;
mod validation;

pub(crate) use self::api::handle;
pub(crate) use self::authority::{Authority, AuthorityFiles, authority_certificate, issue};
pub(crate) use self::certificate::Certificate;
pub(crate) use self::validation::{Lookup, domains};
