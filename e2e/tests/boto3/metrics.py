"""Uses CloudWatch with boto3: in the three protocols that its clients speak."""

import json
import sys
import time
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

session = boto3.Session(region_name="eu-central-1", aws_access_key_id="local", aws_secret_access_key="local")


def client(service, protocol=None):
    if protocol:
        # Older versions know only one of the protocols.
        model = session._session.get_component("data_loader").load_service_model(service, "service-2")
        model["metadata"]["protocol"] = protocol
        model["metadata"]["protocols"] = [protocol]
    return session.client(service, endpoint_url=sys.argv[1], config=Config(retries={"max_attempts": 1}))


def until(what, found):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.2)
    sys.exit(f"{what}: timed out")


def refused(code, part, call, **inputs):
    try:
        call(**inputs)
    except ClientError as err:
        error = err.response["Error"]
        assert error["Code"] == code and part in error["Message"], error
        return
    sys.exit(f"{inputs} was not refused")


def use(protocol):
    watch, topics = client("cloudwatch", protocol), client("sns")
    space, now = f"Mine/{protocol}", datetime.now(timezone.utc)
    topic = topics.create_topic(Name=f"alarms-{protocol.replace('_', '-')}")["TopicArn"]
    name = f"alarm {protocol}"
    watch.put_metric_alarm(
        AlarmName=name, Namespace=space, MetricName="Size", Dimensions=[{"Name": "A", "Value": "b"}],
        Statistic="Average", Period=60, EvaluationPeriods=3, DatapointsToAlarm=3, Threshold=10.5,
        ComparisonOperator="GreaterThanThreshold", TreatMissingData="notBreaching", AlarmActions=[topic],
        Tags=[{"Key": "of", "Value": "test"}])
    data = [{"MetricName": "Size", "Dimensions": [{"Name": "A", "Value": "b"}], "Unit": "Bytes",
             "Value": 20 + age, "Timestamp": now - timedelta(minutes=age)} for age in range(3)]
    # Enough to be compressed.
    data += [{"MetricName": f"Filling{number}", "Values": [1.0, 2.0], "Counts": [3.0, 1.0]} for number in range(300)]
    watch.put_metric_data(Namespace=space, MetricData=data)
    watch.put_metric_data(Namespace=space, MetricData=[{"MetricName": "Set", "StatisticValues": {
        "SampleCount": 2, "Sum": 6, "Minimum": 1, "Maximum": 5}}])
    alarm = until("the alarm", lambda: watch.describe_alarms(AlarmNames=[name], StateValue="ALARM")["MetricAlarms"])[0]
    assert alarm["Threshold"] == 10.5 and alarm["Period"] == 60 and alarm["ActionsEnabled"], alarm
    assert alarm["StateReason"].startswith("Threshold Crossed: 3 out of the last 3 datapoints ["), alarm
    assert abs((alarm["StateUpdatedTimestamp"] - now).total_seconds()) < 60, alarm
    history = until("the action", lambda: watch.describe_alarm_history(
        AlarmName=name, HistoryItemType="Action")["AlarmHistoryItems"])
    assert history[0]["HistorySummary"] == f"Successfully executed action {topic}", history
    kinds = [item["HistoryItemType"] for item in watch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]]
    assert kinds == ["Action", "StateUpdate", "ConfigurationUpdate"], kinds
    assert watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "of", "Value": "test"}]

    times = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=1)}
    got = watch.get_metric_statistics(
        Namespace=space, MetricName="Size", Dimensions=[{"Name": "A", "Value": "b"}], Period=60,
        Statistics=["Average", "Sum"], ExtendedStatistics=["p90"], **times)
    points = sorted(got["Datapoints"], key=lambda point: point["Timestamp"])
    assert [point["Sum"] for point in points] == [22.0, 21.0, 20.0], got
    assert points[0]["ExtendedStatistics"] == {"p90": 22.0} and points[0]["Unit"] == "Bytes", got
    assert points[0]["Timestamp"].second == 0, got
    stat = {"Metric": {"Namespace": space, "MetricName": "Set"}, "Period": 300, "Stat": "Average"}
    result = watch.get_metric_data(MetricDataQueries=[
        {"Id": "m1", "MetricStat": stat, "ReturnData": False},
        {"Id": "e1", "Expression": "FILL(m1, 0) * 2", "Label": "double"}], **times)["MetricDataResults"]
    assert len(result) == 1 and result[0]["Label"] == "double" and 6.0 in result[0]["Values"], result
    pages = watch.get_paginator("list_metrics").paginate(Namespace=space)
    assert sum(len(page["Metrics"]) for page in pages) == 302

    watch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="said so", StateReasonData="{}")
    watch.disable_alarm_actions(AlarmNames=[name])
    assert not watch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["ActionsEnabled"]
    watch.put_composite_alarm(AlarmName=f"both {protocol}", AlarmRule=f'ALARM("{name}") OR TRUE')
    until("the composite", lambda: watch.describe_alarms(
        AlarmTypes=["CompositeAlarm"], StateValue="ALARM", AlarmNamePrefix="both")["CompositeAlarms"])
    refused("ValidationError", "composite", watch.delete_alarms, AlarmNames=[name])
    watch.delete_alarms(AlarmNames=[name, f"both {protocol}"])

    body = json.dumps({"widgets": [{"type": "text", "x": 0, "y": 0, "width": 3, "height": 3, "properties": {"markdown": "x"}}]})
    watch.put_dashboard(DashboardName="mine", DashboardBody=body)
    assert watch.get_dashboard(DashboardName="mine")["DashboardBody"] == body
    entry = watch.list_dashboards()["DashboardEntries"][0]
    assert entry["Size"] == len(body) and entry["LastModified"].year == now.year, entry
    watch.delete_dashboards(DashboardNames=["mine"])

    refused("ResourceNotFound", "mine", watch.get_dashboard, DashboardName="mine")
    refused("InvalidParameterInput", "JSON", watch.put_dashboard, DashboardName="mine", DashboardBody="[")
    refused("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.",
            watch.put_metric_data, Namespace="AWS/ECS", MetricData=[{"MetricName": "a", "Value": 1}])
    refused("ValidationError", "Period must be 10, 20, 30 or a multiple of 60", watch.put_metric_alarm,
            AlarmName="wrong", Namespace=space, MetricName="a", Statistic="Sum", Period=45, EvaluationPeriods=1,
            Threshold=1, ComparisonOperator="GreaterThanThreshold")
    refused("InvalidParameterCombination", "exceeds the limit of 1440", watch.get_metric_statistics,
            Namespace=space, MetricName="a", Period=60, Statistics=["Sum"], StartTime=now - timedelta(days=10), EndTime=now)
    refused("NotImplemented", "PutMetricStream", watch.put_metric_stream,
            Name="x", FirehoseArn="arn:x", RoleArn="arn:x", OutputFormat="json")


for protocol in ["smithy-rpc-v2-cbor", "json", "query"]:
    use(protocol)
