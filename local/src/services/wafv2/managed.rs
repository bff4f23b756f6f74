//! The rule groups that AWS manages: their names, capacities and rules.
//!
//! Source: <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>.
//! What most of the rules look for is not public. Those with a [`Check`] are documented exactly, and are
//! applied.

use axum::http::HeaderValue;

use super::firewall::Inspected;

/// A rule group.
pub(super) struct Group {
    pub(super) name: &'static str,
    /// In web ACL capacity units.
    pub(super) capacity: u64,
    pub(super) is_versioned: bool,
    pub(super) rules: &'static [Rule],
}

/// A rule of a group: its name, what it does unless it is overridden, and what it looks for.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) counts: bool,
    pub(super) check: Option<Check>,
}

/// What a rule looks for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    NoUserAgent,
    Method(&'static str),
    /// More bytes than these.
    Query(usize),
    Path(usize),
    Cookie(usize),
    Body(u64),
}

/// Groups that need a configuration, or that cost extra: they are not done.
const NOT_DONE: [&str; 4] = [
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
];

/// The groups.
pub(super) static GROUPS: [Group; 11] = [
    versioned(
        "AWSManagedRulesAdminProtectionRuleSet",
        100,
        &[secret("AdminProtection_URIPATH")],
    ),
    Group {
        name: "AWSManagedRulesAmazonIpReputationList",
        capacity: 25,
        is_versioned: false,
        rules: &[
            secret("AWSManagedIPReputationList"),
            secret("AWSManagedReconnaissanceList"),
            Rule {
                name: "AWSManagedIPDDoSList",
                counts: true,
                check: None,
            },
        ],
    },
    Group {
        name: "AWSManagedRulesAnonymousIpList",
        capacity: 50,
        is_versioned: false,
        rules: &[secret("AnonymousIPList"), secret("HostingProviderIPList")],
    },
    versioned(
        "AWSManagedRulesCommonRuleSet",
        700,
        &[
            exact("NoUserAgent_HEADER", Check::NoUserAgent),
            secret("UserAgent_BadBots_HEADER"),
            exact("SizeRestrictions_QUERYSTRING", Check::Query(2048)),
            exact("SizeRestrictions_Cookie_HEADER", Check::Cookie(10240)),
            exact("SizeRestrictions_BODY", Check::Body(8192)),
            exact("SizeRestrictions_URIPATH", Check::Path(1024)),
            secret("EC2MetaDataSSRF_BODY"),
            secret("EC2MetaDataSSRF_COOKIE"),
            secret("EC2MetaDataSSRF_URIPATH"),
            secret("EC2MetaDataSSRF_QUERYARGUMENTS"),
            secret("GenericLFI_QUERYARGUMENTS"),
            secret("GenericLFI_URIPATH"),
            secret("GenericLFI_BODY"),
            secret("RestrictedExtensions_URIPATH"),
            secret("RestrictedExtensions_QUERYARGUMENTS"),
            secret("GenericRFI_QUERYARGUMENTS"),
            secret("GenericRFI_BODY"),
            secret("GenericRFI_URIPATH"),
            secret("CrossSiteScripting_COOKIE"),
            secret("CrossSiteScripting_QUERYARGUMENTS"),
            secret("CrossSiteScripting_BODY"),
            secret("CrossSiteScripting_URIPATH"),
        ],
    ),
    versioned(
        "AWSManagedRulesKnownBadInputsRuleSet",
        200,
        &[
            secret("JavaDeserializationRCE_HEADER"),
            secret("JavaDeserializationRCE_BODY"),
            secret("JavaDeserializationRCE_URIPATH"),
            secret("JavaDeserializationRCE_QUERYSTRING"),
            secret("Host_localhost_HEADER"),
            exact("PROPFIND_METHOD", Check::Method("PROPFIND")),
            secret("ExploitablePaths_URIPATH"),
            secret("Log4JRCE_HEADER"),
            secret("Log4JRCE_QUERYSTRING"),
            secret("Log4JRCE_BODY"),
            secret("Log4JRCE_URIPATH"),
            secret("ReactJSRCE_BODY"),
        ],
    ),
    versioned(
        "AWSManagedRulesLinuxRuleSet",
        200,
        &[
            secret("LFI_URIPATH"),
            secret("LFI_QUERYSTRING"),
            secret("LFI_HEADER"),
        ],
    ),
    versioned(
        "AWSManagedRulesPHPRuleSet",
        100,
        &[
            secret("PHPHighRiskMethodsVariables_HEADER"),
            secret("PHPHighRiskMethodsVariables_QUERYSTRING"),
            secret("PHPHighRiskMethodsVariables_BODY"),
        ],
    ),
    versioned(
        "AWSManagedRulesSQLiRuleSet",
        200,
        &[
            secret("SQLi_QUERYARGUMENTS"),
            secret("SQLiExtendedPatterns_QUERYARGUMENTS"),
            secret("SQLi_BODY"),
            secret("SQLiExtendedPatterns_BODY"),
            secret("SQLi_COOKIE"),
        ],
    ),
    versioned(
        "AWSManagedRulesUnixRuleSet",
        100,
        &[
            secret("UNIXShellCommandsVariables_QUERYSTRING"),
            secret("UNIXShellCommandsVariables_BODY"),
            secret("UNIXShellCommandsVariables_HEADER"),
        ],
    ),
    versioned(
        "AWSManagedRulesWindowsRuleSet",
        200,
        &[
            secret("WindowsShellCommands_COOKIE"),
            secret("WindowsShellCommands_QUERYARGUMENTS"),
            secret("WindowsShellCommands_BODY"),
            secret("PowerShellCommands_COOKIE"),
            secret("PowerShellCommands_QUERYARGUMENTS"),
            secret("PowerShellCommands_BODY"),
        ],
    ),
    versioned(
        "AWSManagedRulesWordPressRuleSet",
        100,
        &[
            secret("WordPressExploitableCommands_QUERYSTRING"),
            secret("WordPressExploitablePaths_URIPATH"),
        ],
    ),
];

const fn versioned(name: &'static str, capacity: u64, rules: &'static [Rule]) -> Group {
    Group {
        name,
        capacity,
        is_versioned: true,
        rules,
    }
}

const fn exact(name: &'static str, check: Check) -> Rule {
    Rule {
        name,
        counts: false,
        check: Some(check),
    }
}

const fn secret(name: &'static str) -> Rule {
    Rule {
        name,
        counts: false,
        check: None,
    }
}

/// The group of this vendor and name.
pub(super) fn group(vendor: &str, name: &str) -> Option<&'static Group> {
    let mut groups = GROUPS.iter();
    groups.find(|group| vendor == "AWS" && group.name == name)
}

/// Whether AWS has the group, and the local AWS has not.
pub(super) fn is_not_done(vendor: &str, name: &str) -> bool {
    vendor == "AWS" && NOT_DONE.contains(&name)
}

impl Check {
    /// Whether the request has what the rule looks for.
    pub(super) fn finds(self, request: &Inspected<'_>) -> bool {
        let header = |name: &str| request.headers.get(name);
        match self {
            Self::NoUserAgent => header("user-agent").is_none_or(HeaderValue::is_empty),
            Self::Method(method) => request.method == method,
            Self::Query(most) => request.query.len() > most,
            Self::Path(most) => request.path.len() > most,
            Self::Cookie(most) => {
                let cookies = request.headers.get_all("cookie").iter();
                cookies.map(HeaderValue::len).sum::<usize>() > most
            }
            Self::Body(most) => {
                let length = header("content-length").and_then(|value| value.to_str().ok());
                let length = length.and_then(|length| length.parse::<u64>().ok());
                length.is_some_and(|length| length > most)
            }
        }
    }
}
