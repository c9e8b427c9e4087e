"""The tools that the files of deploy/ and .github/ are meant for, built by Go once into `~/.cache/tidemark-tools/bin`."""

import hashlib
import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "tidemark"
INSTALLED_WITHIN_S = 900
# A chart's rendering is asked for by the versions of Kubernetes that it is for, first and last.
KUBERNETES = ("1.29", "1.31", "1.34", "1.37")
# What no chart can know, and each release must say.
GIVEN = {
    "lake": {"url": "s3://lake/tidemark", "options": {"aws_region": "ap-east-1"}},
    "front": {"tlsSecret": "tidemark-tls", "authSecret": "tidemark-auth"},
}
TOOLS = Path.home() / ".cache" / "tidemark-tools" / "bin"
PROGRAMS = {
    "helm": ("helm.sh/helm/v3/cmd/helm", "v3.22.0"),
    "actionlint": ("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12"),
}


def tool(name: str) -> str:
    """The path of a program, which Go builds when it is not there."""
    module, version = PROGRAMS[name]
    program = TOOLS / f"{name}-{version}"
    if not program.is_file():
        into = TOOLS / f"{name}-{version}.new"
        into.mkdir(parents=True, exist_ok=True)
        build("install", f"{module}@{version}", env={**os.environ, "GOBIN": str(into)})
        (into / name).rename(program)
        into.rmdir()
    return str(program)


def compose() -> str:
    """The path of the program over Docker Compose's loader, built when its source is new."""
    source = Path(__file__).parent / "compose"
    version = hashlib.sha256(b"".join((source / name).read_bytes() for name in ("main.go", "go.sum"))).hexdigest()
    program = TOOLS / f"compose-{version[:16]}"
    if not program.is_file():
        build("build", "-o", str(program), ".", cwd=source)
    return str(program)


def build(*arguments: str, **more) -> None:
    subprocess.run(["go", *arguments], check=True, timeout=INSTALLED_WITHIN_S, **more)


def run(*command, code: int = 0, stdin: str | None = None, **more) -> subprocess.CompletedProcess:
    """Runs a command; fails unless it ends with this exit code."""
    parts = [str(part) for part in command]
    done = subprocess.run(parts, capture_output=True, text=True, timeout=120, input=stdin, **more)
    assert done.returncode == code, f"{parts} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done


def helm(values: dict, *, chart: Path = CHART, code: int = 0, version: str = KUBERNETES[0], tell: str = "template"):
    """What helm makes of the chart with these values over `GIVEN`, as text."""
    said = yaml.safe_dump(merged(GIVEN, values))
    release = ["x"] if tell == "template" else ["--strict"]
    command = [tool("helm"), tell, *release, chart, "--kube-version", version, "--values", "-"]
    return run(*command, code=code, stdin=said)


def rendered(values: dict, *, chart: Path = CHART, version: str = KUBERNETES[0]) -> list[dict]:
    """The chart's objects with these values."""
    text = helm(values, chart=chart, version=version).stdout
    return [found for found in yaml.safe_load_all(text) if found]


def merged(below: dict, above: dict) -> dict:
    """Two trees of values as helm lays one over the other."""
    both = dict(below)
    for key, value in above.items():
        is_tree = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if is_tree else value
    return both


def of_kind(objects: list[dict], kind: str) -> list[dict]:
    return [found for found in objects if found["kind"] == kind]


def pods(objects: list[dict]) -> dict[str, dict]:
    """The specs of the pods by role."""
    label = "app.kubernetes.io/component"
    deployments = of_kind(objects, "Deployment")
    return {found["metadata"]["labels"][label]: found["spec"]["template"]["spec"] for found in deployments}


def containers(pod: dict) -> dict[str, dict]:
    """A pod's containers by name, those that run before the others too."""
    return {found["name"]: found for found in pod.get("initContainers", []) + pod["containers"]}
