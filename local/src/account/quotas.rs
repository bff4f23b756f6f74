//! The quotas of the account.

use std::collections::BTreeMap;

/// A quota that AWS raises on request.
struct Quota {
    name: &'static str,
    default: u64,
}

/// AWS's default quotas, as Service Quotas and the documentation of each service list them.
static QUOTAS: &[Quota] = &[
    quota("addresses-per-ip-set", 10_000),
    quota("elastic-ips", 5),
    quota("internet-gateways", 5),
    quota("load-balancers", 50),
    quota("listeners-per-load-balancer", 50),
    quota("managed-policies-per-role", 10),
    quota("nat-gateways-per-zone", 5),
    quota("roles", 1000),
    quota("route-tables-per-vpc", 200),
    quota("routes-per-route-table", 500),
    quota("rules-per-security-group", 60),
    quota("security-groups-per-interface", 5),
    quota("security-groups-per-vpc", 2500),
    quota("subnets-per-vpc", 200),
    quota("tables", 2500),
    quota("target-groups", 3000),
    quota("vpcs", 5),
];

const fn quota(name: &'static str, default: u64) -> Quota {
    Quota { name, default }
}

/// The quotas of an account: AWS's defaults, unless the option `--quota` raises one.
#[derive(Debug, Default)]
pub(crate) struct Quotas(BTreeMap<String, u64>);

impl Quotas {
    /// Reads `NAME=N` for each raised quota.
    ///
    /// # Errors
    /// One sentence if a quota has another form or is unknown.
    pub(crate) fn new(raised: &[String]) -> Result<Self, String> {
        let raised = raised.iter().map(|text| parse(text));
        raised.collect::<Result<_, _>>().map(Self)
    }

    /// The quota of this name.
    pub(crate) fn get(&self, name: &str) -> u64 {
        let default = || QUOTAS.iter().find(|quota| quota.name == name);
        let raised = self.0.get(name).copied();
        raised.unwrap_or_else(|| default().map_or(u64::MAX, |quota| quota.default))
    }
}

/// Checks an argument of `--quota`.
///
/// # Errors
/// One sentence if it is not `NAME=N`, or the quota is unknown.
pub(crate) fn check(text: &str) -> Result<String, String> {
    parse(text).map(|_| text.to_owned())
}

fn parse(text: &str) -> Result<(String, u64), String> {
    let (name, number) = text
        .split_once('=')
        .ok_or("write NAME=N, such as vpcs=10")?;
    if !QUOTAS.iter().any(|quota| quota.name == name) {
        let names: Vec<_> = QUOTAS.iter().map(|quota| quota.name).collect();
        return Err(format!(
            "there is no quota {name}; there are {}",
            names.join(", ")
        ));
    }
    let number = number
        .parse()
        .map_err(|_| format!("{number} is not a whole number"))?;
    Ok((name.to_owned(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_the_default_unless_it_is_raised() {
        let quotas = Quotas::new(&["vpcs=10".to_owned()]).unwrap();
        assert_eq!((quotas.get("vpcs"), quotas.get("elastic-ips")), (10, 5));
    }

    #[test]
    fn a_wrong_quota_is_named() {
        for (text, expected) in [
            ("vpcs", "write NAME=N"),
            (
                "moons=1",
                "there is no quota moons; there are addresses-per-ip-set, elastic-ips,",
            ),
            ("vpcs=many", "many is not a whole number"),
        ] {
            let err = check(text).unwrap_err();
            assert!(err.contains(expected), "{err}");
        }
    }
}
