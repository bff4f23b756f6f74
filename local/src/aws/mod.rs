//! The parts of AWS that all services share: ids, time, errors, inputs and protocols.

mod cidr;
mod cidr_ipv6;
mod clock;
mod error;
mod ids;
mod input;
pub(crate) mod json;
mod model;
mod page;
mod pattern;
mod percent;
mod placeholder;
mod protocol;
mod stars;

pub(crate) use self::cidr::Block;
pub(crate) use self::cidr_ipv6::{Block6, split_ipv6};
pub(crate) use self::clock::{epoch_seconds, milliseconds, now, seconds, timestamp};
pub(crate) use self::error::{Answer, AwsError};
pub(crate) use self::ids::{ACCOUNT, PARTITION, ec2_id, generated_name, hex_id, suffix};
pub(crate) use self::input::{answer, heed, heeded, read};
pub(crate) use self::model::{admit, protocol_of, typed};
pub(crate) use self::page::{page, page_size};
pub(crate) use self::pattern::matches_whole;
pub(crate) use self::percent::percent_encoded;
pub(crate) use self::placeholder::KNOWN_AFTER_APPLY;
pub(crate) use self::protocol::{Protocol, read_cbor, read_query, respond, rest_xml, with_times};
pub(crate) use self::stars::fits;
