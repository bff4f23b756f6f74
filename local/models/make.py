"""Writes the models of the AWS services, in short, from those of the AWS command line.

    pip install awscli==1.46.3
    python3 local/models/make.py [--check]

A model has the actions of a service and what each of their inputs takes. With --check, nothing is
written: the program fails if a file is not current.
"""

import importlib.util
import json
import os
import sys

# The services of the local AWS, by the name of their folder in botocore.
SERVICES = [
    "acm", "application-autoscaling", "budgets", "cloudformation", "cloudwatch", "dynamodb",
    "dynamodbstreams", "ec2", "ecr", "ecs", "elbv2", "iam", "kms", "logs", "secretsmanager",
    "sns", "ssm", "sts", "wafv2",
]
FOLDER = os.path.dirname(os.path.abspath(__file__))
LIMITS = ["min", "max", "pattern", "enum"]


def data():
    package = importlib.util.find_spec("awscli").submodule_search_locations[0]
    return os.path.join(package, "botocore", "data")


def model(service):
    folder = os.path.join(data(), service)
    version = sorted(os.listdir(folder))[-1]
    with open(os.path.join(folder, version, "service-2.json"), encoding="utf-8") as file:
        return json.load(file)


def wire_name(protocol, name, member):
    location = member.get("locationName")
    if protocol == "ec2":
        return member.get("queryName") or (location[:1].upper() + location[1:] if location else name)
    return location or name


def leaf(shape):
    """The shape, if it takes any value of its type, is only the type's name."""
    limits = {key: shape[key] for key in LIMITS if key in shape}
    return {"type": shape["type"], **limits} if limits else shape["type"]


class Shapes:
    """The shapes that inputs need, each written once."""

    def __init__(self, model, protocol):
        self.all, self.protocol, self.written = model["shapes"], protocol, {}

    def reference(self, name):
        """A type's name in lower case, or the name of a shape, which is then written."""
        shape = self.all[name]
        short = leaf(shape) if shape["type"] not in ("structure", "list", "map") else None
        if isinstance(short, str):
            return short
        if name not in self.written:
            self.written[name] = None
            self.written[name] = short or self.compound(shape)
        return "#" + name

    def compound(self, shape):
        limits = {key: shape[key] for key in LIMITS if key in shape}
        if shape["type"] == "list":
            return {"type": "list", "of": self.reference(shape["member"]["shape"]), **limits}
        if shape["type"] == "map":
            parts = {"keys": self.reference(shape["key"]["shape"]),
                     "values": self.reference(shape["value"]["shape"])}
            return {"type": "map", **parts, **limits}
        members = {}
        required = []
        for name, member in shape.get("members", {}).items():
            wire = wire_name(self.protocol, name, member)
            members[wire] = self.reference(member["shape"])
            if name in shape.get("required", []):
                required.append(wire)
        result = {"type": "structure", "members": members}
        return {**result, "required": required} if required else result


def short(service):
    full = model(service)
    protocol = full["metadata"]["protocol"]
    shapes = Shapes(full, protocol)
    actions = {}
    for name, action in sorted(full["operations"].items()):
        actions[name] = shapes.reference(action["input"]["shape"]) if "input" in action else ""
    return {"version": full["metadata"]["apiVersion"], "actions": actions,
            "shapes": dict(sorted(shapes.written.items()))}


def lines(short):
    """JSON with a line for each action and shape, so that a change of AWS is a small difference."""
    def section(entries):
        return ",\n".join(f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"
                          for name, entry in entries.items())
    return ('{"version":%s,"actions":{\n%s\n},"shapes":{\n%s\n}}\n'
            % (json.dumps(short["version"]), section(short["actions"]), section(short["shapes"])))


def services():
    """Every service of AWS by the name that its requests are signed with, and its protocol."""
    known = {}
    for service in sorted(os.listdir(data())):
        if os.path.isdir(os.path.join(data(), service)):
            metadata = model(service)["metadata"]
            signed = metadata.get("signingName", metadata["endpointPrefix"])
            known.setdefault(signed, metadata["protocol"])
    return "{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in sorted(known.items())) + "\n}\n"


def main():
    files = {f"{service}.json": lines(short(service)) for service in SERVICES}
    files["services.json"] = services()
    stale = []
    for name, text in files.items():
        path = os.path.join(FOLDER, name)
        if "--check" in sys.argv:
            with open(path, encoding="utf-8") as file:
                stale += [name] if file.read() != text else []
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    if stale:
        sys.exit(f"not current, run {os.path.basename(__file__)}: {', '.join(stale)}")


main()
