use clap::Args;

/// The parameters of the template for AWS WAF.
pub(super) const WAF: &str = "Waf";
pub(super) const WAF_RATE_LIMIT: &str = "WafRateLimit";

/// The options for AWS WAF.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who gets in")]
pub struct Waf {
    /// Whether AWS WAF stands in front of the page, which costs 9 $ a month: it blocks known attacks, and
    /// addresses that send too many requests [default: as deployed before, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub waf: Option<bool>,
    /// How many requests AWS WAF lets one address send in five minutes [default: 2000]
    #[arg(long, value_name = "REQUESTS", value_parser = clap::value_parser!(u32).range(10..=2_000_000_000))]
    pub waf_rate_limit: Option<u32>,
}

impl Waf {
    pub(super) fn parameters(&self) -> [(&'static str, Option<String>); 2] {
        let limit = self.waf_rate_limit.map(|limit| limit.to_string());
        [
            (WAF, self.waf.map(|is_on| is_on.to_string())),
            (WAF_RATE_LIMIT, limit),
        ]
    }
}
