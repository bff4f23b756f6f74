//! CloudWatch's rules.

use super::alarms::{self, CompositeAlarm, MetricAlarm, Rule, check_rule};
use super::dashboards::{check_body, check_name};
use crate::aws::read;
use crate::resources::subject::Subject;
use crate::resources::{no_opening, rules};

rules! { "CloudWatch", no_opening;
    metric_is_given, "CloudWatch::Alarm", ValidationError, "An alarm has a metric with its namespace, or a list of metrics", "https://github.com/aws-cloudformation/cfn-lint/pull/771";
    metrics_are_alone, "CloudWatch::Alarm", ValidationError, "With a list of metrics, there is no metric, statistic, period or unit beside it", "https://github.com/cloudtools/troposphere/pull/1276";
    statistic, "CloudWatch::Alarm", ValidationError, "An alarm on a metric has a statistic or an extended statistic that exists", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";
    period, "CloudWatch::Alarm", ValidationError, "The period is 10, 20 or 30 seconds, or a multiple of 60", "https://github.com/badmintoncryer/cdk-preflight";
    evaluation_time, "CloudWatch::Alarm", ValidationError, "All periods together are a day at most, or seven days with periods of an hour", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";
    datapoints, "CloudWatch::Alarm", ValidationError, "The datapoints to alarm are not more than the periods", "https://github.com/hashicorp/terraform/issues/24070";
    threshold, "CloudWatch::Alarm", ValidationError, "An alarm has a threshold, and no second one", "https://github.com/aws-cloudformation/cfn-lint/pull/1306";
    operator_and_treatment, "CloudWatch::Alarm", ValidationError, "The operator fits the threshold", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";
    queries, "CloudWatch::Alarm", ValidationError, "One metric of the list returns data, ids are unique, expressions can be read, and there are at most 10 of each", "https://github.com/badmintoncryer/cdk-preflight";
    actions, "CloudWatch::Alarm", ValidationError, "Actions are ARNs in the region of the alarm", "https://github.com/sbstjn/serverless-sqs-alarms-plugin/pull/15";
    composite_actions, "CloudWatch::CompositeAlarm", ValidationError, "Actions are ARNs in the region of the alarm", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html";
    composite_suppressor, "CloudWatch::CompositeAlarm", ValidationError, "The suppressor exists, and comes with both its periods", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html";
    composite_rule, "CloudWatch::CompositeAlarm", ValidationError, "The rule can be read, and its alarms exist", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html";
    dashboard_name, "CloudWatch::Dashboard", InvalidParameterInput, "The name has letters, digits, - and _ only", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html";
    dashboard_body, "CloudWatch::Dashboard", InvalidParameterInput, "The body is JSON of widgets that exist", "https://github.com/aws/aws-cdk/issues/20024";
}

fn checked(subject: &Subject<'_>, check: alarms::Check) -> Result<(), String> {
    let alarm: MetricAlarm = read(subject.properties).unwrap_or_default();
    check(&alarm, subject.region)
}

macro_rules! of_alarms {
    ($($check:ident),*) => {
        $(fn $check(subject: &Subject<'_>) -> Result<(), String> {
            checked(subject, alarms::check::$check)
        })*
    };
}
alarms::check::with_checks!(of_alarms);

fn composite_actions(subject: &Subject<'_>) -> Result<(), String> {
    let alarm: CompositeAlarm = read(subject.properties).unwrap_or_default();
    alarm.check_actions(subject.region)
}

fn composite_suppressor(subject: &Subject<'_>) -> Result<(), String> {
    let alarm: CompositeAlarm = read(subject.properties).unwrap_or_default();
    alarms::check_suppressor(&subject.state.alarms, &alarm)
}

fn composite_rule(subject: &Subject<'_>) -> Result<(), String> {
    let rule = Rule::read(subject.text("AlarmRule").unwrap_or(""))?;
    let name = subject.text("AlarmName").unwrap_or(subject.id);
    check_rule(&subject.state.alarms, name, &rule)
}

fn dashboard_name(subject: &Subject<'_>) -> Result<(), String> {
    subject.text("DashboardName").map_or(Ok(()), check_name)
}

fn dashboard_body(subject: &Subject<'_>) -> Result<(), String> {
    check_body(subject.text("DashboardBody").unwrap_or(""))
}
