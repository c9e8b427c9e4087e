"""Dead letters as people handle them: listed by reason, shown whatever they hold, taken in again only once accepted."""

import json
from datetime import datetime, timedelta, timezone

from path.harness import run, sql, until

GOOD = {"specversion": "1.0", "id": "good", "source": "/judge", "type": "invoice.received", "city": "HKG",
        "time": "2026-03-31T15:59:58Z", "data": {"invoice_id": "inv-1", "channel": "upload"}}
BROKEN_TEXT = json.dumps(GOOD).encode().replace(b"upload", b"up\xc3\x28ad")


def loaded_with(tmp_path, *lines: bytes):
    (tmp_path / "invoices.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    run("load", tmp_path / "invoices.jsonl", "--dir", tmp_path / "lake")
    return tmp_path / "lake"


def test_dead_letters_are_listed_and_shown_even_when_they_are_no_text(tmp_path):
    lake = loaded_with(tmp_path, json.dumps(GOOD).encode(), BROKEN_TEXT, b"[1]")
    listed = run("dlq", "list", "--dir", lake, "--format", "csv").stdout
    assert "not_json,1," in listed and "not_object,1," in listed
    shown = run("dlq", "show", "--dir", lake, "--reason", "not_json", "--format", "jsonl").stdout
    assert [json.loads(line)["reason"] for line in shown.splitlines()] == ["not_json"]
    assert "inv-1" in shown


def test_replay_leaves_what_is_still_refused_as_it_is(tmp_path):
    lake = loaded_with(tmp_path, json.dumps(GOOD).encode(), BROKEN_TEXT, b"[1]")
    for _ in range(2):
        told = run("dlq", "replay", "--dir", lake, "--stream", "invoices").stdout
        assert "2 dead letters tried, 2 still refused, 0 rows added" in told
    assert sql(lake, "SELECT count(*) AS n FROM dead_letters") == [["2"]]


def test_replay_takes_in_what_is_accepted_by_now(tmp_path):
    """An event a little more than an hour ahead is refused, and right a moment later."""
    ahead = (datetime.now(timezone.utc) + timedelta(hours=1, seconds=3)).isoformat()
    lake = loaded_with(tmp_path, json.dumps({**GOOD, "time": ahead}).encode())
    assert sql(lake, "SELECT count(*) AS n FROM invoice_events") == [["0"]]
    until(lambda: "1 rows added" in run("dlq", "replay", "--dir", lake, "--reason", "bad_time").stdout, 30, "not taken in")
    assert "1 there already" in run("dlq", "replay", "--dir", lake).stdout
    assert sql(lake, "SELECT event_id FROM invoice_events") == [["good"]]


def test_a_table_is_described_with_the_meaning_of_its_columns():
    told = run("table", "describe", "invoice_events", "--format", "csv").stdout
    assert "when it happened" in told and "invoice_id" in told
