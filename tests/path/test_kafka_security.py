"""TLS and passwords of Kafka pass through from the configuration; what is refused is said."""

import json

import pytest

from judges import secured
from path.harness import TOPICS, until
from path.kills import event_of


@pytest.fixture
def topics(kafka):
    kafka.create_topics(*TOPICS)
    producer = kafka.producer()
    for number in range(30):
        producer.produce("usage", value=json.dumps(event_of("usage", f"secured-{number}", 0)))
    assert producer.flush(30) == 0
    return kafka


def test_events_come_by_tls_with_a_password(topics, servers, tmp_path):
    server = servers(tmp_path / "lake", topics.secured, secured.client(topics.certificate)).start()
    server.wait_landed(topics)
    assert server.by_http("SELECT count(*) FROM usage_events") == [["30"]]
    assert server.stop() == 0
    assert secured.PASSWORD not in server.log.read_text()


@pytest.mark.parametrize("wrong", ["password", "certificate"])
def test_a_refused_login_is_said_and_nothing_falls_back(topics, servers, tmp_path, wrong):
    stranger = secured.certify(tmp_path, "stranger")
    settings = {
        "password": secured.client(topics.certificate, "wrong"),
        "certificate": secured.client(stranger),
    }[wrong]
    told = {"password": "uthentication", "certificate": "certificate verify failed"}[wrong]
    server = servers(tmp_path / "lake", topics.secured, settings)
    server.spawn()
    server.http = json.loads(until(server.announced, 30, server.log_tail))["http"]
    until(lambda: told in server.log_tail(), 30, server.log_tail)
    until(lambda: server.request("GET", "/readyz")[0] == 503, 30, server.log_tail)
    assert server.by_http("SELECT count(*) FROM usage_events") == [["0"]]
    assert server.stop() == 0
