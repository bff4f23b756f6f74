use clap::Args;
use deploy::Clients;
use deploy::cli::EnvironmentArgs;

use crate::Error;

/// Which table is meant.
#[derive(Debug, Clone, Default, Args)]
pub struct Which {
    /// The table [default: the one that the stack hands over]
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

impl Which {
    /// Its name: as given, else as the parameter says that the app reads, too.
    pub async fn name(&self, clients: &Clients, env: &EnvironmentArgs) -> Result<String, Error> {
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
