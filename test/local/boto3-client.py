"""What boto3 makes of a local region; run by client-cases.ts with the endpoint in its environment."""

import json
import sys
import time

try:
    import boto3
    from botocore.exceptions import ClientError
except ImportError:
    print("skip")
    sys.exit(0)

TABLE = "spotkeep-dev"


def refused(call, code):
    try:
        call()
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, found
        return
    raise AssertionError(f"expected {code}")


ec2 = boto3.client("ec2")
run = ec2.run_instances(
    ImageId="ami-0123456789abcdef0",
    InstanceType="m5.large",
    SubnetId="subnet-0a1b2c3d4e5f60001",
    MinCount=1,
    MaxCount=1,
)
instance = run["Instances"][0]["InstanceId"]
volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, VolumeType="gp3")["VolumeId"]
for _ in range(100):
    state = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"]
    free = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["State"]
    if state == "running" and free == "available":
        break
    time.sleep(0.1)
ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
snapshot = ec2.create_snapshot(VolumeId=volume, Description="by boto3")
assert snapshot["SnapshotId"].startswith("snap-") and snapshot["StartTime"].year >= 2024
pages = list(ec2.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 5}))
assert any(one["VolumeId"] == volume for page in pages for one in page["Volumes"])
refused(lambda: ec2.detach_volume(VolumeId="vol-0123456789abcdef0"), "InvalidVolume.NotFound")
refused(lambda: ec2.describe_key_pairs(), "InvalidAction")

ssm = boto3.client("ssm")
for _ in range(100):
    online = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [instance]}])
    if online["InstanceInformationList"]:
        break
    time.sleep(0.1)
command = ssm.send_command(
    DocumentName="AWS-RunShellScript", InstanceIds=[instance], Parameters={"commands": ["true"]}
)["Command"]["CommandId"]
for _ in range(100):
    try:
        status = ssm.get_command_invocation(CommandId=command, InstanceId=instance)["Status"]
        if status not in ("Pending", "InProgress"):
            break
    except ssm.exceptions.InvocationDoesNotExist:
        pass
    time.sleep(0.1)
assert status == "Failed", status
refused(lambda: ssm.get_parameter(Name="/nothing/here"), "ParameterNotFound")

dynamodb = boto3.client("dynamodb")
dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "boto"}, "sk": {"S": "3"}, "bytes": {"B": b"\x00\xff"}})
item = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": "boto"}, "sk": {"S": "3"}})["Item"]
assert item["bytes"]["B"] == b"\x00\xff"
refused(
    lambda: dynamodb.put_item(
        TableName=TABLE,
        Item={"pk": {"S": "boto"}, "sk": {"S": "3"}},
        ConditionExpression="attribute_not_exists(pk)",
    ),
    "ConditionalCheckFailedException",
)
assert dynamodb.describe_table(TableName=TABLE)["Table"]["TableStatus"] == "ACTIVE"

events = boto3.client("events")
entry = {"Source": "test", "DetailType": "T", "Detail": "{}", "EventBusName": TABLE}
assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

functions = boto3.client("lambda")
answer = functions.invoke(FunctionName="spotkeep-dev-status", Payload=b"{}")
assert answer["StatusCode"] == 200 and isinstance(json.load(answer["Payload"]), dict)
refused(lambda: functions.invoke(FunctionName="nobody"), "ResourceNotFoundException")
ec2.terminate_instances(InstanceIds=[instance])
print("all of it works")
