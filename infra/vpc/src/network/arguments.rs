use clap::Args;
use deploy::cli::Consent;

/// An existing network: the options of `vpc use`.
#[derive(Debug, Clone, Args)]
pub struct Network {
    /// The VPC
    #[arg(long, value_name = "ID", value_parser = vpc_id)]
    pub vpc_id: String,
    /// The subnets for the load balancer, in at least two zones
    #[arg(long, value_name = "ID,ID", required = true, value_delimiter = ',', value_parser = subnet_id)]
    pub public: Vec<String>,
    /// The subnets for the tasks; they need access to the AWS APIs
    #[arg(long, value_name = "ID,ID", required = true, value_delimiter = ',', value_parser = subnet_id)]
    pub private: Vec<String>,
    /// The approval.
    #[command(flatten)]
    pub consent: Consent,
}

fn vpc_id(text: &str) -> Result<String, String> {
    id(text, "vpc-")
}

fn subnet_id(text: &str) -> Result<String, String> {
    id(text, "subnet-")
}

fn id(text: &str, prefix: &str) -> Result<String, String> {
    let digits = text.strip_prefix(prefix).unwrap_or("");
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "an id consists of {prefix} and hexadecimal digits (0 to 9, a to f)"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_ec2() {
        assert!(vpc_id("vpc-0123456789abcdef0").is_ok());
        for wrong in ["", "vpc-", "subnet-1", "vpc-xyz", "1"] {
            assert!(vpc_id(wrong).is_err(), "{wrong}");
        }
    }
}
