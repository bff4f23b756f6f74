//! Mistakes in web ACLs.

use super::Case;

const ACL: &str = "WAFv2::WebACL";
const SET: &str = "WAFv2::IPSet";
const ASSOCIATION: &str = "WAFv2::WebACLAssociation";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("acl_scope", ACL, r#"{"Scope": "CLOUDFRONT"}"#, "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT"),
    ("acl_name_free", ACL, r#"{"Name": "main"}"#, "some resource in your request is a duplicate of an existing one."),
    ("acl_default_action", ACL, r#"{"DefaultAction": {"Block": {}}}"#, "field: DEFAULT_ACTION, parameter: DefaultAction"),
    ("acl_default_action", ACL, r#"{"DefaultAction": {"Allow": null}}"#, "You have used none or multiple values for a field that requires exactly one value."),
    ("acl_rules_differ", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0}, {"Name": "a", "Priority": 1}]}"#, "field: RULE, parameter: a"),
    ("acl_rules_differ", ACL, r#"{"Rules": [{"Name": "a", "Priority": 7}, {"Name": "b", "Priority": 7}]}"#, "Another rule already has this priority., field: RULE, parameter: 7"),
    ("rule_statement", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Statement": {}}]}"#, "field: STATEMENT, parameter: Statement"),
    ("rule_statement", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "Statement": {"NotStatement": {"Statement": {}}}}]}"#, "field: STATEMENT"),
    ("rule_action", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}}]}"#, "field: RULE, parameter: Rule"),
    ("rule_action", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}}]}"#, "field: RULE, parameter: Rule"),
    ("rule_one_action", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {}, "Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}}]}"#, "field: RULE_ACTION, parameter: RuleAction"),
    ("rule_one_action", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "OverrideAction": {}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}}]}"#, "field: OVERRIDE_ACTION"),
    ("rate_action", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Allow": {}}, "Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}}]}"#, "field: RULE_ACTION, parameter: Allow"),
    ("rate_keys", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CONSTANT"}}}]}"#, "field: SCOPE_DOWN"),
    ("rate_keys", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "FORWARDED_IP"}}}]}"#, "field: FORWARDED_IP_CONFIG"),
    ("group_exists", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRules"}}}]}"#, "your resource doesn’t exist."),
    ("group_exists", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "Version": "1.4"}}}]}"#, "your resource doesn’t exist."),
    ("group_exists", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesAmazonIpReputationList", "Version": "Version_1.4"}}}]}"#, "your resource doesn’t exist."),
    ("sets_exist", ACL, r#"{"Rules": [{"Name": "a", "Priority": 0, "Action": {"Block": {}}, "Statement": {"NotStatement": {"Statement": {"IPSetReferenceStatement": {"Arn": "arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/home/1"}}}}}]}"#, "your resource doesn’t exist."),
    ("bodies_exist", ACL, r#"{"DefaultAction": {"Allow": null, "Block": {"CustomResponse": {"ResponseCode": 503, "CustomResponseBodyKey": "later"}}}}"#, "field: CUSTOM_RESPONSE_BODY, parameter: later"),
    ("protection_keys", ACL, r#"{"DataProtectionConfig": {"DataProtections": [{"Action": "SUBSTITUTION", "Field": {"FieldType": "SINGLE_HEADER"}}]}}"#, "field: DATA_PROTECTION_CONFIG, parameter: SINGLE_HEADER"),
    ("protection_keys", ACL, r#"{"DataProtectionConfig": {"DataProtections": [{"Action": "HASH", "Field": {"FieldType": "BODY", "FieldKeys": ["a"]}}]}}"#, "field: DATA_PROTECTION_CONFIG, parameter: BODY"),
    ("acl_capacity", ACL, CROWD, "you exceeded your resource limit."),
    ("set_scope", SET, r#"{"Scope": "CLOUDFRONT"}"#, "field: SCOPE_VALUE"),
    ("set_name_free", SET, r#"{"Name": "office"}"#, "a duplicate of an existing one."),
    ("set_addresses", SET, r#"{"Addresses": ["203.0.113.7"]}"#, "Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: 203.0.113.7"),
    ("set_addresses", SET, r#"{"Addresses": ["0.0.0.0/0"]}"#, "field: IP_ADDRESS, parameter: 0.0.0.0/0"),
    ("set_addresses", SET, r#"{"Addresses": ["2001:db8::/32"]}"#, "field: IP_ADDRESS, parameter: 2001:db8::/32"),
    ("set_addresses", SET, r#"{"IPAddressVersion": "IPV6"}"#, "field: IP_ADDRESS, parameter: 203.0.113.0/24"),
    ("set_size", SET, r#"{"$quota": "addresses-per-ip-set=0"}"#, "you exceeded your resource limit."),
    ("association_resource", ASSOCIATION, r#"{"ResourceArn": "a-load-balancer-by-its-name"}"#, "field: RESOURCE_ARN, parameter: a-load-balancer-by-its-name"),
    ("association_resource", ASSOCIATION, r#"{"ResourceArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/gone/1"}"#, "your resource doesn’t exist."),
    ("association_acl", ASSOCIATION, r#"{"WebACLArn": "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/gone/1"}"#, "your resource doesn’t exist."),
];

/// Eight rule groups, of which each needs 700 units.
const CROWD: &str = r#"{"Rules": [
    {"Name": "a", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "b", "Priority": 1, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "c", "Priority": 2, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "d", "Priority": 3, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "e", "Priority": 4, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "f", "Priority": 5, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "g", "Priority": 6, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
    {"Name": "h", "Priority": 7, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}}
]}"#;
