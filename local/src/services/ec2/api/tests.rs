use serde_json::{Value, json};

use super::*;
use crate::account::testing::account;

#[tokio::test]
async fn every_listing_answers_an_empty_account_and_refuses_unknown_filters_and_ids() {
    let account = account().await;
    for listing in LISTINGS {
        let action = listing.action;
        let all = handle(&account, action, &json!({})).unwrap();
        assert!(all[listing.set].is_array(), "{action}: {all}");
        let filter = |name: &str| json!({"Filter": {"1": {"Name": name, "Value": {"1": "x"}}}});
        let unknown = handle(&account, action, &filter("no-such")).unwrap_err();
        assert_eq!(unknown.code, "InvalidParameterValue", "{action}");
        assert_eq!(
            unknown.message, "The filter 'no-such' is invalid",
            "{action}"
        );
        for (name, _) in listing.filters {
            let none = handle(&account, action, &filter(name)).unwrap();
            assert_eq!(none[listing.set], json!([]), "{action} {name}");
        }
        if let Some((parameter, _)) = listing.ids.first() {
            let id = format!("{}0123", listing.prefix);
            let missing = handle(&account, action, &json!({*parameter: {"1": id}})).unwrap_err();
            assert!(missing.message.contains(&id), "{action}: {missing:?}");
        }
    }
    let dry = handle(&account, "DescribeVpcs", &json!({"DryRun": "true"})).unwrap_err();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
    let dry = handle(&account, "RunInstances", &json!({"DryRun": "true"})).unwrap_err();
    assert!(dry.message.contains("RunInstances"), "{dry:?}");
    let wrong = handle(&account, "DescribeVpcs", &json!({"VpcId": {"1": "net-1"}})).unwrap_err();
    assert_eq!(wrong.code, "InvalidVpcID.Malformed");
    let page = handle(&account, "DescribeVpcs", &json!({"MaxResults": "4"})).unwrap_err();
    assert_eq!(page.code, "InvalidParameterValue");
    let unknown = handle(&account, "RunInstances", &json!({})).unwrap_err();
    assert!(unknown.message.contains("RunInstances"), "{unknown:?}");
    let zones = handle(&account, "DescribeAvailabilityZones", &json!({})).unwrap();
    let zones = zones["availabilityZoneInfo"].as_array().map_or(0, Vec::len);
    assert_eq!(zones, 3);
    let _: Value = handle(&account, "DescribePrefixLists", &json!({})).unwrap();
}
