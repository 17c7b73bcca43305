"""Holds a file of manifests against Kubernetes' schemas, and against what a schema cannot see.

Usage: manifests.py FILE SERVICE...; the services are those that answer health checks.
"""

import sys

import kubernetes_validate
import yaml

# The oldest whose API accepts `preStop.sleep` by default, and the newest that is known.
VERSIONS = ["1.30.0", kubernetes_validate.latest_version()]


def of_schemas(resources):
    for resource in resources:
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(resource, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                path = ".".join(str(part) for part in error.path)
                yield f"{resource['kind']}, {version}: {path}: {error.message}"


def of_references(resources, services):
    [deployment] = [resource for resource in resources if resource["kind"] == "Deployment"]
    template = deployment["spec"]["template"]
    [container] = template["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}

    for resource in resources:
        selector = resource["spec"]["selector"]
        selector = selector.get("matchLabels", selector)
        if not selector.items() <= template["metadata"]["labels"].items():
            yield f"{resource['kind']} selects {selector}, which is not on the pods"
        for port in resource["spec"].get("ports", []):
            if ports.get(port["targetPort"]) != port["port"]:
                yield f"{resource['kind']}: the pods have no port {port['targetPort']} {port['port']}"

    for name in ["readinessProbe", "livenessProbe"]:
        probe = container[name]["grpc"]
        if probe["port"] not in ports.values():
            yield f"{name}: the pods have no port {probe['port']}"
        if probe.get("service", services[0]) not in services:
            yield f"{name}: no server answers for {probe['service']}"


def main():
    file, *services = sys.argv[1:]
    with open(file, encoding="utf-8") as text:
        resources = list(yaml.safe_load_all(text))
    # If the schema check fails, the references may be missing.
    problems = list(of_schemas(resources)) or list(of_references(resources, services))
    for problem in problems:
        print(f"{file}: {problem}", file=sys.stderr)
    sys.exit(bool(problems))


main()
