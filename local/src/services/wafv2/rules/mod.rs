//! AWS WAF's rules.

mod acl;
mod others;

use crate::resources::{no_opening, rules};

rules! { "Wafv2", no_opening;
    acl::acl_scope, "WAFv2::WebACL", WAFInvalidParameterException, "The scope CLOUDFRONT is for us-east-1 only", "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html";
    acl::acl_name_free, "WAFv2::WebACL", WAFDuplicateItemException, "No other web ACL has the name", "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html";
    acl::acl_default_action, "WAFv2::WebACL", WAFInvalidParameterException, "The default action is one of Allow and Block", "https://docs.aws.amazon.com/waf/latest/APIReference/API_DefaultAction.html";
    acl::acl_rules_differ, "WAFv2::WebACL", WAFInvalidParameterException, "The names and the priorities of the rules differ", "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html";
    acl::rule_statement, "WAFv2::WebACL", WAFInvalidParameterException, "A rule has one statement, and so has each statement within it", "https://github.com/aws/aws-cdk/issues/16627";
    acl::rule_action, "WAFv2::WebACL", WAFInvalidParameterException, "A rule has an action; one with a rule group has an override action", "https://github.com/aws/aws-cdk/issues/6056";
    acl::rule_one_action, "WAFv2::WebACL", WAFInvalidParameterException, "An action is one of Allow, Block and Count", "https://github.com/umotif-public/terraform-aws-waf-webaclv2/pull/85";
    acl::rate_action, "WAFv2::WebACL", WAFInvalidParameterException, "A rate-based rule does not allow", "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatementManagedKeysIPSet.html";
    acl::rate_keys, "WAFv2::WebACL", WAFInvalidParameterException, "Counting all requests together needs a scope-down statement; other keys need their configuration", "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html";
    acl::group_exists, "WAFv2::WebACL", WAFNonexistentItemException, "The managed rule group exists, and has this version", "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html";
    acl::sets_exist, "WAFv2::WebACL", WAFNonexistentItemException, "The IP sets exist", "https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSetReferenceStatement.html";
    acl::bodies_exist, "WAFv2::WebACL", WAFInvalidParameterException, "A custom response names a body that the web ACL has", "https://docs.aws.amazon.com/waf/latest/APIReference/API_CustomResponse.html";
    acl::protection_keys, "WAFv2::WebACL", WAFInvalidParameterException, "The protection of headers, cookies and query arguments names them, that of the query and the body does not", "https://docs.aws.amazon.com/waf/latest/APIReference/API_FieldToProtect.html";
    acl::acl_capacity, "WAFv2::WebACL", WAFLimitsExceededException, "The rules need at most 5000 capacity units", "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html";
    others::set_scope, "WAFv2::IPSet", WAFInvalidParameterException, "The scope CLOUDFRONT is for us-east-1 only", "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html";
    others::set_name_free, "WAFv2::IPSet", WAFDuplicateItemException, "No other IP set has the name", "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html";
    others::set_addresses, "WAFv2::IPSet", WAFInvalidParameterException, "Each address is a block of the version, but not /0", "https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html";
    others::set_size, "WAFv2::IPSet", WAFLimitsExceededException, "It has at most 10,000 addresses (quota addresses-per-ip-set)", "https://docs.aws.amazon.com/waf/latest/developerguide/limits.html";
    others::association_resource, "WAFv2::WebACLAssociation", WAFInvalidParameterException, "The resource is an application load balancer that exists", "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html";
    others::association_acl, "WAFv2::WebACLAssociation", WAFNonexistentItemException, "The web ACL exists", "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html";
}
