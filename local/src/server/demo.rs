//! The demo: the stacks that `local` deploys when it starts, and the text that it prints.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ssm::types::ParameterType;
use deploy::render::Shown;
use deploy::{Approval, Clients, Deployed, Environment, Output};

use crate::account::Account;
use crate::aws::now;

/// The login of the original project. It is used only on this machine.
const LOGIN: &str = "go-on-aws:hugo2021";

const CREDENTIALS: &str = "/go-on-aws/credentials";

/// The deployed architecture: where it is and how to log in.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The page at the load balancer.
    pub url: String,
    /// `user:password`
    pub login: String,
    /// The name of the table.
    pub table: String,
}

/// Deploys the three stacks with the code of the three binaries, and puts items into the table
/// if it is empty.
pub(crate) async fn deploy(account: &Arc<Account>) -> Result<Demo> {
    let config = sdk_config(account).await;
    let clients = Clients::from(&config);
    let options = deploy::Options {
        approval: Approval::Never,
        output: Output::Quiet,
        ..deploy::Options::default()
    };
    let ssm = aws_sdk_ssm::Client::new(&config);
    let login = login(&ssm).await?;
    // Neither stack reads a parameter of the other, so both are deployed at the same time.
    let (network, table) = tokio::join!(
        deploy::deploy(&clients, &vpc::STACK, &options),
        deploy::deploy(&clients, &table::STACK, &options),
    );
    network.context("the stack vpc could not be deployed")?;
    let table = table.context("the stack table could not be deployed")?;
    let service = container::deploy(&clients, &Environment::DEFAULT, None, &options)
        .await
        .context("the stack container could not be deployed")?;
    let table = output(table, "TableName")?;
    let url = output(service, "ServiceURL")?;
    fill(&aws_sdk_dynamodb::Client::new(&config), &table).await?;
    Ok(Demo { url, login, table })
}

fn output(deployed: Deployed, key: &str) -> Result<String> {
    let found = deployed
        .state
        .outputs
        .into_iter()
        .find(|(name, _)| name == key);
    Ok(found
        .with_context(|| format!("the stack {} has no output {key}", deployed.state.name))?
        .1)
}

async fn sdk_config(account: &Account) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(connect::http_client())
        .region(Region::new(account.region.clone()))
        .endpoint_url(account.endpoint_url())
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .load()
        .await
}

/// The existing login, or the one of the demo.
async fn login(ssm: &aws_sdk_ssm::Client) -> Result<String> {
    let known = ssm
        .get_parameter()
        .name(CREDENTIALS)
        .with_decryption(true)
        .send()
        .await
        .ok();
    let known = known.and_then(|found| found.parameter?.value);
    if let Some(login) = known {
        // The parameter may hold several logins; any of them works.
        let first = login.split_whitespace().next();
        return Ok(first.unwrap_or("").to_owned());
    }
    let put = ssm
        .put_parameter()
        .name(CREDENTIALS)
        .value(LOGIN)
        .r#type(ParameterType::SecureString);
    put.send()
        .await
        .context("the login of the demo could not be written")?;
    Ok(LOGIN.to_owned())
}

/// Puts the three items of the original project into an empty table.
async fn fill(dynamodb: &aws_sdk_dynamodb::Client, table: &str) -> Result<()> {
    let first = dynamodb
        .scan()
        .table_name(table)
        .limit(1)
        .send()
        .await
        .context("the table cannot be read")?;
    if !first.items().is_empty() {
        return Ok(());
    }
    for number in 1..=3 {
        let item = dynamodb
            .put_item()
            .table_name(table)
            .item(
                "itemID",
                AttributeValue::S(format!("object-key-demo{number}")),
            )
            .item("time", AttributeValue::S(now()));
        item.send().await.context("an item could not be written")?;
    }
    Ok(())
}

/// The text on the terminal once everything runs.
pub(crate) fn banner(account: &Account, demo: Option<&Demo>) -> String {
    let region = Shown(&account.region);
    let exports = format!(
        "export AWS_ENDPOINT_URL={}\n\
         export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
        account.endpoint_url()
    );
    let architecture = match demo {
        Some(demo) => {
            let (user, password) = demo.login.split_once(':').unwrap_or((&demo.login, ""));
            format!(
                "  Page      {}\n  Login     {} / {}\n  Table     {}\n  Endpoint  {}\n\n",
                Shown(&demo.url),
                Shown(user),
                Shown(password),
                Shown(&demo.table),
                account.endpoint_url()
            )
        }
        None => "  Nothing is deployed yet: task deploy-vpc deploy-table deploy-container\n\n"
            .to_owned(),
    };
    format!(
        "{architecture}For task, aws and any SDK in another shell:\n\n{exports}\n\nPress Ctrl-C to stop everything."
    )
}
