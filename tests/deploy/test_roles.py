"""The chart's shape, running: each role's process with the arguments and the environment that helm renders."""

import json
import re
import subprocess

import pytest

from path import harness
from path.harness import until

EVENT = {
    "specversion": "1.0", "id": "1", "source": "deploy", "type": "invoice.received", "time": "2026-03-01T00:00:00Z",
    "city": "HKG", "data": {"invoice_id": "inv-1", "channel": "upload"},
}  # fmt: skip
KIND = "application/cloudevents+json"
REPORT = {
    "name": "refused", "title": {"en": "Refused records"}, "owner": "ann", "source": "dead_letters",
    "columns": [{"column": "stream"}, {"column": "reason"}],
}  # fmt: skip


def test_ingest_makes_the_tables_for_which_the_others_wait(roles, waited_in_vain, ingest):
    assert roles["query"].waits == roles["jobs"].waits != [] and ingest.waits == []
    assert waited_in_vain.returncode == 1 and "no tables" in waited_in_vain.stderr, waited_in_vain.stderr
    assert roles["query"].wait().returncode == 0


def test_events_come_in_by_the_ingest_pod_and_are_seen_from_a_query_node(ingest, query):
    status, said = ingest.answer("/v1/events", json.dumps(EVENT).encode(), KIND)
    assert 200 <= status < 300, said
    until(lambda: query.count("invoice_events") == 1, 60, query.log)
    assert query.answer("/readyz") == (200, "ready\n")
    # A query node has no way into Kafka, and says who has.
    status, said = query.answer("/v1/events", json.dumps(EVENT).encode(), KIND)
    assert status == 503 and "role ingest" in said


def test_each_role_shows_its_metrics_and_only_ingest_those_of_ingest(ingest, query, jobs):
    for role in (ingest, query, jobs):
        status, said = role.answer("/metrics")
        assert status == 200 and re.search(r"^tidemark_ready 1$", said, re.MULTILINE), role.name
        assert ("tidemark_ingest_" in said) == (role is ingest), role.name


def test_a_report_that_is_saved_on_a_query_node_is_one_of_jobs(query, jobs):
    told = json.dumps(REPORT).encode()
    status, said = query.answer("/v1/report-definitions/refused", told, "application/json", method="PUT")
    assert status == 200, said
    # The scheduler reads the folder, without being told.
    until(lambda: jobs.count("report_definitions") == 1, 60, jobs.log)
    status, said = jobs.answer("/v1/report-definitions/refused/run", b"{}", "application/json")
    assert status == 200 and json.loads(said)["run"].startswith("refused/"), said


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
@pytest.mark.parametrize("door", ["HTTP", "POSTGRES"])
def test_no_door_opens_off_loopback(roles, door, address):
    """Why there are fronts at all. When this fails, access control has come, and the fronts can go."""
    free = {"TIDEMARK_HTTP__LISTEN": "127.0.0.1:0", "TIDEMARK_POSTGRES__LISTEN": "127.0.0.1:0"}
    env = {**roles["query"].env, **free, f"TIDEMARK_{door}__LISTEN": address}
    command = [harness.binary(), "run", "--roles", "query"]
    said = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert said.returncode == 1 and "not a loopback address" in said.stderr, said.stderr
