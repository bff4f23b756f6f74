//! The parameters of the template: from the options, from the deployed stack, and from other stacks.

mod complete;
mod flags;
mod prefix;
mod previous_image;
mod ranges;
mod safeguards;
mod waf;

pub(crate) use complete::complete;
pub use flags::{Flags, Https, Oidc};
pub(crate) use prefix::{given_prefix, prefix};
pub(crate) use previous_image::{IMAGES, previous_image};
pub use ranges::Ranges;
pub use safeguards::Safeguards;
pub(crate) use safeguards::{ACCESS_LOG_BUCKET, DELETION_PROTECTION};
pub use waf::Waf;
