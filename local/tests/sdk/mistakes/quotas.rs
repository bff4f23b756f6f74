//! The quotas of an account.

use e2e::Account;

const NETWORKS: &str = "Resources:
  A: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  B: {Type: AWS::EC2::VPC, DependsOn: A, Properties: {CidrBlock: 10.0.0.0/16}}
  C: {Type: AWS::EC2::VPC, DependsOn: B, Properties: {CidrBlock: 10.0.0.0/16}}
  D: {Type: AWS::EC2::VPC, DependsOn: C, Properties: {CidrBlock: 10.0.0.0/16}}
  E: {Type: AWS::EC2::VPC, DependsOn: D, Properties: {CidrBlock: 10.0.0.0/16}}
  F: {Type: AWS::EC2::VPC, DependsOn: E, Properties: {CidrBlock: 10.0.0.0/16}}
";

const ADDRESSES: &str = "Resources:
  A: {Type: AWS::EC2::EIP}
  B: {Type: AWS::EC2::EIP}
  C: {Type: AWS::EC2::EIP}
  D: {Type: AWS::EC2::EIP}
  E: {Type: AWS::EC2::EIP}
  F: {Type: AWS::EC2::EIP}
";

#[tokio::test]
async fn an_account_has_the_default_quotas_of_aws() {
    let account = Account::new().await;
    for (template, sentence) in [
        (NETWORKS, "The maximum number of VPCs has been reached."),
        (
            ADDRESSES,
            "The maximum number of addresses has been reached.",
        ),
    ] {
        let none = std::collections::BTreeMap::new();
        let found = super::outcome(&account, "many", template, &none).await;
        assert!(
            found.iter().any(|(_, reason)| reason.contains(sentence)),
            "{found:?}"
        );
        super::remove(&account, "many").await;
    }
}

#[tokio::test]
async fn a_quota_can_be_raised() {
    let options = local::Options {
        quota: vec!["vpcs=6".to_owned()],
        ..e2e::options()
    };
    let account = Account::with(&options).await;
    assert_eq!(
        account.deploy("many", NETWORKS, &[]).await,
        "CREATE_COMPLETE"
    );
}
