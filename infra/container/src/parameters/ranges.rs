//! The address ranges that reach the load balancer.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};

/// The most ranges that the template takes. The prefix list counts as so many rules for each of two
/// ports, and a security group has at most 60.
const MOST: usize = 10;

/// The value of `--allow` that admits everybody again.
const ANY: &str = "any";

/// The options as they are given.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who gets in")]
struct Given {
    /// Let only this range of IPv4 addresses reach the page, such as 203.0.113.0/24; repeat it for
    /// more, or say any
    #[arg(long, value_name = "CIDR", value_parser = parse)]
    allow: Vec<Allowed>,
}

/// The ranges: together, they make sense.
#[derive(Debug, Clone, Default)]
pub struct Ranges(Vec<Allowed>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Any,
    Range(Range),
}

/// A block of IPv4 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: Ipv4Addr,
    prefix: u32,
}

impl Ranges {
    /// The value of the template's parameter, if the option is given.
    pub(super) fn parameter(&self) -> Option<String> {
        let ranges = self.0.iter().filter_map(|allowed| match allowed {
            Allowed::Any => None,
            Allowed::Range(range) => Some(range.to_string()),
        });
        let joined = ranges.collect::<Vec<_>>().join(",");
        (!self.0.is_empty()).then_some(joined)
    }
}

impl Args for Ranges {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}

impl FromArgMatches for Ranges {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Given { allow } = Given::from_arg_matches(matches)?;
        match contradiction(&allow) {
            None => Ok(Self(allow)),
            Some(sentence) => Err(clap::Error::raw(
                ErrorKind::ValueValidation,
                format!("{sentence}\n"),
            )),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Reads one value of `--allow`.
fn parse(text: &str) -> Result<Allowed, String> {
    if text == ANY {
        return Ok(Allowed::Any);
    }
    let wrong = || format!("write a range such as 203.0.113.0/24, or {ANY}");
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    let address = match address.parse() {
        Ok(IpAddr::V4(address)) => address,
        Ok(IpAddr::V6(_)) => {
            return Err(
                "the load balancer has IPv4 addresses only, so nobody reaches it over IPv6: give the IPv4 range"
                    .to_owned(),
            );
        }
        Err(_) => return Err(wrong()),
    };
    if prefix.is_empty() && !text.contains('/') {
        return Err(format!("write {address}/32 for one address"));
    }
    let is_plain = prefix.bytes().all(|digit| digit.is_ascii_digit());
    let prefix = prefix
        .parse()
        .ok()
        .filter(|prefix| is_plain && *prefix <= 32);
    let prefix: u32 = prefix.ok_or_else(wrong)?;
    check(Range {
        first: address,
        prefix,
    })
}

fn check(range: Range) -> Result<Allowed, String> {
    let Range { first, prefix } = range;
    if prefix == 0 {
        return Err(format!("that is everybody: write {ANY}"));
    }
    let begin = Ipv4Addr::from(u32::from(first) & range.mask());
    if begin != first {
        return Err(format!(
            "the range begins at {begin}: write {begin}/{prefix}, or {first}/32 for one address"
        ));
    }
    if first.is_private() || first.is_loopback() || first.is_link_local() || first.is_multicast() {
        return Err(
            "nobody on the internet has such an address: give the public range of your network"
                .to_owned(),
        );
    }
    Ok(Allowed::Range(range))
}

/// Why the ranges make no sense together.
fn contradiction(allowed: &[Allowed]) -> Option<String> {
    if allowed.contains(&Allowed::Any) && allowed.len() > 1 {
        return Some(format!("--allow {ANY} goes with no other range"));
    }
    if allowed.len() > MOST {
        return Some(format!(
            "there are {} ranges, and at most {MOST} are possible: combine those that are neighbours",
            allowed.len()
        ));
    }
    let ranges: Vec<Range> = allowed
        .iter()
        .filter_map(|allowed| match allowed {
            Allowed::Any => None,
            Allowed::Range(range) => Some(*range),
        })
        .collect();
    ranges.iter().enumerate().find_map(|(index, inner)| {
        let mut others = ranges.iter().enumerate();
        let (_, outer) = others.find(|(other, outer)| *other != index && outer.contains(*inner))?;
        Some(if inner == outer {
            format!("the range {inner} is there twice")
        } else {
            format!("the range {inner} is within {outer}: leave it out")
        })
    })
}

impl Range {
    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0)
    }

    fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && u32::from(other.first) & self.mask() == u32::from(self.first)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--allow` makes of the values: the parameter, or the sentence.
    fn read(values: &[&str]) -> Result<Option<String>, String> {
        let arguments = values.iter().flat_map(|value| ["--allow", value]);
        let command = Ranges::augment_args(Command::new("container"));
        let arguments = std::iter::once("container").chain(arguments);
        let matches = command.try_get_matches_from(arguments);
        let ranges = matches.and_then(|matches| Ranges::from_arg_matches(&matches));
        ranges
            .map(|ranges| ranges.parameter())
            .map_err(|err| err.to_string())
    }

    #[test]
    fn ranges_become_one_parameter() {
        for (values, expected) in [
            (&[][..], None),
            (&["any"], Some("")),
            (&["203.0.113.0/24"], Some("203.0.113.0/24")),
            (
                &["203.0.113.7/32", "198.51.100.0/25", "198.51.100.128/25"],
                Some("203.0.113.7/32,198.51.100.0/25,198.51.100.128/25"),
            ),
            (&["128.0.0.0/1"], Some("128.0.0.0/1")),
        ] {
            assert_eq!(
                read(values).expect("they make sense").as_deref(),
                expected,
                "{values:?}"
            );
        }
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let many: Vec<String> = (0..11).map(|n| format!("203.0.113.{n}/32")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for (values, expected) in [
            (&["0.0.0.0/0"][..], "that is everybody: write any"),
            (&["203.0.113.7"], "write 203.0.113.7/32 for one address"),
            (
                &["203.0.113.7/24"],
                "the range begins at 203.0.113.0: write 203.0.113.0/24, or 203.0.113.7/32 for one address",
            ),
            (&["2001:db8::/32"], "IPv4 addresses only"),
            (&["::/0"], "IPv4 addresses only"),
            (&["10.0.0.0/8"], "nobody on the internet"),
            (&["192.168.1.0/24"], "nobody on the internet"),
            (&["127.0.0.1/32"], "nobody on the internet"),
            (&["203.0.113.0/33"], "write a range such as"),
            (&["203.0.113.0/"], "write a range such as"),
            (&["203.0.113.0/+8"], "write a range such as"),
            (&["office"], "write a range such as"),
            (&[""], "write a range such as"),
            (&["any", "203.0.113.0/24"], "goes with no other range"),
            (
                &["203.0.113.0/24", "203.0.113.0/24"],
                "the range 203.0.113.0/24 is there twice",
            ),
            (
                &["203.0.113.7/32", "203.0.113.0/24"],
                "the range 203.0.113.7/32 is within 203.0.113.0/24: leave it out",
            ),
            (&many, "there are 11 ranges, and at most 10"),
        ] {
            let err = read(values).expect_err("it makes no sense");
            assert!(err.contains(expected), "{values:?}: {err}");
        }
    }
}
