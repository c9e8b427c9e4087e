"""How the rules' loop stands, for people: versions under watch with their evidence and what is still needed, and patterns
of corrections that wait for more people; written down once, and again only when something has changed."""

import json
from datetime import timedelta

from path.feedback import COMPLAINTS, USERS, WITHIN_S, Loop, corrected_by, of_shared, produce
from path.harness import until
from path.test_feedback import bad_promotion

# What changes is written down at most once a minute.
SHOWN_WITHIN_S = 2 * WITHIN_S
SOON = timedelta(minutes=30)
# A drop from all to half of four invoices: the test of the contract once more in Python, with nine that would prove it.
EVIDENCE, WARNED = 16.348, ("warning", 4, 2, 0.5, 300, 1.0, 4, 5)


def shown(loop: Loop, query: str, wanted: list[tuple]) -> None:
    """Waits until the service answers so."""
    is_shown = lambda: loop.server.by_psycopg(query) == wanted  # noqa: E731
    until(is_shown, SHOWN_WITHIN_S, lambda: f"{wanted}, are {loop.server.by_psycopg(query)}\n{loop.server.log_tail()}")


def patterns(loop: Loop, wanted: list[tuple]) -> None:
    columns = "forwarder, field, state, users, users_still_needed, corrections"
    shown(loop, f"SELECT {columns} FROM rule_patterns ORDER BY forwarder, field", wanted)


def watched(loop: Loop, wanted: tuple) -> None:
    columns = "state, samples, correct, accuracy, samples_before, accuracy_before, invoices, invoices_still_needed"
    shown(loop, f"SELECT {columns} FROM rules_watched WHERE rule_id = 'R-7' AND rule_version = 'v2'", [wanted])


def warn(loop: Loop) -> None:
    """Promotes a version that reads two of four invoices wrong, once all is in that was read before it."""
    events = bad_promotion(before=300, after=4)
    [first] = [number for number, made in enumerate(events) if made["type"] == "rule.promoted"]
    produce(loop.broker, events[:first])
    loop.server.wait_landed(loop.broker)
    produce(loop.broker, events[first:])
    watched(loop, WARNED)


def rings(loop: Loop, level: int) -> None:
    """Waits until Prometheus is told how much harm the version does."""
    series = f'tidemark_rule_level{{forwarder="DHL",rule="R-7 v2"}} {level}'
    told = lambda: loop.server.request("GET", "/metrics")[2].decode().splitlines()  # noqa: E731
    until(lambda: series in told(), SHOWN_WITHIN_S, lambda: f"{series}\n{loop.server.log_tail()}")


def num_rounds(loop: Loop) -> int:
    [(num_runs,)] = loop.server.by_psycopg("SELECT num_runs FROM jobs WHERE job = 'learning'")
    return num_runs


def promoted(field: str) -> dict:
    of_all = {"rule_id": "R-9", "rule_version": "v1", "layer": "universal", "field": field}
    return of_shared("rule.promoted", timedelta(minutes=1), **of_all)


def test_patterns_are_shown_with_the_people_that_they_lack_until_a_promotion_ends_them(loop):
    loop.server.start()
    produce(loop.broker, corrected_by(1, "UPS", "vessel", SOON) + corrected_by(USERS - 1, "DHL", "container", SOON)
            + corrected_by(USERS, "ONE", "vessel", SOON))  # fmt: skip
    dhl = ("DHL", "container", "collecting", 2, 1, 2)
    patterns(loop, [dhl, ("ONE", "vessel", "ripe", 3, 0, 3), ("UPS", "vessel", "collecting", 1, 2, 1)])
    [suggestion] = loop.wait_for("rule.promotion_suggested")
    ripe = "SELECT suggestion_id FROM rule_patterns WHERE state = 'ripe'"
    assert loop.server.by_psycopg(ripe) == [(suggestion["id"],)]
    status, _, body = loop.server.request("GET", "/v1/rules/patterns?state=collecting&forwarder=UPS&format=jsonl")
    assert status == 200 and json.loads(body)["users_still_needed"] == 2
    # A rule for all forwarders reads that field now: what people correct from then on is about it.
    produce(loop.broker, [promoted("vessel")])
    patterns(loop, [dhl])


def test_a_drop_without_proof_is_shown_as_a_warning_with_the_invoices_that_it_lacks(loop):
    loop.server.start()
    warn(loop)
    query = "SELECT evidence, evidence_needed, baseline, reason FROM rules_watched WHERE rule_id = 'R-7'"
    [(evidence, needed, baseline, reason)] = loop.server.by_psycopg(query)
    assert (round(evidence, 3), needed, baseline) == (EVIDENCE, 500.0, "version_before")
    assert "insufficient evidence" in reason
    status, _, body = loop.server.request("GET", "/v1/rules/watched?state=warning&format=jsonl")
    assert status == 200 and json.loads(body)["rule_version"] == "v2"
    rings(loop, 1)
    said = [of_shared("rule.complaint", timedelta(minutes=9 - user), rule_id="R-7", rule_version="v2",
                      user_id=f"u-{user}", text="wrong line") for user in range(COMPLAINTS)]  # fmt: skip
    produce(loop.broker, said)
    watched(loop, ("suspended", 4, 2, 0.5, 300, 1.0, 4, None))
    rings(loop, 2)
    # What was seen stays readable.
    seen = "SELECT state FROM rule_states WHERE rule_id = 'R-7' ORDER BY made_at DESC LIMIT 2"
    assert loop.server.by_psycopg(seen) == [("suspended",), ("warning",)]


def test_nothing_is_written_down_twice_not_even_after_a_start(loop):
    loop.server.start()
    produce(loop.broker, corrected_by(1, "UPS", "vessel", SOON))
    warn(loop)
    patterns(loop, [("UPS", "vessel", "collecting", 1, 2, 1)])
    loop.server.wait_landed(loop.broker)
    written = "SELECT count(*), max(made_at) FROM rule_states"
    before = loop.server.by_psycopg(written)
    loop.server.kill()
    loop.server.start()
    # The first round after a start looks at all of it, and would write at once.
    until(lambda: num_rounds(loop) >= 2, SHOWN_WITHIN_S, lambda: f"two rounds\n{loop.server.log_tail()}")
    assert loop.server.by_psycopg(written) == before
