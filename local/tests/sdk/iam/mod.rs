//! IAM: who may do what, with the credentials of sessions.

mod app_role;
mod caller;
mod credentials;
mod keys;
mod policies;
mod registry;
mod resource_policies;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::config::Credentials;
use aws_sdk_sts::config::SharedCredentialsProvider;
use e2e::Account;

/// The account of the local AWS.
const ACCOUNT: &str = "123456789012";

/// A trust policy for everybody in the account who may assume the role.
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}}"#;

/// A template with the role `test`, which these inline statements allow something.
fn role(statements: &str) -> String {
    role_with(&format!(
        r#""Policies": [{{"PolicyName": "test", "PolicyDocument": {{"Version": "2012-10-17", "Statement": {statements}}}}}]"#
    ))
}

/// A template with the role `test` and these properties.
fn role_with(properties: &str) -> String {
    format!(
        r#"{{"Resources": {{"Role": {{"Type": "AWS::IAM::Role", "Properties": {{"RoleName": "test", "AssumeRolePolicyDocument": {TRUST}, {properties}}}}}}}}}"#
    )
}

/// Deploys a stack with one role, and assumes the role.
async fn assumed(account: &Account, template: &str) -> SdkConfig {
    let status = account.deploy("role", template, &[]).await;
    assert!(
        status.ends_with("E_COMPLETE") && !status.contains("ROLLBACK"),
        "{status}"
    );
    let credentials = assume(account, "test").await.expect("it can be assumed");
    with_credentials(&account.config, credentials)
}

/// Credentials for the role, or STS's error.
async fn assume(account: &Account, role: &str) -> Result<Credentials, String> {
    let sts = aws_sdk_sts::Client::new(&account.config);
    let assumed = sts
        .assume_role()
        .role_arn(format!("arn:aws:iam::{ACCOUNT}:role/{role}"))
        .role_session_name("session")
        .send()
        .await;
    let assumed = assumed.map_err(|err| described(&err))?;
    let issued = assumed.credentials().expect("credentials");
    Ok(Credentials::new(
        issued.access_key_id(),
        issued.secret_access_key(),
        Some(issued.session_token().to_owned()),
        None,
        "test",
    ))
}

/// The same configuration with other credentials.
fn with_credentials(config: &SdkConfig, credentials: Credentials) -> SdkConfig {
    let provider = SharedCredentialsProvider::new(credentials);
    config.to_builder().credentials_provider(provider).build()
}

/// The code and the message of an error.
fn described<E>(err: &aws_sdk_sts::error::SdkError<E>) -> String
where
    E: aws_sdk_sts::error::ProvideErrorMetadata,
{
    let meta = err
        .as_service_error()
        .map(aws_sdk_sts::error::ProvideErrorMetadata::meta);
    let meta = meta.expect("an error of the service");
    format!(
        "{}: {}",
        meta.code().unwrap_or(""),
        meta.message().unwrap_or("")
    )
}
