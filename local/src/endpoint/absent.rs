//! Actions that list what an account of the local AWS never has: the list is empty.
//!
//! Programs that look around an account, such as inventories and consoles, ask for them. A call that
//! names something is still refused as not done yet.

use serde_json::{Map, Value, json};

/// The service, the action, and the member of the output with the list.
pub(super) const LISTS: &[(&str, &str, &str)] = &[
    ("cloudformation", "ListGeneratedTemplates", "Summaries"),
    (
        "cloudformation",
        "ListStackRefactors",
        "StackRefactorSummaries",
    ),
    ("cloudformation", "ListStackSets", "Summaries"),
    ("ec2", "DescribeCarrierGateways", "carrierGatewaySet"),
    ("ec2", "DescribeCustomerGateways", "customerGatewaySet"),
    ("ec2", "DescribeInstances", "reservationSet"),
    ("ec2", "DescribeKeyPairs", "keySet"),
    (
        "ec2",
        "DescribeSecurityGroupVpcAssociations",
        "securityGroupVpcAssociationSet",
    ),
    ("ec2", "DescribeTransitGateways", "transitGatewaySet"),
    ("ec2", "DescribeVolumes", "volumeSet"),
    (
        "ec2",
        "DescribeVpcEndpointConnections",
        "vpcEndpointConnectionSet",
    ),
    ("ec2", "DescribeVpnConnections", "vpnConnectionSet"),
    (
        "ecr",
        "DescribePullThroughCacheRules",
        "pullThroughCacheRules",
    ),
    (
        "ecr",
        "DescribeRepositoryCreationTemplates",
        "repositoryCreationTemplates",
    ),
    ("elasticloadbalancing", "DescribeTrustStores", "TrustStores"),
    ("iam", "ListAccountAliases", "AccountAliases"),
    ("iam", "ListGroups", "Groups"),
    ("iam", "ListSAMLProviders", "SAMLProviderList"),
    (
        "iam",
        "ListServerCertificates",
        "ServerCertificateMetadataList",
    ),
    ("iam", "ListUsers", "Users"),
    ("logs", "DescribeAccountPolicies", "accountPolicies"),
    ("logs", "DescribeDestinations", "destinations"),
    ("logs", "DescribeExportTasks", "exportTasks"),
    ("logs", "ListLogAnomalyDetectors", "anomalyDetectors"),
    (
        "ssm",
        "DescribeInstanceInformation",
        "InstanceInformationList",
    ),
    ("ssm", "ListAssociations", "Associations"),
];

/// The members of inputs that only choose from a list: filters and pages.
const CHOICES: [&str; 27] = [
    "Action",
    "AssociationFilterList",
    "CallAs",
    "DestinationNamePrefix",
    "DryRun",
    "ExecutionStatusFilter",
    "Filter",
    "Filters",
    "IncludeManagedResources",
    "InstanceInformationFilterList",
    "Marker",
    "MaxItems",
    "MaxResults",
    "NextToken",
    "PageSize",
    "PathPrefix",
    "Status",
    "Version",
    "accountIdentifiers",
    "filterLogGroupArn",
    "limit",
    "maxResults",
    "nextToken",
    "policyType",
    "registryId",
    "statusCode",
    "IncludePublicKey",
];

/// The empty list that answers an action, unless the input names something.
pub(super) fn list(service: &str, action: &str, input: &Value) -> Option<Value> {
    let mut lists = LISTS.iter();
    let (_, _, member) = lists.find(|(of, name, _)| (*of, *name) == (service, action))?;
    let mut given = input.as_object().into_iter().flat_map(Map::keys);
    if !given.all(|name| CHOICES.contains(&name.as_str())) {
        return None;
    }
    let mut output = json!({ (*member): [] });
    if service == "iam" {
        output["IsTruncated"] = false.into();
    }
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_answers_unless_something_is_named() {
        let answer = |action, input: Value| list("ec2", action, &input);
        let filter = json!({"Action": "DescribeInstances", "Filter": [{"Name": "vpc-id"}]});
        let empty = Some(json!({"reservationSet": []}));
        assert_eq!(answer("DescribeInstances", filter), empty);
        let named = json!({"InstanceId": ["i-1"]});
        assert_eq!(answer("DescribeInstances", named), None);
        assert_eq!(answer("DescribeVpcs", json!({})), None);
    }
}
