//! What an alarm must be like. Actions and templates are checked alike, in this order.

use super::check_queries::{check_queries, fail_if, is_extended};
use super::definition::{CompositeAlarm, MetricAlarm, MetricDataQuery};

/// The longest time that an alarm looks at: a day, and seven days with periods of an hour or more.
const DAY: i64 = 24 * 60 * 60;

/// The most actions of a state.
const ACTIONS: usize = 5;

/// One check. It gets the alarm and the region of the account.
pub(crate) type Check = fn(&MetricAlarm, &str) -> Result<(), String>;

/// Hands the names of all checks, in their order, to another macro.
macro_rules! with_checks {
    ($macro:ident) => {
        $macro!(
            metric_is_given,
            metrics_are_alone,
            statistic,
            period,
            evaluation_time,
            datapoints,
            threshold,
            operator_and_treatment,
            queries,
            actions
        );
    };
}
pub(crate) use with_checks;

macro_rules! listed {
    ($($check:ident),*) => {
        /// All checks.
        pub(crate) static CHECKS: &[Check] = &[$($check),*];
    };
}
with_checks!(listed);

/// An alarm has a metric or a list of metrics. The sentence is that of
/// <https://github.com/aws-cloudformation/cfn-lint/pull/771>.
pub(crate) fn metric_is_given(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    if !alarm.metrics.is_empty() {
        return Ok(());
    }
    fail_if(alarm.metric_name.is_none(), "MetricName must not be null")?;
    fail_if(alarm.namespace.is_none(), "Namespace must not be null")?;
    // https://github.com/badmintoncryer/cdk-preflight
    fail_if(
        !alarm.namespace.iter().all(|name| name.is_ascii()),
        "Namespace must not contain Non-ASCII characters.",
    )
}

/// With a list of metrics, the members of a single metric are not allowed. The sentence is that of
/// <https://github.com/cloudtools/troposphere/pull/1276>.
pub(crate) fn metrics_are_alone(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    if alarm.metrics.is_empty() {
        return Ok(());
    }
    let given = [
        ("MetricName", alarm.metric_name.is_some()),
        ("Namespace", alarm.namespace.is_some()),
        ("Dimensions", !alarm.dimensions.is_empty()),
        ("Period", alarm.period.is_some()),
        ("Statistic", alarm.statistic.is_some()),
        ("ExtendedStatistic", alarm.extended_statistic.is_some()),
        ("Unit", alarm.unit.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(format!(
            "{name} should not be set if list of Metrics is set."
        )),
        None => Ok(()),
    }
}

/// An alarm on a metric has a statistic or an extended one.
pub(crate) fn statistic(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    let (simple, extended) = (&alarm.statistic, &alarm.extended_statistic);
    if !alarm.metrics.is_empty() {
        return Ok(());
    }
    fail_if(
        simple.is_some() && extended.is_some(),
        "Only one of Statistic or ExtendedStatistic can be set",
    )?;
    fail_if(
        simple.is_none() && extended.is_none(),
        "One of Statistic or ExtendedStatistic must be set",
    )?;
    if let Some(name) = extended
        && !is_extended(name)
    {
        return Err(format!(
            "The value {name} for parameter ExtendedStatistic is not supported."
        ));
    }
    let low = alarm.evaluate_low_sample_count_percentile.as_deref();
    let known = low.is_none_or(|low| ["evaluate", "ignore"].contains(&low));
    fail_if(
        !known,
        "EvaluateLowSampleCountPercentile must be evaluate or ignore",
    )?;
    // https://github.com/badmintoncryer/cdk-preflight
    match simple.as_ref().filter(|_| low.is_some()) {
        Some(simple) => Err(format!(
            "Option evaluateLowSampleCountPercentile can not be applied with statistic {simple}. This option is enabled only for percentile statistics."
        )),
        None => Ok(()),
    }
}

/// The period is one that alarms have. The sentence is that of
/// <https://github.com/badmintoncryer/cdk-preflight>.
pub(crate) fn period(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    if alarm.metrics.is_empty() && alarm.period.is_none() {
        return Err("Period must not be null".to_owned());
    }
    let of_metrics = alarm.metrics.iter().flat_map(|query| {
        let of_metric = query.metric_stat.as_ref().map(|stat| stat.period);
        query.period.into_iter().chain(of_metric)
    });
    let mut periods = alarm.period.into_iter().chain(of_metrics);
    let allowed = |period: i64| period > 0 && ([10, 20, 30].contains(&period) || period % 60 == 0);
    fail_if(
        !periods.all(allowed),
        "Period must be 10, 20, 30 or a multiple of 60",
    )
}

/// The time that an alarm looks at.
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
pub(crate) fn evaluation_time(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    let period = alarm.seconds();
    let time = period.saturating_mul(alarm.evaluation_periods);
    if period >= 3600 {
        return fail_if(
            time > 7 * DAY,
            "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).",
        );
    }
    fail_if(
        time > DAY,
        "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    )
}

/// The sentence is that of <https://github.com/hashicorp/terraform/issues/24070>.
pub(crate) fn datapoints(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    fail_if(
        alarm.needed() > alarm.evaluation_periods,
        "DatapointsToAlarm must be less than or equal to EvaluationPeriods",
    )
}

/// The sentence for both is that of <https://github.com/aws-cloudformation/cfn-lint/pull/1306>.
pub(crate) fn threshold(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    let (number, id) = (alarm.threshold, &alarm.threshold_metric_id);
    fail_if(
        number.is_some() && id.is_some(),
        "Threshold and ThresholdMetricId cannot both be set",
    )?;
    fail_if(
        number.is_none() && id.is_none(),
        "Either Threshold or ThresholdMetricId must be set",
    )?;
    fail_if(
        id.is_some(),
        "The local AWS does not do the member ThresholdMetricId yet.",
    )
}

/// The operator compares with a threshold, and missing data is treated in one of four ways.
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
pub(crate) fn operator_and_treatment(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    let of_bands = [
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    ];
    fail_if(
        of_bands.contains(&alarm.comparison_operator.as_str()) && alarm.threshold.is_some(),
        "ComparisonOperator for a band needs ThresholdMetricId",
    )?;
    let ways = ["breaching", "notBreaching", "ignore", "missing"];
    let treatment = alarm.treat_missing_data.as_deref();
    match treatment.filter(|treatment| !ways.contains(treatment)) {
        Some(other) => Err(format!(
            "Value '{other}' at 'treatMissingData' failed to satisfy constraint: Member must satisfy enum value set: [breaching, notBreaching, ignore, missing]"
        )),
        None => Ok(()),
    }
}

/// The list of metrics. The sentence about what it returns is that of
/// <https://github.com/hashicorp/terraform-provider-aws/issues/29894>.
pub(crate) fn queries(alarm: &MetricAlarm, _: &str) -> Result<(), String> {
    if alarm.metrics.is_empty() {
        return Ok(());
    }
    check_counts(&alarm.metrics)?;
    check_queries(&alarm.metrics)?;
    let returns = |query: &&MetricDataQuery| query.return_data.unwrap_or(true);
    fail_if(
        alarm.metrics.iter().filter(returns).count() != 1,
        "Exactly one element of the metrics list should return data.",
    )
}

/// How much an alarm may have, and what only dashboards have:
/// <https://github.com/badmintoncryer/cdk-preflight>.
fn check_counts(queries: &[MetricDataQuery]) -> Result<(), String> {
    let metrics = queries.iter().filter(|query| query.metric_stat.is_some());
    let expressions = || queries.iter().filter_map(|query| query.expression.as_ref());
    fail_if(
        metrics.count() > 10,
        "Too many metrics in alarm, maximum is 10",
    )?;
    fail_if(
        expressions().count() > 10,
        "Too many expressions in alarm, maximum is 10",
    )?;
    fail_if(
        expressions().any(|text| text.to_ascii_uppercase().contains("SEARCH(")),
        "SEARCH is not supported on Metric Alarms.",
    )
}

/// The actions are ARNs of services that alarms can call, in the region of the alarm. The sentences
/// are those of <https://github.com/sbstjn/serverless-sqs-alarms-plugin/pull/15> and of other public
/// reports.
pub(crate) fn actions(alarm: &MetricAlarm, region: &str) -> Result<(), String> {
    let (ok, alarm, missing) = (
        &alarm.ok_actions,
        &alarm.alarm_actions,
        &alarm.insufficient_data_actions,
    );
    check_actions([ok, alarm, missing], region)
}

impl CompositeAlarm {
    /// Checks the actions of each state.
    ///
    /// # Errors
    /// CloudWatch's sentence.
    pub(crate) fn check_actions(&self, region: &str) -> Result<(), String> {
        let (ok, alarm, missing) = (
            &self.ok_actions,
            &self.alarm_actions,
            &self.insufficient_data_actions,
        );
        check_actions([ok, alarm, missing], region)
    }
}

fn check_actions(of_states: [&Vec<String>; 3], region: &str) -> Result<(), String> {
    let mut of_states = of_states.into_iter();
    of_states.try_for_each(|list| check_list(list, region))
}

fn check_list(list: &[String], region: &str) -> Result<(), String> {
    fail_if(
        list.len() > ACTIONS,
        "Member must have length less than or equal to 5",
    )?;
    for action in list {
        let parts: Vec<&str> = action.splitn(6, ':').collect();
        let &["arn", partition, service, own, _, resource] = parts.as_slice() else {
            return Err(format!("Invalid arn syntax: {action}"));
        };
        let services = [
            "sns",
            "autoscaling",
            "automate",
            "ssm",
            "ssm-incidents",
            "lambda",
            "swf",
            "aiops",
        ];
        if resource.is_empty() || !services.contains(&service) {
            return Err(format!("Invalid arn syntax: {action}"));
        }
        if partition != crate::aws::PARTITION {
            return Err(format!(
                "Invalid partition {partition} specified. Only {} is supported.",
                crate::aws::PARTITION
            ));
        }
        if own != region {
            return Err(format!(
                "Invalid region {own} specified. Only {region} is supported."
            ));
        }
    }
    Ok(())
}
