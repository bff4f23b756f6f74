//! CloudWatch Logs: the output of the tasks, by log group and log stream, and the metrics in it.

mod api;
mod embedded;
mod insights;
mod lines;
mod log_group;
mod log_stream;
mod metric_filter;
mod metric_filters;
mod pattern;
mod permissions;
mod queries;
mod query_definition;
mod resource_policy;
mod rules;

pub(crate) use self::api::{handle, live_tail};
pub(crate) use self::lines::Groups;
pub(crate) use self::log_group::{LogGroup, ensure as ensure_group};
pub(crate) use self::log_stream::LogStream;
pub(crate) use self::metric_filter::MetricFilter;
pub(crate) use self::metric_filters::{MetricFilters, record};
pub(crate) use self::permissions::needed;
pub(crate) use self::query_definition::QueryDefinition;
pub(crate) use self::resource_policy::ResourcePolicy;
pub(crate) use self::rules::RULES;
