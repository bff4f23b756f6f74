//! Credentials that the local AWS has issued: who uses them, and how they are checked.

use aws_sdk_cloudformation::config::Credentials;
use e2e::Account;

use super::{assume, assumed, described, role, with_credentials};

/// All of Parameter Store.
const SSM: &str = r#"[{"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}]"#;

#[tokio::test]
async fn a_session_knows_who_it_is() {
    let account = Account::new().await;
    let developer = aws_sdk_sts::Client::new(&account.config);
    let identity = developer.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:iam::123456789012:user/local"));

    let config = assumed(&account, &role(SSM)).await;
    let sts = aws_sdk_sts::Client::new(&config);
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(
        identity.arn(),
        Some("arn:aws:sts::123456789012:assumed-role/test/session")
    );
    let id = identity.user_id().unwrap();
    assert!(id.starts_with("AROA") && id.ends_with(":session"), "{id}");

    let token = developer.get_session_token().send().await.unwrap();
    let token = token.credentials().unwrap();
    let token = Credentials::new(
        token.access_key_id(),
        token.secret_access_key(),
        Some(token.session_token().to_owned()),
        None,
        "test",
    );
    let sts = aws_sdk_sts::Client::new(&with_credentials(&account.config, token));
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:iam::123456789012:user/local"));
    account.local.stop().await;
}

#[tokio::test]
async fn a_wrong_secret_or_token_is_refused_in_the_words_of_each_service() {
    let account = Account::new().await;
    assumed(&account, &role(SSM)).await;
    let right = assume(&account, "test").await.unwrap();
    let ssm = async |credentials: Credentials| {
        let config = with_credentials(&account.config, credentials);
        let ssm = aws_sdk_ssm::Client::new(&config);
        let err = ssm
            .describe_parameters()
            .send()
            .await
            .map_err(|err| described(&err));
        let sts = aws_sdk_sts::Client::new(&config);
        let identity = sts.get_caller_identity().send().await;
        (err.err(), identity.map_err(|err| described(&err)).err())
    };
    assert_eq!(ssm(right.clone()).await, (None, None));

    let (id, token) = (
        right.access_key_id(),
        right.session_token().map(str::to_owned),
    );
    let wrong_secret = Credentials::new(id, "wrong", token.clone(), None, "test");
    let (json, query) = ssm(wrong_secret).await;
    let mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
    assert_eq!(
        json.unwrap(),
        format!("InvalidSignatureException: {mismatch}")
    );
    assert_eq!(query.unwrap(), format!("SignatureDoesNotMatch: {mismatch}"));

    let secret = right.secret_access_key();
    let no_token = Credentials::new(id, secret, None, None, "test");
    let forgotten = Credentials::new("ASIALOCAL00000000000", secret, token, None, "test");
    for credentials in [no_token, forgotten] {
        let (json, query) = ssm(credentials).await;
        let invalid = "The security token included in the request is invalid.";
        assert_eq!(
            json.unwrap(),
            format!("UnrecognizedClientException: {invalid}")
        );
        assert_eq!(query.unwrap(), format!("InvalidClientTokenId: {invalid}"));
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_role_is_assumed_only_by_those_whom_it_trusts() {
    let account = Account::new().await;
    let trusting = |principal: &str| role(SSM).replace(r#"{"AWS": "123456789012"}"#, principal);
    let denied = "AccessDenied: User: arn:aws:iam::123456789012:user/local is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/";
    for (stack, principal) in [
        ("a", r#"{"Service": "ecs-tasks.amazonaws.com"}"#),
        ("b", r#"{"AWS": "arn:aws:iam::210987654321:root"}"#),
    ] {
        let template = trusting(principal).replace(r#""test""#, &format!("\"{stack}\""));
        assert_eq!(
            account.deploy(stack, &template, &[]).await,
            "CREATE_COMPLETE"
        );
        let err = assume(&account, stack).await.unwrap_err();
        assert_eq!(err, format!("{denied}{stack}"));
    }
    let err = assume(&account, "missing").await.unwrap_err();
    assert_eq!(err, format!("{denied}missing"));
    account.local.stop().await;
}
