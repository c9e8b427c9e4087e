"""Bad input: every kind of malformed record at both doors, and what stands in a start's way, each with clear words."""

import json
import socket

import pytest

from judges import identity
from judges.kafka import free_port
from path.harness import TOPICS, run, sql, until

GOOD = {"specversion": "1.0", "id": "good", "source": "/judge", "type": "invoice.received", "city": "HKG",
        "time": "2026-03-31T15:59:58.123456Z", "data": {"invoice_id": "inv-1", "channel": "upload"}}
EXTRACTED = {"invoice_id": "inv-1", "route": "auto", "confidence": 0.9, "fields": []}
USAGE = {"meter": "di.pages", "quantity": "3"}


def bent(data: dict | None = None, without: str | None = None, **attributes) -> bytes:
    """The good event with other attributes or data, or without one."""
    event = {**GOOD, "id": "bad", **attributes, "data": {**GOOD["data"], **(data or {})}}
    event.pop(without, None)
    return json.dumps(event).encode()


def of_type(kind: str, **data) -> bytes:
    return json.dumps({**GOOD, "id": "bad", "type": kind, "data": data}).encode()


# Name: the record, its stream, the reason.
MALFORMED = {
    "truncated": (bent()[:-9], "invoices", "not_json"),
    "two values": (bent() + bent(), "invoices", "not_json"),
    "broken UTF-8": (bent().replace(b"upload", b"up\xc3\x28ad"), "invoices", "not_json"),
    "a list": (b"[1,2]", "invoices", "not_object"),
    "a string": (b'"x"', "invoices", "not_object"),
    "too large": (bent({"file_uri": "x" * (1 << 20)}), "invoices", "too_large"),
    **{f"without {name}": (bent(without=name), "invoices", f"missing:{name}")
       for name in ("specversion", "id", "source", "type", "time", "city")},
    "without a member": (of_type("invoice.received", channel="upload"), "invoices", "missing:invoice_id"),
    "a null member": (bent({"channel": None}), "invoices", "missing:channel"),
    "a number for a text": (bent({"invoice_id": 12}), "invoices", "type:invoice_id"),
    "a text for a number": (bent({"pages": "two"}), "invoices", "type:pages"),
    "a number for an id": (bent(id=7), "invoices", "type:id"),
    "a fraction above 1": (of_type("invoice.extracted", **{**EXTRACTED, "confidence": 1.7}), "invoices",
                           "range:confidence"),
    "a negative count": (bent({"pages": -1}), "invoices", "range:pages"),
    "a score of 11": (of_type("feedback.nps", user_id="u", score=11), "invoices", "range:score"),
    "an amount too long": (of_type("usage.recorded", **{**USAGE, "cost": "1234567890123456789.5"}), "usage",
                           "range:cost"),
    "an amount too fine": (of_type("usage.recorded", **{**USAGE, "cost": "0.0000000001"}), "usage", "range:cost"),
    "a flag for a quantity": (of_type("usage.recorded", **{**USAGE, "quantity": True}), "usage", "type:quantity"),
    "an unknown family": (bent(type="shipment.created"), "invoices", "unknown_type"),
    "no time": (bent(time="yesterday"), "invoices", "bad_time"),
    "a time without a zone": (bent(time="2026-03-31T15:59:58"), "invoices", "bad_time"),
    "a time too far ahead": (bent(time="2999-01-01T00:00:00Z"), "invoices", "bad_time"),
    "a time before 2015": (bent(time="2014-12-31T23:59:59Z"), "invoices", "bad_time"),
}


@pytest.fixture(scope="module")
def server(module_kafka, servers, tmp_path_factory):
    module_kafka.create_topics(*TOPICS)
    return servers(tmp_path_factory.mktemp("bad") / "lake", module_kafka.bootstrap).start()


@pytest.fixture(scope="module")
def dead_letters(tmp_path_factory) -> dict[str, list[str]]:
    """What `load` makes of every malformed record, each between good neighbours and blank lines."""
    folder, at = tmp_path_factory.mktemp("malformed"), {}
    for stream in ("invoices", "usage"):
        good = of_type("usage.recorded", **USAGE) if stream == "usage" else bent()
        lines = []
        for name, (record, of, _) in MALFORMED.items():
            if of == stream:
                lines += [record, b"", good.replace(b'"bad"', json.dumps(f"after {name}").encode(), 1)]
        (folder / f"{stream}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    run("load", folder / "invoices.jsonl", folder / "usage.jsonl", "--dir", folder / "lake")
    at["letters"] = sql(folder / "lake", "SELECT stream, reason, stage FROM dead_letters ORDER BY stream, \"offset\"")
    ids = "SELECT event_id FROM invoice_events UNION ALL SELECT event_id FROM usage_events"
    at["landed"] = [row[0] for row in sql(folder / "lake", ids)]
    at["violations"] = identity.check(folder / "lake")
    return at


def test_loading_refuses_each_malformed_record_for_its_reason(dead_letters):
    expected = sorted((stream, reason) for _, stream, reason in MALFORMED.values())
    assert sorted((stream, reason) for stream, reason, _ in dead_letters["letters"]) == expected
    assert {stage for _, _, stage in dead_letters["letters"]} <= {"envelope", "decode", "validate"}


def test_loading_lands_every_good_neighbour(dead_letters):
    assert sorted(dead_letters["landed"]) == sorted(f"after {name}" for name in MALFORMED)
    assert dead_letters["violations"] == []


@pytest.mark.parametrize("name", MALFORMED)
def test_posting_a_malformed_event_is_refused_with_its_reason(server, name):
    record, _, reason = MALFORMED[name]
    status, _, body = server.request("POST", "/v1/events", record, content_type="application/cloudevents+json")
    assert 400 <= status < 500
    assert reason in body.decode()


def test_posting_nothing_is_refused(server):
    assert 400 <= server.request("POST", "/v1/events", b"", content_type="application/cloudevents+json")[0] < 500


def test_posting_good_events_lands_each_once_and_a_batch_answers_for_each(server):
    posted = bent(id="posted-1")
    for _ in range(2):
        status, _, body = server.request("POST", "/v1/events", posted, content_type="application/cloudevents+json")
        assert 200 <= status < 300, body
    batch = b"[" + b",".join([bent(id="posted-2"), bent({"invoice_id": 12}), bent(id="posted-3")]) + b"]"
    _, _, body = server.request("POST", "/v1/events", batch, content_type="application/cloudevents-batch+json")
    assert body.decode().count("type:invoice_id") == 1
    query = "SELECT event_id FROM invoice_events WHERE source = '/judge' ORDER BY event_id"
    landed = [("posted-1",), ("posted-2",), ("posted-3",)]
    until(lambda: server.by_psycopg(query) == landed, 30, lambda: f"landed {server.by_psycopg(query)}")


def clear_failure(*arguments, names: str, codes: set[int]) -> None:
    """The command fails with one of these codes, in words that name the trouble, and without a panic."""
    done = run(*arguments, code=None, within_s=90)
    assert done.returncode in codes, done.stderr
    assert names in done.stderr
    assert "panicked" not in done.stderr
    assert done.stdout == ""


def config(tmp_path, brokers: str, more: str = "", listen: str = "127.0.0.1:0", lake: str | None = None):
    path, url = tmp_path / "tidemark.toml", json.dumps(lake or str(tmp_path / "lake"))
    path.write_text(f'[kafka]\nbrokers = "{brokers}"\n[lake]\nurl = {url}\n[http]\nlisten = "{listen}"\n'
                    f'[postgres]\nlisten = "127.0.0.1:0"\n{more}')
    return path


def test_an_unknown_key_of_the_configuration_is_named(tmp_path):
    path = config(tmp_path, "127.0.0.1:1", "[ingest]\nbrokerz = 1\n")
    clear_failure("run", "--config", path, names="brokerz", codes={1, 2})


def test_a_port_in_use_is_named(module_kafka, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        path = config(tmp_path, module_kafka.bootstrap, listen=address)
        clear_failure("run", "--config", path, names=address, codes={1})


def test_a_directory_that_cannot_be_written_is_named(files, tmp_path):
    (tmp_path / "file").write_text("no folder")
    for place in (tmp_path / "file" / "lake", "/proc/tidemark-lake"):  # The latter also stops the superuser.
        clear_failure("load", *files, "--dir", place, names=str(place), codes={1})


def test_a_broker_that_is_down_at_the_start_is_named_and_waited_for(servers, tmp_path):
    address = f"127.0.0.1:{free_port()}"
    server = servers(tmp_path / "lake", address)
    server.spawn()
    server.http = json.loads(until(server.announced, 30, server.log_tail))["http"]
    until(lambda: f"{address} " in server.request("GET", "/readyz")[2].decode(), 30, server.log_tail)
    assert server.request("GET", "/readyz")[0] == 503
    until(lambda: "kafka.brokers" in server.log_tail(), 30, server.log_tail)
    assert server.request("GET", "/healthz")[0] == 200
    assert server.stop() == 0


def test_a_topic_that_does_not_exist_is_named_and_waited_for(server, module_kafka, servers, tmp_path):
    more = '[kafka.topics]\nusage = "metering"\n'
    waiting = servers(tmp_path / "lake", module_kafka.bootstrap, more)
    waiting.spawn()
    waiting.http = json.loads(until(waiting.announced, 30, waiting.log_tail))["http"]
    until(lambda: 'topic "metering"' in waiting.request("GET", "/readyz")[2].decode(), 30, waiting.log_tail)
    assert waiting.request("GET", "/readyz")[0] == 503
    module_kafka.create_topics("metering")
    until(waiting.ready, 30, waiting.log_tail)
    assert waiting.stop() == 0


def test_wrong_use_of_the_command_line_is_told(loaded, tmp_path):
    clear_failure("run", "--no-such-flag", names="--no-such-flag", codes={2})
    clear_failure("load", tmp_path / "none.jsonl", "--dir", tmp_path / "lake", names="none.jsonl", codes={1, 2})
    clear_failure("sql", "SELECT * FROM invoice_event", "--dir", loaded, names="invoice_events", codes={1})
    clear_failure("sql", "DROP TABLE invoice_events", "--dir", loaded, names="DROP", codes={1})
