//! Mistakes in alarms and dashboards.

use super::Case;

const ALARM: &str = "CloudWatch::Alarm";
const COMPOSITE: &str = "CloudWatch::CompositeAlarm";
const DASHBOARD: &str = "CloudWatch::Dashboard";

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    ("metric_is_given", ALARM, r#"{"MetricName": null}"#, "MetricName must not be null"),
    ("metric_is_given", ALARM, r#"{"Namespace": null}"#, "Namespace must not be null"),
    ("metrics_are_alone", ALARM, r#"{"Metrics": [{"Id": "m1", "Expression": "1"}], "MetricName": null, "Namespace": null, "Dimensions": null, "Period": null}"#, "Statistic should not be set if list of Metrics is set."),
    ("metrics_are_alone", ALARM, r#"{"Metrics": [{"Id": "m1", "Expression": "1"}]}"#, "MetricName should not be set if list of Metrics is set."),
    ("statistic", ALARM, r#"{"Statistic": null}"#, "One of Statistic or ExtendedStatistic"),
    ("statistic", ALARM, r#"{"ExtendedStatistic": "p99"}"#, "Only one of Statistic or ExtendedStatistic"),
    ("statistic", ALARM, r#"{"Statistic": null, "ExtendedStatistic": "p101"}"#, "The value p101 for parameter ExtendedStatistic is not supported."),
    ("statistic", ALARM, r#"{"Statistic": null, "ExtendedStatistic": "Average"}"#, "The value Average for parameter ExtendedStatistic is not supported."),
    ("period", ALARM, r#"{"Period": 45}"#, "Period must be 10, 20, 30 or a multiple of 60"),
    ("period", ALARM, r#"{"Period": null}"#, "Period must not be null"),
    ("evaluation_time", ALARM, r#"{"Period": 1800, "EvaluationPeriods": 49}"#, "(EvaluationPeriods * Period must be <= 86400)"),
    ("evaluation_time", ALARM, r#"{"Period": 86400, "EvaluationPeriods": 8}"#, "(EvaluationPeriods * Period must be <= 604800)"),
    ("datapoints", ALARM, r#"{"DatapointsToAlarm": 4}"#, "DatapointsToAlarm must be less than or equal to EvaluationPeriods"),
    ("threshold", ALARM, r#"{"ThresholdMetricId": "e1"}"#, "Threshold and ThresholdMetricId cannot both be set"),
    ("threshold", ALARM, r#"{"Threshold": null}"#, "Threshold"),
    ("operator_and_treatment", ALARM, r#"{"ComparisonOperator": "GreaterThanUpperThreshold"}"#, "ComparisonOperator"),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1", "Expression": "1"}, {"Id": "e2", "Expression": "e1 + 1"}]}"#, "Exactly one element of the metrics list should return data."),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1", "Expression": "1"}, {"Id": "e1", "Expression": "2"}]}"#, "are not unique"),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1", "Expression": "m1 / m2"}]}"#, "m1"),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "E1", "Expression": "1"}]}"#, "expected pattern"),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1", "Expression": "SUM(1"}]}"#, "Error in expression 'e1'"),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1"}]}"#, "must be specified"),
    ("actions", ALARM, r#"{"AlarmActions": ["alarms"]}"#, "Invalid arn syntax: alarms"),
    ("actions", ALARM, r#"{"OKActions": ["arn:aws:sns:us-east-1:123456789012:alarms"]}"#, "Invalid region us-east-1 specified. Only eu-central-1 is supported."),
    ("actions", ALARM, r#"{"InsufficientDataActions": ["arn:aws-cn:sns:eu-central-1:123456789012:alarms"]}"#, "Invalid partition aws-cn specified. Only aws is supported."),
    ("composite_actions", COMPOSITE, r#"{"AlarmActions": ["alarms"]}"#, "Invalid arn syntax: alarms"),
    ("composite_suppressor", COMPOSITE, r#"{"ActionsSuppressor": "gone", "ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60}"#, "actions suppressor alarm gone does not exist"),
    ("composite_suppressor", COMPOSITE, r#"{"ActionsSuppressorWaitPeriod": 60}"#, "can only be specified if ActionsSuppressor is specified"),
    ("composite_rule", COMPOSITE, r#"{"AlarmRule": "ALARM(gone)"}"#, "Could not save the composite alarm as alarms [gone] in the alarm rule do not exist"),
    ("composite_rule", COMPOSITE, r#"{"AlarmRule": "ALARM("}"#, "AlarmRule"),
    ("dashboard_name", DASHBOARD, r#"{"DashboardName": "my dashboard"}"#, "contains invalid characters"),
    ("dashboard_body", DASHBOARD, r#"{"DashboardBody": "{widgets}"}"#, "must be a valid JSON object"),
    ("dashboard_body", DASHBOARD, r#"{"DashboardBody": "{\"widgets\": [{\"type\": \"text\"}]}"}"#, "there are 1 validation errors"),
    ("metric_is_given", ALARM, r#"{"Namespace": "Übung"}"#, "Namespace must not contain Non-ASCII characters."),
    ("statistic", ALARM, r#"{"EvaluateLowSampleCountPercentile": "ignore"}"#, "enabled only for percentile statistics."),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e1", "Expression": "SEARCH('a', 'Sum', 60)"}]}"#, "SEARCH is not supported on Metric Alarms."),
    ("queries", ALARM, r#"{"MetricName": null, "Namespace": null, "Dimensions": null, "Period": null, "Statistic": null, "Metrics": [{"Id": "e0", "Expression": "1"}, {"Id": "e1", "Expression": "1", "ReturnData": false}, {"Id": "e2", "Expression": "1", "ReturnData": false}, {"Id": "e3", "Expression": "1", "ReturnData": false}, {"Id": "e4", "Expression": "1", "ReturnData": false}, {"Id": "e5", "Expression": "1", "ReturnData": false}, {"Id": "e6", "Expression": "1", "ReturnData": false}, {"Id": "e7", "Expression": "1", "ReturnData": false}, {"Id": "e8", "Expression": "1", "ReturnData": false}, {"Id": "e9", "Expression": "1", "ReturnData": false}, {"Id": "e10", "Expression": "1", "ReturnData": false}]}"#, "Too many expressions in alarm, maximum is 10"),
];
