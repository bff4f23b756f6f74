//! The settings of ECS: those of the account, and those of clusters.

use e2e::Account;
use serde_json::{Value, json};

use crate::call::json as call;

#[tokio::test]
async fn a_setting_of_the_account_is_put_listed_and_deleted() {
    let account = Account::new().await;
    let call = async |action: &str, input: Value| call(&account, "ecs", action, &input).await;
    let setting = json!({"name": "fargateTaskRetirementWaitPeriod", "value": "14"});
    let put = call("PutAccountSettingDefault", setting.clone())
        .await
        .output();
    assert_eq!(put["setting"]["value"], "14");
    let listed = call("ListAccountSettings", json!({})).await.output();
    assert_eq!(
        listed["settings"][0]["name"],
        "fargateTaskRetirementWaitPeriod"
    );
    assert_eq!(listed["settings"].as_array().unwrap().len(), 1);
    let effective = json!({"effectiveSettings": true, "name": "taskLongArnFormat"});
    let listed = call("ListAccountSettings", effective).await.output();
    assert_eq!(listed["settings"][0]["value"], "enabled");
    let page = call("ListAccountSettings", json!({"effectiveSettings": true}))
        .await
        .output();
    assert_eq!(page["nextToken"], "10");
    let deleted = call(
        "DeleteAccountSetting",
        json!({"name": "fargateTaskRetirementWaitPeriod"}),
    );
    assert_eq!(deleted.await.output()["setting"]["value"], "7");

    for (name, value, code) in [
        ("taskLongArnFormat", "disabled", "InvalidParameterException"),
        ("tagResourceAuthorization", "on", "NotImplemented"),
    ] {
        let input = json!({"name": name, "value": value});
        let (found, _) = call("PutAccountSetting", input).await.error();
        assert_eq!(found, code, "{name}");
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_cluster_changes_its_settings_and_providers() {
    let account = Account::new().await;
    let call = async |action: &str, input: Value| call(&account, "ecs", action, &input).await;
    call("CreateCluster", json!({"clusterName": "own"}))
        .await
        .output();
    let settings = json!([{"name": "containerInsights", "value": "enabled"}]);
    let input = json!({"cluster": "own", "settings": settings});
    let updated = call("UpdateClusterSettings", input).await.output();
    assert_eq!(updated["cluster"]["settings"], settings);
    let strategy = json!([{"capacityProvider": "FARGATE", "weight": 1}]);
    let input = json!({
        "cluster": "own", "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": strategy,
    });
    let put = call("PutClusterCapacityProviders", input).await.output();
    assert_eq!(
        put["cluster"]["capacityProviders"],
        json!(["FARGATE", "FARGATE_SPOT"])
    );
    assert_eq!(put["cluster"]["settings"], settings);
    let none =
        json!({"cluster": "own", "capacityProviders": [], "defaultCapacityProviderStrategy": []});
    let put = call("PutClusterCapacityProviders", none).await.output();
    assert_eq!(put["cluster"]["capacityProviders"], json!([]));

    let named = json!({"capacityProviders": ["FARGATE", "own"]});
    let described = call("DescribeCapacityProviders", named).await.output();
    assert_eq!(described["capacityProviders"][0]["status"], "ACTIVE");
    assert_eq!(
        described["failures"],
        json!([{"arn": "own", "reason": "MISSING"}])
    );
    let listed = call("ListContainerInstances", json!({"cluster": "own"}))
        .await
        .output();
    assert_eq!(listed["containerInstanceArns"], json!([]));
    let (code, _) = call("ListServicesByNamespace", json!({"namespace": "web"}))
        .await
        .error();
    assert_eq!(code, "NamespaceNotFoundException");
    account.local.stop().await;
}
