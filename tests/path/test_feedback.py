"""The rules' feedback: evidence in events becomes messages on a topic of a real broker, each once for readers that pass
over repeated ids, each rule's in order, however often the process dies."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from path.feedback import (
    COMPLAINTS, PARTITIONS, USERS, WITHIN_S, Loop, all_published, corrected_by, correction, evidence, in_order, of_shared,
    produce, read_by, told_in_order,
)
from path.harness import until

READER = Path(__file__).resolve().parents[2] / "docs" / "examples" / "read_feedback.py"
MEMBERS = {
    "message_id", "rule_id", "rule_version", "layer", "forwarder", "field", "window_start", "window_end", "samples",
    "correct", "accuracy", "accuracy_before", "interval_low", "interval_high", "users", "impact_estimate",
    "needs_review", "advice", "reason",
}  # fmt: skip


def test_corrections_by_three_people_suggest_a_promotion_once_and_by_two_none(loop):
    loop.server.start()
    soon = timedelta(minutes=30)
    produce(loop.broker, corrected_by(USERS, "DHL", "total_amount", soon) + corrected_by(USERS - 1, "UPS", "vessel", soon))
    same_user = [made for made in corrected_by(USERS, "FedEx", "container", soon)]
    for made in same_user:
        if "user_id" in made["data"]:
            made["data"]["user_id"] = "u-9"
    produce(loop.broker, same_user)
    [suggestion] = loop.wait_for("rule.promotion_suggested")
    data = suggestion["data"]
    assert set(data) >= MEMBERS
    assert suggestion["id"] == data["message_id"] and suggestion["specversion"] == "1.0"
    assert (data["rule_id"], data["forwarder"], data["field"]) == ("R-DHL-total_amount", "DHL", "total_amount")
    # Three invoices were misread as it would mend: at most 100 need nobody's review.
    assert (data["users"], data["impact_estimate"], data["needs_review"]) == (USERS, USERS, False)
    # A fourth person says the same: nothing new.
    produce(loop.broker, corrected_by(USERS + 1, "DHL", "total_amount", timedelta(minutes=5))[-4:])
    produce(loop.broker, corrected_by(USERS, "ONE", "vessel", timedelta(minutes=5)))
    assert len(loop.wait_for("rule.promotion_suggested", 2)) == 2
    assert {made["data"]["forwarder"] for made in loop.of_type("rule.promotion_suggested")} == {"DHL", "ONE"}


def test_three_complaints_suspend_a_version(loop):
    loop.server.start()
    said = [of_shared("rule.complaint", timedelta(minutes=9 - user), rule_id="R-0042", rule_version="v20260301-02",
                      user_id=f"u-{user}", text="wrong line") for user in range(COMPLAINTS)]  # fmt: skip
    produce(loop.broker, said)
    [suspended] = loop.wait_for("rule.suspended")
    data = suspended["data"]
    assert (data["rule_id"], data["rule_version"], data["advice"]) == ("R-0042", "v20260301-02", "suspend")
    assert data["users"] == COMPLAINTS and data["needs_review"] is True


def bad_promotion(before: int, after: int) -> list[dict]:
    """A rule that read well; since three hours it has a version that reads every other field wrong."""
    events = []
    for number in range(before):
        ago = timedelta(hours=5) + timedelta(minutes=number)
        events += read_by("R-7", "v1", "DHL", "total_amount", f"{number}.00", ago)[1]
    promoted = {"rule_id": "R-7", "rule_version": "v2", "layer": "forwarder", "forwarder": "DHL",
                "field": "total_amount", "impact_estimate": 500, "manual": True}  # fmt: skip
    events.append(of_shared("rule.promoted", timedelta(hours=3), **promoted))
    for number in range(after):
        ago = timedelta(hours=2, minutes=50) - timedelta(seconds=20 * number)
        invoice, read = read_by("R-7", "v2", "DHL", "total_amount", f"{number}.00", ago)
        events += read
        if number % 2:
            wrong = {"rule_id": "R-7", "rule_version": "v2", "learn": "exception"}
            events.append(correction(invoice, "total_amount", "u-1", ago - timedelta(minutes=2), **wrong))
    return events


def test_a_promotion_that_harms_is_advised_to_be_taken_back_with_its_evidence(loop):
    loop.server.start()
    produce(loop.broker, bad_promotion(before=300, after=120))
    advices = loop.wait_for("rule.rollback_advised")
    [advice] = [made["data"] for made in advices if made["data"]["rule_id"] == "R-7"]
    assert (advice["rule_version"], advice["advice"], advice["to_version"]) == ("v2", "roll_back", "v1")
    assert advice["accuracy_before"] == 1.0
    # Every other one was corrected; it is advised as soon as that is proven, so not all have been counted.
    assert 0.3 < advice["accuracy"] < 0.7 and advice["interval_low"] < advice["accuracy"] < advice["interval_high"]
    assert advice["correct"] <= advice["samples"] <= 120
    rows = loop.server.by_psycopg("SELECT message_id, advice FROM rule_feedback WHERE type = 'rule.rollback_advised'")
    assert len(rows) == 1


def test_a_promotion_that_does_no_harm_is_left_alone(loop):
    loop.server.start()
    events = [made for made in bad_promotion(before=300, after=120) if made["type"] != "invoice.field_corrected"]
    produce(loop.broker, events + corrected_by(USERS, "ONE", "vessel", timedelta(minutes=5)))
    # The suggestion is made in a round that has seen all of it.
    loop.wait_for("rule.promotion_suggested")
    assert loop.of_type("rule.rollback_advised") == []


def test_sql_and_http_show_what_was_told(loop):
    loop.server.start()
    produce(loop.broker, corrected_by(USERS, "DHL", "total_amount", timedelta(minutes=30)))
    [told] = loop.wait_for("rule.promotion_suggested")
    published = "SELECT message_id, rule_id, event FROM rule_feedback WHERE published_at IS NOT NULL"
    [(message_id, rule_id, made)] = until(lambda: loop.server.by_psycopg(published), WITHIN_S, "told as published")
    assert (message_id, rule_id, json.loads(made)) == (told["id"], told["data"]["rule_id"], told)
    status, _, body = loop.server.request("GET", f"/v1/rules/feedback?message_id={message_id}&format=jsonl")
    assert status == 200 and json.loads(body)["message_id"] == message_id
    assert loop.server.request("GET", "/v1/rules/feedback?nothing=1")[0] == 400


def test_the_reader_of_the_documentation_acts_on_each_message_once(loop, tmp_path):
    loop.server.start()
    produce(loop.broker, corrected_by(USERS, "DHL", "total_amount", timedelta(minutes=30)))
    [told] = loop.wait_for("rule.promotion_suggested")
    # A crash after publishing: the same message again.
    producer = loop.broker.producer()
    producer.produce(loop.topic, key=told["data"]["rule_id"], value=json.dumps(told))
    assert producer.flush(30) == 0
    database = tmp_path / "engine.db"
    for _ in range(2):
        command = [sys.executable, READER, loop.broker.bootstrap, loop.topic, database, "--until-end"]
        subprocess.run(command, check=True, timeout=120)
    with sqlite3.connect(database) as found:
        assert found.execute("SELECT rule_id, advice FROM to_do").fetchall() == [(told["data"]["rule_id"], "promote")]


# The second passing is in the middle of the messages; a start commits nothing else before.
STEPS = ("feedback.made=crash@2", "feedback.published=crash@2", "feedback.recorded=crash@2")


@pytest.mark.parametrize("step", STEPS)
def test_a_death_between_any_two_steps_loses_and_repeats_no_message(loop, step):
    seed = int(os.environ.get("TIDEMARK_KILLS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\nTIDEMARK_KILLS_SEED={seed}")
    batches = evidence(seed, 12)
    expected = sum(1 + len({made["data"]["rule_version"] for made in batch if made["type"] == "rule.complaint"})
                   for batch in batches)  # fmt: skip
    loop.server.env["TIDEMARK_FAULTS"] = step
    loop.server.start()
    died = lambda: loop.server.process.poll() is not None  # noqa: E731
    for batch in batches[:3]:
        produce(loop.broker, batch)
    # A slow machine may take all that has come in one round: what makes the second comes when some of it is told.
    until(lambda: loop.messages() or died(), WITHIN_S, lambda: f"told\n{loop.server.log_tail()}")
    for batch in batches[3:6]:
        produce(loop.broker, batch)
    until(died, WITHIN_S, lambda: f"died at {step}\n{loop.server.log_tail()}")
    del loop.server.env["TIDEMARK_FAULTS"]
    loop.server.start()
    for batch in batches[6:]:
        produce(loop.broker, batch)
    made = lambda: len(loop.messages()) >= expected and all_published(loop)  # noqa: E731
    until(made, 2 * WITHIN_S, lambda: f"{expected} messages, are {len(loop.messages())}\n{loop.server.log_tail()}")
    assert told_in_order(loop) == in_order(loop)
    assert len(loop.messages()) == expected


def test_while_the_broker_is_down_messages_wait_and_then_come(loop):
    loop.server.start()
    produce(loop.broker, corrected_by(USERS, "DHL", "total_amount", timedelta(minutes=30)))
    loop.wait_for("rule.promotion_suggested")
    # What is taken in at the last moment is fed back when nobody can be told.
    produce(loop.broker, corrected_by(USERS, "UPS", "vessel", timedelta(minutes=20)))
    loop.server.wait_landed(loop.broker)
    loop.broker.stop()
    made = "SELECT count(*) FROM rule_feedback WHERE type = 'rule.promotion_suggested'"
    until(lambda: loop.server.by_psycopg(made) == [(2,)], WITHIN_S, "made without a broker")
    loop.broker.start()
    until(lambda: loop.broker.leads(loop.topic, partitions=PARTITIONS), WITHIN_S, "a leader again")
    until(lambda: all_published(loop), 2 * WITHIN_S, lambda: f"published\n{loop.server.log_tail()}")
    assert len(loop.of_type("rule.promotion_suggested")) == 2
    assert told_in_order(loop) == in_order(loop)
