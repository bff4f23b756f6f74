"""The simple script that people write: BatchWriteItem with 25 items of DynamoDB JSON at a time.

python3 peer.py HOST:PORT TABLE FILE
"""

import datetime
import hashlib
import hmac
import http.client
import itertools
import json
import sys

REGION, SERVICE = "eu-central-1", "dynamodb"
TARGET = "DynamoDB_20120810.BatchWriteItem"


def signed(host, body):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": host,
        "x-amz-date": now,
        "x-amz-target": TARGET,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    digest = hashlib.sha256(body).hexdigest()
    request = f"POST\n/\n\n{lines}\n{names}\n{digest}"
    scope = f"{now[:8]}/{REGION}/{SERVICE}/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest}"
    key = b"AWS4test"
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=test/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return headers


def main(host, table, path):
    connection = http.client.HTTPConnection(host)
    with open(path, encoding="utf-8") as lines:
        while some := list(itertools.islice(lines, 25)):
            puts = [{"PutRequest": json.loads(line)} for line in some]
            while puts:
                body = json.dumps({"RequestItems": {table: puts}}).encode()
                connection.request("POST", "/", body, signed(host, body))
                response = connection.getresponse()
                answer = response.read()
                if response.status != 200:
                    sys.exit(answer.decode())
                puts = json.loads(answer).get("UnprocessedItems", {}).get(table)


main(*sys.argv[1:])
