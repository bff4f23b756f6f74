//! Route 53: hosted zones with their records. The records are kept and checked, but no resolver asks
//! for them.

mod api;
mod change;
mod check;
mod hosted_zone;
mod record_set;
mod record_set_group;
mod zones;

pub(crate) use self::api::{Call, handle};
pub(crate) use self::change::{has_record, put_record};
pub(crate) use self::hosted_zone::HostedZone;
pub(crate) use self::record_set::RecordSet;
pub(crate) use self::record_set_group::RecordSetGroup;
pub(crate) use self::zones::Zones;
