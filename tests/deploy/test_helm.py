"""The chart as helm renders it, against the schemas of each version of Kubernetes that it is for, and its own rules.

Each rule is shown to find what it is for: a fault is planted into the templates or the rendered objects.
"""

import copy
import json
import re
import shutil

import kubernetes_validate
import pytest
import yaml

from deploy.tools import CHART, GIVEN, KUBERNETES, containers, helm, of_kind, pods, rendered, run
from path import harness

EVERYTHING = {
    "image": {"digest": "sha256:" + "a" * 64},
    "envSecrets": ["tidemark-env"],
    "imagePullSecrets": [{"name": "registry"}],
    "serviceAccount": {"annotations": {"azure.workload.identity/client-id": "x"}},
    "service": {"type": "LoadBalancer", "annotations": {"a": "b"}},
    "query": {
        "podLabels": {"azure.workload.identity/use": "true"}, "podAnnotations": {"a": "b"}, "nodeSelector": {"a": "b"},
        "tolerations": [{"key": "a", "operator": "Exists"}], "affinity": {"nodeAffinity": {}},
        "env": [{"name": "RUST_LOG", "value": "info"}],
    },
    "serviceMonitor": {"enabled": True, "labels": {"a": "b"}, "basicAuthSecret": "scrape", "serverName": "a.test", "caSecret": "ca"},
    "reports": {"existingClaim": "definitions"},
    "extraVolumes": [{"name": "kpis", "configMap": {"name": "kpis"}}, {"name": "secrets", "secret": {"secretName": "hooks"}}],
    "extraVolumeMounts": [
        {"name": "kpis", "mountPath": "/srv/kpis", "readOnly": True},
        {"name": "secrets", "mountPath": "/run/hooks", "readOnly": True},
    ],
}  # fmt: skip
LITTLE = {
    "query": {"autoscaling": {"enabled": False}}, "jobs": {"enabled": False}, "networkPolicy": {"enabled": False},
    "serviceAccount": {"create": False},
}  # fmt: skip
VALUES = {"as given": {}, "everything": EVERYTHING, "little": LITTLE}
DEFINED_ELSEWHERE = {"ServiceMonitor"}
RESTRICTED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def invalid(objects: list[dict], version: str) -> list[str]:
    """What one version of Kubernetes would refuse; fields that it does not know too."""
    found = []
    for each in objects:
        if each["kind"] in DEFINED_ELSEWHERE:
            continue
        try:
            kubernetes_validate.validate(each, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"{each['kind']}: {error.message}")
    return found


def faults(objects: list[dict]) -> list[str]:
    """What a schema cannot see."""
    found = []
    for role, pod in pods(objects).items():
        if not pod["securityContext"]["runAsNonRoot"] or pod["automountServiceAccountToken"]:
            found.append(f"{role}: runs as root, or holds a token of the cluster")
        volumes = {volume["name"] for volume in pod["volumes"]}
        opened = {port["containerPort"] for each in containers(pod).values() for port in each.get("ports", [])}
        for name, each in containers(pod).items():
            if not RESTRICTED.items() <= each["securityContext"].items():
                found.append(f"{role}/{name}: is not restricted")
            if "memory" not in each["resources"].get("limits", {}):
                found.append(f"{role}/{name}: has no limit of memory")
            if re.search(r":(latest)?$|^[^:@]+$", each["image"]):
                found.append(f"{role}/{name}: image {each['image']} is not pinned")
            found += [f"{role}/{name}: mounts no volume {mount['name']}" for mount in each.get("volumeMounts", [])
                      if mount["name"] not in volumes]
            found += [f"{role}/{name}: {probe} asks a port that nobody opens" for probe in each
                      if probe.endswith("Probe") and each[probe]["httpGet"]["port"] not in opened]
        if opened & {8080, 5433}:
            found.append(f"{role}: opens a door that asks for no password")
    for service in of_kind(objects, "Service"):
        wanted = service["spec"]["selector"].items()
        chosen = [each for each in of_kind(objects, "Deployment")
                  if wanted <= each["spec"]["template"]["metadata"]["labels"].items()]
        if not chosen:
            found.append(f"{service['metadata']['name']}: selects no pod")
    return found


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_what_is_rendered(values, version):
    objects = rendered(values, version=version)
    assert invalid(objects, version) == [] and faults(objects) == []


def test_helm_finds_nothing_to_complain_of():
    assert "0 chart(s) failed" in helm({}, tell="lint").stdout


def test_an_old_kubernetes_is_refused():
    assert "kubeVersion" in helm({}, version="1.28", code=1).stderr


@pytest.mark.parametrize("values, told", [
    ({"lake": {"url": "/var/lib/lake"}}, "/lake/url"),
    ({"lake": {"options": {"aws_secret_access_key": "x"}}}, "'aws_secret_access_key'"),
    ({"front": {"tlsSecret": ""}}, "/front/tlsSecret"),
    ({"qeury": {"replicas": 3}}, "qeury"),
    ({"serviceMonitor": {"enabled": True}}, "/serviceMonitor/basicAuthSecret"),
    ({"reports": {"claim": "definitions"}}, "'claim'"),
    ({"extraVolumes": [{"configMap": {"name": "kpis"}}]}, "/extraVolumes/0"),
    ({"extraVolumeMounts": [{"name": "kpis", "mountPath": "/etc/tidemark/kpis"}]}, "/extraVolumeMounts/0/mountPath"),
])  # fmt: skip
def test_values_that_cannot_work_are_refused(values, told):
    assert told in helm(values, code=1).stderr


def test_the_roles_are_separate_and_only_query_nodes_are_many():
    objects = rendered({})
    roles = {role: containers(pod)["tidemark"]["args"][2] for role, pod in pods(objects).items()}
    assert roles == {"ingest": "ingest,query", "query": "query", "jobs": "jobs,query"}
    of_name = {each["metadata"]["name"]: each["spec"] for each in of_kind(objects, "Deployment")}
    for single in ("x-tidemark-ingest", "x-tidemark-jobs"):
        assert of_name[single]["replicas"] == 1 and of_name[single]["strategy"] == {"type": "Recreate"}
    # The autoscaler owns the number: a deployment that names one as well would take nodes away at each upgrade.
    assert "replicas" not in of_name["x-tidemark-query"]
    [scaler] = of_kind(objects, "HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"]["name"] == "x-tidemark-query"
    assert [each["metadata"]["name"] for each in of_kind(objects, "PodDisruptionBudget")] == ["x-tidemark-query"]
    assert len({pod["serviceAccountName"] for pod in pods(objects).values()}) == 3


def test_what_only_reads_waits_for_the_tables():
    waiting = {role for role, pod in pods(rendered({})).items() if pod["initContainers"][0]["name"] == "tables"}
    assert waiting == {"query", "jobs"}


def test_memory_is_shared_out_within_the_limit():
    """Tidemark cannot see a container's limit: what it is told to take must leave room for the rest of the process."""
    for role, pod in pods(rendered({})).items():
        tidemark = containers(pod)["tidemark"]
        told = {each["name"]: each.get("value") for each in tidemark["env"]}
        taken = int(told["TIDEMARK_QUERY__MEMORY_MIB"]) + int(told["TIDEMARK_QUERY__KEPT_MIB"])
        limit = int(tidemark["resources"]["limits"]["memory"].removesuffix("Gi")) * 1024
        assert taken <= 0.75 * limit, role


def test_the_network_policy_lets_nobody_past_the_fronts():
    [policy] = of_kind(rendered({}), "NetworkPolicy")
    doors, probes = policy["spec"]["ingress"]
    assert {port["port"] for port in doors["ports"]} == {"https", "postgres"} and doors["from"]
    assert [port["port"] for port in probes["ports"]] == ["health"]
    assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}


def test_tidemark_reads_the_configuration(tmp_path):
    config = '[kafka]\nbrokers = "k:9093"\n[kafka.properties]\n"security.protocol" = "SASL_SSL"\n[query]\ntimeout_s = 60\n'
    objects = rendered({"config": config})
    path = tmp_path / "tidemark.toml"
    [mounted] = of_kind(objects, "ConfigMap")
    path.write_text(mounted["data"]["tidemark.toml"])
    for role, pod in pods(objects).items():
        told = {each["name"]: each["value"] for each in containers(pod)["tidemark"]["env"]}
        said = run(harness.binary(), "config", "show", "--config", path, env=told).stdout
        assert 'lake.url = "s3://lake/tidemark"' in said and "query.timeout_s = 60" in said, role
        assert f"query.memory_mib = {told['TIDEMARK_QUERY__MEMORY_MIB']}" in said, role


def test_query_nodes_and_jobs_share_the_definitions_of_saved_reports(tmp_path):
    """One claim, where both are told to look, beside what the configuration says of reports itself."""
    objects = rendered({"reports": {"existingClaim": "shared"}, "config": '[reports]\nwebhook_hosts = ["hooks.test"]\n'})
    [written] = of_kind(objects, "ConfigMap")
    path = tmp_path / "tidemark.toml"
    path.write_text(written["data"]["tidemark.toml"])
    places = {}
    for role, pod in pods(objects).items():
        tidemark = containers(pod)["tidemark"]
        claims = {volume["name"] for volume in pod["volumes"] if volume.get("persistentVolumeClaim") == {"claimName": "shared"}}
        mounted = [each["mountPath"] for each in tidemark["volumeMounts"] if each["name"] in claims and not each.get("readOnly")]
        told = {each["name"]: each["value"] for each in tidemark["env"]}
        said = run(harness.binary(), "config", "show", "--config", path, env=told).stdout
        assert 'reports.webhook_hosts = ["hooks.test"]' in said, role
        [known] = re.findall(r"^reports\.definitions = (.+)$", said, re.MULTILINE)
        assert json.loads(known) == (mounted[0] if mounted else None), role
        places[role] = mounted
    assert places["query"] == places["jobs"] and len(places["query"]) == 1 and places["ingest"] == []


def test_a_claim_changes_nothing_else():
    claiming, bare = rendered({"reports": {"existingClaim": "shared"}}), rendered({})
    assert claiming != bare
    for pod in pods(claiming).values():
        claims = {volume["name"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume}
        pod["volumes"] = [volume for volume in pod["volumes"] if volume["name"] not in claims]
        for each in containers(pod).values():
            each["volumeMounts"] = [mount for mount in each["volumeMounts"] if mount["name"] not in claims]
            if "env" in each:
                each["env"] = [told for told in each["env"] if told["name"] != "TIDEMARK_REPORTS__DEFINITIONS"]
    assert claiming == bare


def test_further_volumes_are_tidemarks_in_every_pod():
    volume = {"name": "principals", "secret": {"secretName": "tidemark-principals"}}
    mount = {"name": "principals", "mountPath": "/srv/principals", "readOnly": True}
    for role, pod in pods(rendered({"extraVolumes": [volume], "extraVolumeMounts": [mount]})).items():
        # The fronts need none of it, and get none.
        having = [name for name, each in containers(pod).items() if mount in each["volumeMounts"]]
        assert volume in pod["volumes"] and having == ["tidemark"], role


def test_notes_name_services_that_are_there():
    services = {each["metadata"]["name"] for each in of_kind(rendered({}), "Service")}
    notes = (CHART / "templates" / "NOTES.txt").read_text()
    for role in re.findall(r"\$name \}\}-(\w+)\.", notes):
        assert f"x-tidemark-{role}" in services


@pytest.mark.parametrize("file, right, wrong, told", [
    ("_pod.tpl", "readinessProbe:", "readynessProbe:", "readynessProbe"),
    ("query.yaml", "maxReplicas:", "maxReplica:", "maxReplica"),
    ("services.yaml", "clusterIP: None", "clusterIp: None", "clusterIp"),
    ("networkpolicy.yaml", "policyTypes:", "policyType:", "policyType"),
])  # fmt: skip
def test_a_wrong_field_in_a_template_is_found(tmp_path, file, right, wrong, told):
    chart = tmp_path / "tidemark"
    shutil.copytree(CHART, chart)
    template = chart / "templates" / file
    text = template.read_text()
    assert right in text
    template.write_text(text.replace(right, wrong))
    assert any(told in fault for fault in invalid(rendered({}, chart=chart), KUBERNETES[0]))


def unrestrict(objects):
    containers(pods(objects)["query"])["http"]["securityContext"] = {}


def probe_the_door(objects):
    containers(pods(objects)["ingest"])["tidemark"]["livenessProbe"]["httpGet"]["port"] = 8080


def lose_a_volume(objects):
    pods(objects)["jobs"]["volumes"].pop()


def rename_a_label(objects):
    of_kind(objects, "Service")[0]["spec"]["selector"]["app.kubernetes.io/component"] = "queries"


@pytest.mark.parametrize("plant, told", [
    (unrestrict, "query/http: is not restricted"),
    (probe_the_door, "ingest/tidemark: livenessProbe asks a port that nobody opens"),
    (lose_a_volume, "mounts no volume auth"),
    (rename_a_label, "selects no pod"),
])  # fmt: skip
def test_a_planted_fault_is_found(plant, told):
    objects = copy.deepcopy(rendered({}))
    plant(objects)
    assert any(told in fault for fault in faults(objects)), faults(objects)


def test_every_value_has_a_schema_and_a_use():
    """A value that no template reads would silently do nothing."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    assert set(values) == set(schema["properties"]) - {"global"}
    templates = "".join(path.read_text() for path in sorted((CHART / "templates").iterdir()))
    unused = [name for name in values if f".Values.{name}" not in templates]
    assert unused == [] and set(GIVEN) <= set(values)
