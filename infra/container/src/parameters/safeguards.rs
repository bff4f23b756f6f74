use clap::Args;

/// The parameter of the template that protects the load balancer.
pub(crate) const DELETION_PROTECTION: &str = "DeletionProtection";

/// The output of the stack that names the bucket with the access logs.
pub(crate) const ACCESS_LOG_BUCKET: &str = "AccessLogBucket";

/// The options for what a careful account wants, and what not everybody wants to pay for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Safeguards")]
pub struct Safeguards {
    /// Whether the load balancer writes every request to a bucket [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub access_logs: Option<bool>,
    /// Whether a key of this account encrypts the logs [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub customer_key: Option<bool>,
    /// Whether to protect the load balancer, and so the stack, from deletion [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub deletion_protection: Option<bool>,
    /// Whether ECS Exec can run commands in the containers [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub exec: Option<bool>,
}

impl Safeguards {
    /// The parameters with their values; `None` keeps the deployed one.
    pub(super) fn parameters(&self) -> [(&'static str, Option<String>); 4] {
        [
            ("AccessLogs", self.access_logs),
            ("CustomerKey", self.customer_key),
            (DELETION_PROTECTION, self.deletion_protection),
            ("ExecuteCommand", self.exec),
        ]
        .map(|(key, is_on)| (key, is_on.map(|is_on| is_on.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STACK;

    #[test]
    fn what_is_not_given_is_kept_and_the_template_has_the_rest() {
        let given = Safeguards {
            access_logs: Some(true),
            exec: Some(false),
            ..Safeguards::default()
        };
        let values = given.parameters();
        let values: Vec<_> = values.iter().map(|(_, value)| value.as_deref()).collect();
        assert_eq!(values, [Some("true"), None, None, Some("false")]);
        for (key, _) in given.parameters() {
            assert!(STACK.template.contains(&format!("\n  {key}:\n")), "{key}");
        }
        assert!(
            STACK
                .template
                .contains(&format!("\n  {ACCESS_LOG_BUCKET}:\n"))
        );
    }
}
