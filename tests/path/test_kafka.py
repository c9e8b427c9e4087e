"""Kafka to tables to clients: a real broker, the running service, every figure of the truth over every door."""

import json
import threading

import pytest

from judges import identity, truth
from path.harness import TOPICS, landed_offsets, records_of, run, until

DAYS, SEED = 2, 11


@pytest.fixture(scope="module")
def landed(module_kafka, servers, tmp_path_factory):
    """A service that has taken in a whole generated history: broker, service, truth."""
    folder = tmp_path_factory.mktemp("landed")
    run("generate", "--days", DAYS, "--seed", SEED, "--brokers", module_kafka.bootstrap, "--out", folder)
    server = servers(folder / "lake", module_kafka.bootstrap).start()
    server.wait_landed(module_kafka)
    return module_kafka, server, truth.load(folder / "truth.json")


def test_the_topics_hold_what_the_truth_says(landed):
    broker, _, figures = landed
    ends = broker.high_watermarks(*TOPICS)
    assert {topic for topic, _ in ends} == set(TOPICS)
    assert all(sum(1 for topic, _ in ends if topic == name) == 4 for name in TOPICS)
    for name in TOPICS:
        assert sum(end for (topic, _), end in ends.items() if topic == name) == figures["records"][name]


@pytest.mark.parametrize("door", ["cli", "http", "psycopg", "psql"])
def test_every_door_answers_every_figure_of_the_truth(landed, door):
    _, server, figures = landed
    assert truth.compare(figures, server.doors()[door], door) == []


def test_the_files_hold_every_figure_of_the_truth(landed):
    _, server, figures = landed
    assert truth.compare_directory(figures, server.directory) == []


def test_every_record_of_the_broker_is_accounted_for(landed):
    broker, server, _ = landed
    records = records_of(broker.read_all(*TOPICS))
    assert identity.check(server.directory, records=records) == []


def test_the_metrics_tell_that_nothing_lags(landed):
    _, server, _ = landed
    status, _, body = server.request("GET", "/metrics")
    lines = [line for line in body.decode().splitlines() if line and not line.startswith("#")]
    assert status == 200
    assert any(line.startswith("tidemark_ingest_freshness_seconds") for line in lines)
    lags = [line for line in lines if line.startswith("tidemark_ingest_lag")]
    assert lags
    assert all(float(line.rsplit(" ", 1)[1]) == 0 for line in lags)


def test_an_event_is_seen_by_sql_soon_after_the_broker_has_it(landed):
    broker, server, _ = landed
    value = {"specversion": "1.0", "id": "fresh-1", "source": "/judge", "type": "session.requested", "city": "HKG",
             "time": "2026-03-31T15:59:58.123456Z", "data": {"session_id": "s-fresh", "device_id": "d"}}
    producer = broker.producer()
    producer.produce("sessions", key="s-fresh", value=json.dumps(value))
    assert producer.flush(30) == 0
    query = "SELECT count(*) FROM session_events WHERE event_id = 'fresh-1'"
    until(lambda: server.by_psycopg(query)[0][0] == 1, 10, "seen by sql")
    server.wait_landed(broker)
    assert identity.check(server.directory, every_version=False) == []


def test_a_service_that_is_asked_to_end_lands_what_it_has_and_ends_well(landed):
    _, server, figures = landed
    assert server.stop() == 0
    assert identity.check(server.directory) == []
    server.start()
    expected = figures["unique_events"]["invoices"]
    assert server.by_psycopg("SELECT count(*) FROM invoice_events") == [(expected,)]
    assert server.stop() == 0  # The tests below remove its topics.


def test_a_kill_in_the_middle_loses_and_repeats_nothing(kafka, servers, tmp_path):
    def produce():
        run("generate", "--days", 3 * DAYS, "--seed", SEED + 1, "--brokers", kafka.bootstrap, "--out", tmp_path)

    kafka.create_topics(*TOPICS)
    producing = threading.Thread(target=produce)
    # Commits as small as they get, so that the first is followed by many.
    server = servers(tmp_path / "lake", kafka.bootstrap, "[ingest]\nflush_mib = 1\n").start()
    producing.start()
    until(lambda: sum(landed_offsets(server.directory).values()) > 500, 120, "the first commits")
    server.kill()
    producing.join()
    middle = sum(landed_offsets(server.directory).values())
    server.start().wait_landed(kafka)
    figures = truth.load(tmp_path / "truth.json")
    assert middle < sum(figures["records"].values()), "the kill came too late to prove anything"
    assert truth.compare(figures, server.by_http, "http") == []
    assert server.stop() == 0
    assert truth.compare_directory(figures, server.directory) == []
    assert identity.check(server.directory, records=records_of(kafka.read_all(*TOPICS))) == []


def test_the_environment_overrides_the_configuration_file(kafka, servers, tmp_path):
    kafka.create_topics(*TOPICS)
    overrides = {"TIDEMARK_KAFKA__BROKERS": kafka.bootstrap}
    server = servers(tmp_path / "lake", "127.0.0.1:1", env=overrides).start()
    assert server.by_psycopg("SELECT count(*) FROM usage_events") == [(0,)]
    assert server.stop() == 0
