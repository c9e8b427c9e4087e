"""deploy/compose.yaml as Docker Compose's own loader reads it, and the rules that keep its doors shut.

Each rule is shown to find what it is for: a fault is planted into the file's model, and the rule must name it.
"""

import copy
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from deploy.tools import DEPLOY, ROOT, compose, run
from judges.kafka import Broker, cluster_id
from path import harness

# What asks for a password over TLS, by the port in the pod's namespace.
ASKING = {"8443", "6432", "3443"}
ONE_SHOT = {"topics"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The files of the stack beside each other, as ./prepare leaves them."""
    folder = tmp_path_factory.mktemp("stack")
    for name in ("deploy", "alerts", "dashboards"):
        kept = shutil.ignore_patterns("secrets", ".env", "*.rs", "tests")
        shutil.copytree(ROOT / name, folder / name, ignore=kept)
    run("./prepare", "stack.test", cwd=folder / "deploy")
    return folder / "deploy"


def load(folder, text: str) -> dict:
    """The model that Compose makes of a file beside .env."""
    path = folder / "loaded.yaml"
    path.write_text(text)
    return json.loads(run(compose(), path, cwd=folder).stdout)


@pytest.fixture(scope="module")
def model(stack):
    return load(stack, (stack / "compose.yaml").read_text())


def faults(model: dict) -> list[str]:
    """What is wrong with a stack, by service."""
    found = []
    for name, service in sorted(model["services"].items()):
        image = service["image"]
        if not re.search(r":v?\d+\.\d+(\.\d+)?[\w.-]*$", image):
            found.append(f"{name}: image {image} is not pinned")
        if name != "pod" and service.get("ports"):
            found.append(f"{name}: publishes ports of its own")
        for port in service.get("ports", []):
            if str(port["target"]) not in ASKING:
                found.append(f"{name}: port {port['target']} asks for no password")
            if port["host_ip"] != "127.0.0.1":
                found.append(f"{name}: port {port['target']} is open to others by default")
        if name not in ONE_SHOT | {"pod"} and "test" not in service.get("healthcheck", {}):
            found.append(f"{name}: has no health check")
        if name not in ONE_SHOT and service.get("restart") != "unless-stopped":
            found.append(f"{name}: stays down after a failure")
        if service.get("privileged") or "no-new-privileges:true" not in service.get("security_opt", []):
            if name not in ONE_SHOT:
                found.append(f"{name}: may gain privileges")
        for mount in service.get("volumes", []):
            if mount["type"] == "bind" and not os.path.exists(mount["source"]):
                found.append(f"{name}: {mount['source']} is not there")
    if not model["networks"]["back"].get("internal"):
        found.append("back: leads out")
    return found


def test_compose_takes_the_file_and_no_rule_is_broken(model):
    assert faults(model) == []
    together = {name for name, service in model["services"].items() if service.get("network_mode") == "service:pod"}
    assert together == {"tidemark", "nginx", "pgbouncer", "grafana", "prometheus", "alertmanager"}


def open_tidemark(model):
    model["services"]["tidemark"]["ports"] = [{"target": 8080, "published": "8080", "host_ip": "0.0.0.0"}]


def float_an_image(model):
    model["services"]["grafana"]["image"] = "grafana/grafana:latest"


def forget_a_health_check(model):
    del model["services"]["kafka"]["healthcheck"]


def lose_a_file(model):
    model["services"]["prometheus"]["volumes"][0]["source"] += ".gone"


@pytest.mark.parametrize("plant, told", [
    (open_tidemark, "port 8080 asks for no password"),
    (float_an_image, "is not pinned"),
    (forget_a_health_check, "kafka: has no health check"),
    (lose_a_file, "is not there"),
])  # fmt: skip
def test_a_planted_fault_is_found(model, plant, told):
    broken = copy.deepcopy(model)
    plant(broken)
    assert any(told in fault for fault in faults(broken)), faults(broken)


@pytest.mark.parametrize("right, wrong, told", [
    ("healthcheck:", "healthchek:", "services.tidemark.healthchek"),
    ("service_healthy", "service_fine", "condition value must be one of"),
    ("- spill:/tmp", "- spilt:/tmp", "refers to undefined volume spilt"),
    ("network_mode: service:pod", "network_mode: service:pad", "depends on undefined service"),
])  # fmt: skip
def test_compose_refuses_what_it_does_not_know(stack, right, wrong, told):
    text = (stack / "compose.yaml").read_text()
    with pytest.raises(AssertionError, match=told):
        load(stack, text.replace(right, wrong, 1))


def test_without_secrets_nothing_starts(stack, tmp_path):
    shutil.copy(stack / "compose.yaml", tmp_path)
    (tmp_path / ".env").write_text((DEPLOY / ".env.example").read_text())
    said = run(compose(), "compose.yaml", cwd=tmp_path, code=1).stderr
    assert "required variable S3_SECRET_KEY is missing a value: run ./prepare" in said


def test_secrets_are_made_once_and_shown_to_nobody_else(stack):
    before = {path: path.read_bytes() for path in (stack / "secrets").iterdir() if path.is_file()}
    assert len(before) == 5
    assert run("./prepare", cwd=stack).stdout == ""
    assert before == {path: path.read_bytes() for path in before}
    assert (stack / "secrets").stat().st_mode & 0o077 == 0
    assert (stack / ".env").stat().st_mode & 0o077 == 0
    ignored = (DEPLOY / ".gitignore").read_text().split()
    assert {"/.env", "/secrets"} <= set(ignored)


def test_tidemark_reads_its_configuration(model):
    mounted = [mount for mount in model["services"]["tidemark"]["volumes"] if mount["target"].endswith(".toml")]
    said = harness.run("config", "show", "--config", mounted[0]["source"]).stdout
    assert 'lake.url = "s3://lake/tidemark"' in said and 'kafka.brokers = "kafka:9092"' in said
    # Nothing but loopback: what shares the namespace is all that reaches it.
    assert 'http.listen = "127.0.0.1:8080"' in said and 'postgres.listen = "127.0.0.1:5433"' in said


def test_what_people_save_is_on_a_volume_of_the_images_user(model):
    """A new volume takes over the owner of the image's folder; without such a folder it would be root's."""
    service = model["services"]["tidemark"]
    targets = {mount["target"]: mount for mount in service["volumes"]}
    said = harness.run("config", "show", "--config", targets["/etc/tidemark/tidemark.toml"]["source"]).stdout
    [definitions] = re.findall(r'^reports\.definitions = "(.+)"$', said, re.MULTILINE)
    kept = [mount for mount in service["volumes"] if mount["type"] == "volume" and mount["target"] != "/tmp"]
    [state] = [mount for mount in kept if definitions.startswith(mount["target"] + "/")]
    assert state["source"] in model["volumes"] and not state.get("read_only")
    final = (DEPLOY / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    [user] = re.findall(r"^USER (\S+)$", final, re.MULTILINE)
    given = re.findall(r"^COPY --from=\w+ --chown=(\S+) \S+ (\S+)$", final, re.MULTILINE)
    assert (user, state["target"]) in given


def test_the_health_check_is_a_command_of_the_binary(model):
    program, *arguments = model["services"]["tidemark"]["healthcheck"]["test"][1:]
    assert program == "/usr/local/bin/tidemark"
    # Nobody listens on this port: the command itself must be understood, and tell.
    arguments = [part.replace(":8080", ":1") for part in arguments]
    said = subprocess.run([harness.binary(), *arguments], capture_output=True, text=True, timeout=60)
    assert said.returncode == 1 and "usage" not in said.stderr.lower(), said.stderr


def test_kafka_takes_its_configuration(model, tmp_path):
    """The image makes `KAFKA_LOG_DIRS` into `log.dirs`; Kafka's own tool reads the outcome."""
    given = model["services"]["kafka"]["environment"]
    properties = {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in given.items()}
    properties["log.dirs"] = str(tmp_path / "data")
    path = tmp_path / "server.properties"
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    broker = Broker()
    command = broker.java("128m", "kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", str(path))
    run(*command)
    broker.close()


def test_boards_and_rules_find_what_they_ask(model):
    """The committed provisioning is mounted as it is: every address in it is one of the pod's."""
    sources = yaml.safe_load((ROOT / "dashboards/grafana/provisioning/datasources/tidemark.yaml").read_text())
    assert {source["url"] for source in sources["datasources"]} == {"127.0.0.1:5433", "http://127.0.0.1:9090"}
    boards = yaml.safe_load((ROOT / "dashboards/grafana/provisioning/dashboards/tidemark.yaml").read_text())
    mounts = {mount["target"]: mount["source"] for mount in model["services"]["grafana"]["volumes"]}
    for provider in boards["providers"]:
        folder = provider["options"]["path"].removeprefix("/etc/grafana/tidemark/boards")
        assert os.listdir(mounts["/etc/grafana/tidemark/boards"] + folder)
    scraped = yaml.safe_load((ROOT / "alerts/prometheus.yml").read_text())
    assert scraped["scrape_configs"][0]["static_configs"] == [{"targets": ["127.0.0.1:8080"]}]
    assert "--web.listen-address=127.0.0.1:9090" in model["services"]["prometheus"]["command"]
    assert "--web.listen-address=127.0.0.1:9093" in model["services"]["alertmanager"]["command"]
