use clap::Args;
use deploy::Clients;
use deploy::cli::EnvironmentArgs;

use crate::Error;

/// The table to load or export.
#[derive(Debug, Clone, Default, Args)]
pub struct TableName {
    /// The name of the table [default: the one that the stack wrote to Parameter Store]
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

impl TableName {
    /// The name as given, else the value of the parameter that the app reads too.
    pub async fn resolve(&self, clients: &Clients, env: &EnvironmentArgs) -> Result<String, Error> {
        if let Some(table) = &self.table {
            return Ok(table.clone());
        }
        let prefix = env.prefix.clone();
        let prefix = prefix.unwrap_or_else(|| env.environment.prefix());
        let parameter = format!("{prefix}/table");
        let mut values = deploy::values(clients, std::slice::from_ref(&parameter)).await?;
        values.remove(&parameter).ok_or(Error::NoTable(parameter))
    }
}
