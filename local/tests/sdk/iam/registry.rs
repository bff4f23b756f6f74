//! The registry knows who has logged in.

use aws_config::SdkConfig;
use aws_sdk_ecr::primitives::Blob;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use e2e::Account;
use e2e::http::get_as;

use super::{assumed, described, role};

/// The status with which the registry answers the login of this configuration, and what it says.
async fn manifest(account: &Account, config: &SdkConfig) -> Result<(u16, String), String> {
    let ecr = aws_sdk_ecr::Client::new(config);
    let token = ecr
        .get_authorization_token()
        .send()
        .await
        .map_err(|err| described(&err))?;
    let login = token.authorization_data()[0].authorization_token().unwrap();
    let login = String::from_utf8(BASE64_STANDARD.decode(login).unwrap()).unwrap();
    let endpoint = account.local.endpoint_url();
    let answer = get_as(&endpoint, "/v2/app/manifests/none", &login).await;
    Ok((answer.status, answer.text))
}

#[tokio::test]
async fn a_pull_needs_the_permissions_of_who_logged_in() {
    let account = Account::new().await;
    let ecr = aws_sdk_ecr::Client::new(&account.config);
    ecr.create_repository()
        .repository_name("app")
        .send()
        .await
        .unwrap();
    let token = r#"{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}"#;
    let pull = r#"{"Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": "arn:aws:ecr:eu-central-1:123456789012:repository/app"}"#;

    let config = assumed(&account, &role(&format!("[{token}, {pull}]"))).await;
    assert_eq!(manifest(&account, &config).await.unwrap().0, 404);
    let config = assumed(&account, &role(&format!("[{token}]"))).await;
    let (status, text) = manifest(&account, &config).await.unwrap();
    assert_eq!(status, 403);
    assert!(text.contains("is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/app because no identity-based policy allows the ecr:BatchGetImage action"), "{text}");
    let config = assumed(&account, &role(&format!("[{pull}]"))).await;
    let err = manifest(&account, &config).await.unwrap_err();
    assert_eq!(
        err,
        "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/test/session is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action"
    );

    // The parts of a push of the API are authorised like the push itself.
    let config = assumed(&account, &role(&format!("[{token}, {pull}]"))).await;
    let ecr = aws_sdk_ecr::Client::new(&config);
    let part = ecr
        .upload_layer_part()
        .repository_name("app")
        .upload_id("u");
    let part = part
        .part_first_byte(0)
        .part_last_byte(0)
        .layer_part_blob(Blob::new("a"));
    let err = described(&part.send().await.unwrap_err());
    assert!(
        err.contains("is not authorized to perform: ecr:UploadLayerPart"),
        "{err}"
    );
    account.local.stop().await;
}

#[tokio::test]
async fn the_policy_of_a_repository_allows_and_denies() {
    let account = Account::new().await;
    let ecr = aws_sdk_ecr::Client::new(&account.config);
    let create = ecr.create_repository().repository_name("app");
    create.send().await.unwrap();
    let token = r#"[{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}]"#;
    let config = assumed(&account, &role(token)).await;
    let set = async |policy: String| {
        let set = ecr.set_repository_policy().repository_name("app");
        let set = set.policy_text(policy).send().await;
        set.map(drop).map_err(|err| described(&err))
    };
    let policy = |effect: &str, role: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Sid": "{effect} it", "Effect": "{effect}", "Principal": {{"AWS": "arn:aws:iam::123456789012:role/{role}"}}, "Action": "ecr:*"}}]}}"#
        )
    };
    assert_eq!(
        set(policy("Allow", "gone")).await.unwrap_err(),
        "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'"
    );
    assert_eq!(manifest(&account, &config).await.unwrap().0, 403);
    set(policy("Allow", "test")).await.unwrap();
    assert_eq!(manifest(&account, &config).await.unwrap().0, 404);
    set(policy("Deny", "test")).await.unwrap();
    let (status, text) = manifest(&account, &config).await.unwrap();
    assert_eq!(status, 403);
    assert!(
        text.contains("with an explicit deny in a resource-based policy"),
        "{text}"
    );
    account.local.stop().await;
}
