"""Walks boto3's paginators and waiters against the deployed architecture, and uses S3.

An action that the local AWS says it does not have is left out. Everything else must work: each waiter
ends, and pages of one entry give what a single page gives.
"""

import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError, PaginationError

SERVICES = [
    "application-autoscaling", "cloudformation", "cloudwatch", "dynamodb", "ec2", "ecr", "ecs",
    "elbv2", "iam", "kms", "logs", "route53", "s3", "secretsmanager", "sns", "ssm",
]
NOT_HERE = ["does not do", "(UnknownOperationException)", "(InvalidAction)", "AWS has no service"]
session = boto3.Session(region_name="eu-central-1", aws_access_key_id="local", aws_secret_access_key="local")
config = Config(retries={"max_attempts": 1}, user_agent_extra="walk")
clients = {name: session.client(name, endpoint_url=sys.argv[1], config=config) for name in SERVICES}
failures, walked, absent = [], [], []


def resources():
    """The physical ids of the deployed resources, by type."""
    found = {}
    for stack in ["vpc", "table", "container"]:
        pages = clients["cloudformation"].get_paginator("list_stack_resources").paginate(StackName=stack)
        for resource in pages.search("StackResourceSummaries"):
            found.setdefault(resource["ResourceType"], []).append(resource["PhysicalResourceId"])
    return found


made = resources()
one = {kind: ids[0] for kind, ids in made.items()}
cluster = one["AWS::ECS::Cluster"]
service = one["AWS::ECS::Service"]
balancer = one["AWS::ElasticLoadBalancingV2::LoadBalancer"]
group = one["AWS::ElasticLoadBalancingV2::TargetGroup"]
table = one["AWS::DynamoDB::Table"]
tasks = clients["ecs"].list_tasks(cluster=cluster)["taskArns"]

# The inputs of actions that need some, by service and action.
INPUTS = {
    ("cloudformation", "DescribeStackEvents"): {"StackName": "container"},
    ("cloudformation", "DescribeEvents"): {"StackName": "container"},
    ("cloudformation", "ListStackResources"): {"StackName": "vpc"},
    ("cloudformation", "ListChangeSets"): {"StackName": "container"},
    ("cloudformation", "DescribeStacks"): {},
    ("cloudwatch", "DescribeAlarms"): {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
    ("cloudwatch", "ListMetrics"): {"Namespace": "Walk"},
    ("cloudwatch", "GetMetricData"): {"StartTime": 1700000000, "EndTime": 1700000600, "MetricDataQueries": [
        {"Id": "e1", "Expression": "METRICS()", "Period": 60}]},
    ("dynamodb", "Scan"): {"TableName": table},
    ("dynamodb", "ListTables"): {},
    ("ecr", "DescribeImages"): {"repositoryName": "walk"},
    ("ecr", "ListImages"): {"repositoryName": "walk"},
    ("ecs", "ListContainerInstances"): {"cluster": cluster},
    ("ecs", "ListTasks"): {"cluster": cluster},
    ("ecs", "ListServices"): {"cluster": cluster},
    ("elbv2", "DescribeListeners"): {"LoadBalancerArn": balancer},
    ("elbv2", "DescribeRules"): {"ListenerArn": one["AWS::ElasticLoadBalancingV2::Listener"]},
    ("logs", "DescribeLogStreams"): {"logGroupName": one["AWS::Logs::LogGroup"]},
    ("logs", "FilterLogEvents"): {"logGroupName": one["AWS::Logs::LogGroup"]},
    ("ssm", "GetParametersByPath"): {"Path": "/", "Recursive": True},
    ("application-autoscaling", "DescribeScalableTargets"): {"ServiceNamespace": "ecs"},
    ("application-autoscaling", "DescribeScalingPolicies"): {"ServiceNamespace": "ecs"},
    ("s3", "ListObjectsV2"): {"Bucket": "walk-bucket"},
    ("s3", "ListObjects"): {"Bucket": "walk-bucket"},
    ("s3", "ListObjectVersions"): {"Bucket": "walk-bucket"},
    ("s3", "ListMultipartUploads"): {"Bucket": "walk-bucket"},
}
WAITS = {
    ("cloudwatch", "alarm_exists"): {"AlarmNames": ["walk"]},
    ("cloudwatch", "composite_alarm_exists"): {"AlarmNames": ["walk-either"], "AlarmTypes": ["CompositeAlarm"]},
    ("cloudformation", "stack_exists"): {"StackName": "vpc"},
    ("cloudformation", "stack_create_complete"): {"StackName": "vpc"},
    ("dynamodb", "table_exists"): {"TableName": table},
    ("ecs", "services_stable"): {"cluster": cluster, "services": [service]},
    ("ecs", "tasks_running"): {"cluster": cluster, "tasks": tasks},
    ("elbv2", "load_balancer_available"): {"LoadBalancerArns": [balancer]},
    ("elbv2", "load_balancer_exists"): {"LoadBalancerArns": [balancer]},
    ("elbv2", "target_in_service"): {"TargetGroupArn": group},
    ("ec2", "vpc_available"): {"VpcIds": made["AWS::EC2::VPC"]},
    ("ec2", "vpc_exists"): {"VpcIds": made["AWS::EC2::VPC"]},
    ("ec2", "subnet_available"): {"SubnetIds": made["AWS::EC2::Subnet"]},
    ("ec2", "security_group_exists"): {"GroupIds": made["AWS::EC2::SecurityGroup"]},
    ("iam", "role_exists"): {"RoleName": one["AWS::IAM::Role"]},
    ("s3", "bucket_exists"): {"Bucket": "walk-bucket"},
    ("s3", "object_exists"): {"Bucket": "walk-bucket", "Key": "a/1"},
    ("s3", "object_not_exists"): {"Bucket": "walk-bucket", "Key": "none"},
    ("s3", "bucket_not_exists"): {"Bucket": "no-such-bucket"},
}


def is_absent(err):
    return any(text in str(err) for text in NOT_HERE)


def entries(paginator, inputs, **pages):
    # The counts of the entries under each key of the result.
    whole = paginator.paginate(PaginationConfig=pages, **inputs).build_full_result()
    return {key: len(value) for key, value in whole.items() if isinstance(value, list)}


def walk_paginators(name, client):
    loader = session._loader
    for operation, model in loader.load_service_model(name, "paginators-1")["pagination"].items():
        method = next(m for m, o in client.meta.method_to_api_mapping.items() if o == operation)
        inputs = INPUTS.get((name, operation), {})
        paginator = client.get_paginator(method)
        try:
            whole = entries(paginator, inputs)
            if model.get("limit_key"):
                small = smallest(client, operation, model["limit_key"])
                paged = entries(paginator, inputs, PageSize=small)
                if paged != whole:
                    failures.append(f"{name} {operation}: {whole} in a page, {paged} in pages of {small}")
            walked.append(f"{name} {operation}")
        except ParamValidationError:
            continue
        except (ClientError, PaginationError) as err:
            (absent if is_absent(err) else failures).append(f"{name} {operation}: {err}")


def smallest(client, operation, limit):
    # The smallest page that the model allows. EC2 has its limit of 5 in the documentation only.
    shape = client.meta.service_model.operation_model(operation).input_shape.members[limit]
    least = 5 if client.meta.service_model.service_name == "ec2" else 1
    return max(least, int(shape.metadata.get("min", 1)))


def walk_waiters(name, client):
    for waiter in client.waiter_names:
        inputs = WAITS.get((name, waiter))
        if inputs is None:
            continue
        try:
            client.get_waiter(waiter).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 20}, **inputs)
            walked.append(f"{name} {waiter}")
        except Exception as err:  # A waiter wraps the error of a call.
            (absent if is_absent(err) else failures).append(f"{name} {waiter}: {err}")


def check(condition, what):
    if not condition:
        failures.append(f"s3: {what}")


def use_s3(s3):
    bucket = "walk-bucket"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    check(s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-central-1", "location")
    for key in ["a/1", "a/2", "b c+é", "b&d"]:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"of": "walk"})
    got = s3.get_object(Bucket=bucket, Key="b c+é")
    check(got["Body"].read() == "b c+é".encode() and got["Metadata"] == {"of": "walk"}, "get")
    part = s3.get_object(Bucket=bucket, Key="a/1", Range="bytes=0-1")
    check(part["Body"].read() == b"a/" and part["ContentRange"] == "bytes 0-1/3", "range")
    listed = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    check([one["Key"] for one in listed["Contents"]] == ["b c+é", "b&d"], f"keys {listed}")
    check([one["Prefix"] for one in listed["CommonPrefixes"]] == ["a/"], "prefixes")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "b c+é"})
    check(s3.head_object(Bucket=bucket, Key="copy")["Metadata"] == {"of": "walk"}, "copy")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/2"})
    check(urllib.request.urlopen(url).read() == b"a/2", "presigned")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    parts = []
    for number, body in enumerate([b"x" * 5 * 1024 * 1024, b"end"], 1):
        sent = s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": sent["ETag"]})
    s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    big = s3.head_object(Bucket=bucket, Key="big")
    check(big["ContentLength"] == 5 * 1024 * 1024 + 3 and big["ETag"].endswith('-2"'), "multipart")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="a/1", Body=b"new")
    s3.delete_object(Bucket=bucket, Key="a/1")
    versions = s3.list_object_versions(Bucket=bucket, Prefix="a/1")
    check(len(versions["Versions"]) == 2 and len(versions["DeleteMarkers"]) == 1, "versions")
    marker = versions["DeleteMarkers"][0]["VersionId"]
    s3.delete_object(Bucket=bucket, Key="a/1", VersionId=marker)
    check(s3.get_object(Bucket=bucket, Key="a/1")["Body"].read() == b"new", "undelete")
    for call, code in [
        (lambda: s3.get_object(Bucket=bucket, Key="none"), "NoSuchKey"),
        (lambda: s3.list_objects_v2(Bucket="no-such-bucket"), "NoSuchBucket"),
        (lambda: s3.delete_bucket(Bucket=bucket), "BucketNotEmpty"),
        (lambda: s3.create_bucket(Bucket="Bad_Name", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}), "InvalidBucketName"),
        (lambda: s3.head_object(Bucket=bucket, Key="none"), "404"),
    ]:
        try:
            call()
            failures.append(f"s3: {code} is missing")
        except ClientError as err:
            check(err.response["Error"]["Code"] == code, f"{code}: {err}")


def empty_bucket(s3):
    bucket = "walk-bucket"
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    for page in pages:
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    s3.delete_bucket(Bucket=bucket)
    s3.get_waiter("bucket_not_exists").wait(Bucket=bucket, WaiterConfig={"Delay": 1, "MaxAttempts": 2})


def tail_logs():
    """Live Tail: the first two events of a session, and a line that comes after it began."""
    tail = Config(inject_host_prefix=False)
    logs = session.client("logs", endpoint_url=sys.argv[1], config=tail)
    logs.create_log_group(logGroupName="walk-tail")
    logs.create_log_stream(logGroupName="walk-tail", logStreamName="s")
    group = "arn:aws:logs:eu-central-1:123456789012:log-group:walk-tail"
    stream = logs.start_live_tail(logGroupIdentifiers=[group])["responseStream"]
    for event in stream:
        if "sessionStart" in event:
            line = {"timestamp": int(time.time() * 1000), "message": "tailed"}
            logs.put_log_events(logGroupName="walk-tail", logStreamName="s", logEvents=[line])
        elif event["sessionUpdate"]["sessionResults"]:
            check(event["sessionUpdate"]["sessionResults"][0]["message"] == "tailed", "live tail")
            break
    stream.close()
    logs.delete_log_group(logGroupName="walk-tail")


def use_route53(client):
    """A zone, its records, and the waiter of a change."""
    zone = client.create_hosted_zone(Name="walk.test", CallerReference="walk")["HostedZone"]["Id"]
    record = {"Name": "www.walk.test", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}

    def change(action):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        return client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]["Id"]

    waiter = client.get_waiter("resource_record_sets_changed")
    waiter.wait(Id=change("CREATE"), WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    walked.append("resource_record_sets_changed")
    try:
        change("CREATE")
        failures.append("route53: a record was created twice")
    except ClientError as err:
        expected = "[Tried to create resource record set [name='www.walk.test.', type='A'] but it already exists]"
        check(err.response["Error"]["Message"] == expected, f"route53: {err}")
    found = client.list_resource_record_sets(HostedZoneId=zone, StartRecordName="www.walk.test")
    check(found["ResourceRecordSets"] == [{**record, "Name": "www.walk.test."}], f"route53: {found}")
    named = client.list_hosted_zones_by_name(DNSName="walk.test")["HostedZones"]
    check([one["Id"] for one in named] == [zone], f"route53: {named}")
    change("DELETE")
    client.delete_hosted_zone(Id=zone)


tail_logs()
use_route53(clients["route53"])
use_s3(clients["s3"])
clients["ecr"].create_repository(repositoryName="walk")
clients["cloudwatch"].put_metric_data(Namespace="Walk", MetricData=[{"MetricName": "Size", "Value": 1}])
clients["cloudwatch"].put_metric_alarm(
    AlarmName="walk", Namespace="Walk", MetricName="Size", Statistic="Sum", Period=60, EvaluationPeriods=1,
    Threshold=1, ComparisonOperator="GreaterThanThreshold")
clients["cloudwatch"].put_composite_alarm(AlarmName="walk-either", AlarmRule="ALARM(walk)")
for name, client in clients.items():
    walk_paginators(name, client)
    walk_waiters(name, client)
empty_bucket(clients["s3"])
print(f"{len(walked)} walked, {len(absent)} absent")
print("\n".join(["absent:"] + absent))
if len(walked) < 30:
    failures.append(f"only {len(walked)} paginators and waiters were walked: {walked}")
if failures:
    sys.exit("\n".join(failures))
