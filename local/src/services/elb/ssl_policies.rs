//! The security policies of HTTPS listeners.
//!
//! Source: user guide for Application Load Balancers, "Security policies for your Application Load
//! Balancer".

/// The versions of TLS that a policy accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Versions {
    /// TLS 1.3 only.
    Newest,
    /// TLS 1.2 and 1.3.
    Both,
    /// TLS 1.2 and older. The local AWS does not speak TLS 1.0 and 1.1.
    Older,
}

/// The names of all policies for an Application Load Balancer.
pub(super) const POLICIES: &[&str] = &[
    "ELBSecurityPolicy-2016-08",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS-1-2-2017-01",
    "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
    "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-2015-05",
    "ELBSecurityPolicy-TLS-1-0-2015-04",
    "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-FS-1-2-2019-08",
    "ELBSecurityPolicy-FS-1-2-Res-2019-08",
    "ELBSecurityPolicy-FS-1-2-Res-2020-10",
];

pub(super) fn is_policy(name: &str) -> bool {
    POLICIES.contains(&name)
}

/// The versions of TLS that the policy accepts.
pub(super) fn versions(policy: &str) -> Versions {
    if policy.contains("TLS13-1-3") {
        Versions::Newest
    } else if policy.contains("TLS13") {
        Versions::Both
    } else {
        Versions::Older
    }
}

/// The versions by name, as `DescribeSSLPolicies` lists them.
pub(super) fn protocols(policy: &str) -> Vec<&'static str> {
    let all = ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"];
    let newest = usize::from(!policy.contains("TLS13"));
    let older = ["1-1", "1-0"]
        .iter()
        .position(|version| policy.contains(&format!("{version}-20")));
    let oldest = match (versions(policy), older) {
        (Versions::Newest, _) => 0,
        (_, Some(index)) => index + 2,
        _ if ["-2016-08", "-2015-05", "-FS-2018-06"]
            .iter()
            .any(|end| policy.ends_with(end)) =>
        {
            3
        }
        _ => 1,
    };
    all[newest..=oldest].to_vec()
}

#[cfg(test)]
mod tests {
    use super::protocols;

    #[test]
    fn the_name_of_a_policy_says_its_versions() {
        for (policy, newest, count) in [
            ("ELBSecurityPolicy-2016-08", "TLSv1.2", 3),
            ("ELBSecurityPolicy-TLS13-1-3-2021-06", "TLSv1.3", 1),
            ("ELBSecurityPolicy-TLS13-1-2-2021-06", "TLSv1.3", 2),
            ("ELBSecurityPolicy-TLS13-1-0-2021-06", "TLSv1.3", 4),
            ("ELBSecurityPolicy-TLS-1-2-2017-01", "TLSv1.2", 1),
            ("ELBSecurityPolicy-FS-1-1-2019-08", "TLSv1.2", 2),
        ] {
            let protocols = protocols(policy);
            assert_eq!((protocols[0], protocols.len()), (newest, count), "{policy}");
        }
    }
}
