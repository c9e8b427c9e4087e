"""The broker of the rules' feedback is down for a long time, and the service dies again and again: evidence goes on
coming as files, and once the broker is back each message is on the topic, each rule's in order.

`TIDEMARK_OUTAGE_S` sets how long (30), `TIDEMARK_KILLS_SEED` repeats a run whose seed was printed.
"""

import os
import random
import subprocess
import time
from collections import defaultdict
from datetime import timedelta

from path.feedback import (
    COMPLAINTS, FIELDS, PARTITIONS, USERS, WITHIN_S, Loop, all_published, corrected_by, in_order, of_shared, told_in_order,
)
from path.harness import sql, until
from path.histories import lines, load
from path.kills import chosen_seed

OUTAGE_S = float(os.environ.get("TIDEMARK_OUTAGE_S", "30"))
# An hour has sixty lives and 240 files; a short outage has fewer that still do something.
LIFE_S, FILE_EVERY_S = max(6.0, OUTAGE_S / 60), max(2.0, OUTAGE_S / 240)
NEW_RULES, SUSPENSIONS = 5, 6
# Events come as files here: this instance takes none from Kafka.
ROLES = ("--roles", "query,jobs")
# Where lives that have the broker again die, one after the other; the third lives on.
PUBLISHED, RECORDED = "feedback.published=crash@1", "feedback.recorded=crash@1"


class Evidence:
    """Files of evidence, and what must be told of them."""

    def __init__(self, seed: int, loop: Loop):
        self.random, self.loop, self.num_files = random.Random(seed), loop, 0
        self.suggested: set[str] = set()
        self.suspended: dict[str, list[str]] = defaultdict(list)

    def add(self) -> None:
        """Loads a file: rules that three people have corrected, and versions of known rules with three complaints."""
        events, known = [], sorted(self.suggested)
        for number in range(NEW_RULES):
            forwarder, field = f"F{self.num_files:04}{number}", self.random.choice(FIELDS)
            events += corrected_by(USERS, forwarder, field, timedelta(minutes=20))
            self.suggested.add(f"R-{forwarder}-{field}")
        for rule in self.random.sample(known, min(SUSPENSIONS, len(known))):
            self.suspended[rule].append(f"v{len(self.suspended[rule])}")
            events += [of_shared("rule.complaint", timedelta(), rule_id=rule, rule_version=self.suspended[rule][-1],
                                 user_id=f"u-{user}") for user in range(COMPLAINTS)]  # fmt: skip
        self.num_files += 1
        load(self.loop.server.directory, self.loop.server.home / f"evidence-{self.num_files}", lines(events))

    def num_messages(self) -> int:
        return len(self.suggested) + sum(map(len, self.suspended.values()))


def live_and_die(loop: Loop, evidence: Evidence, life_s: float) -> bool:
    """A life in which evidence comes. Answers whether it ended by itself, at a planted step; else kill -9 ends it."""
    loop.server.spawn(*ROLES)
    ends_at = time.monotonic() + life_s
    while loop.server.process.poll() is None and time.monotonic() < ends_at:
        evidence.add()
        try:
            loop.server.process.wait(min(FILE_EVERY_S, max(0.1, ends_at - time.monotonic())))
        except subprocess.TimeoutExpired:
            pass
    ended = loop.server.process.poll() is not None
    loop.server.kill()
    return ended


def outlast(loop: Loop, evidence: Evidence, seed: int) -> tuple[int, int]:
    """Lives without a broker, every other of which dies as soon as it has made messages, at least one. Answers how many
    lives there were, and how many died so."""
    drawn, ends_at, num_lives, num_planted = random.Random(seed), time.monotonic() + OUTAGE_S, 0, 0
    while time.monotonic() < ends_at or num_planted == 0:
        is_planted = num_lives % 2 == 1
        loop.server.env["TIDEMARK_FAULTS"] = f"feedback.made=crash@{drawn.randint(1, 2)}" if is_planted else ""
        life_s = 3 * WITHIN_S if is_planted else LIFE_S * drawn.uniform(0.5, 1.5)
        num_planted += live_and_die(loop, evidence, life_s)
        # Comes while nobody is there.
        evidence.add()
        num_lives += 1
    return num_lives, num_planted


def waits_in_vain(loop: Loop) -> None:
    """Begins a life that has tried to tell what waits and could not."""
    before = len(loop.server.log.read_text(errors="replace"))
    loop.server.spawn(*ROLES)
    waits = lambda: "the job outbox waits" in loop.server.log.read_text(errors="replace")[before:]  # noqa: E731
    until(waits, 2 * WITHIN_S, lambda: f"tried and could not\n{loop.server.log_tail()}", every_s=1)


def dies(loop: Loop, step: str) -> None:
    died = lambda: loop.server.process.poll() is not None  # noqa: E731
    until(died, WITHIN_S, lambda: f"died at {step}\n{loop.server.log_tail()}")


def counted(loop: Loop, relation: str) -> int:
    return int(sql(loop.server.directory, f"SELECT count(*) FROM {relation}")[0][0])


def test_through_a_long_outage_and_many_deaths_each_message_comes_once_and_in_order(loop):
    seed = chosen_seed()
    evidence = Evidence(seed, loop)
    evidence.add()
    loop.server.start(*ROLES)
    loop.wait_for("rule.promotion_suggested", NEW_RULES)
    until(lambda: all_published(loop), WITHIN_S, "the first messages are recorded as published")
    loop.server.kill()
    loop.broker.kill()
    try:
        num_lives, num_planted = outlast(loop, evidence, seed)
        made, published = counted(loop, "feedback_messages"), counted(loop, "feedback_deliveries")
        loop.server.env["TIDEMARK_FAULTS"] = PUBLISHED
        waits_in_vain(loop)
    finally:
        loop.broker.start()
    assert published == NEW_RULES < made
    # Whoever has waited for the broker does not wait on when it is back.
    dies(loop, PUBLISHED)
    loop.server.env["TIDEMARK_FAULTS"] = RECORDED
    loop.server.spawn(*ROLES)
    dies(loop, RECORDED)
    loop.server.env["TIDEMARK_FAULTS"] = ""
    began_at = time.monotonic()
    loop.server.start(*ROLES)
    told = lambda: f"{evidence.num_messages()}, are {len(loop.messages())}\n{loop.server.log_tail()}"  # noqa: E731
    all_told = lambda: len(in_order_flat(loop)) >= evidence.num_messages() and all_published(loop)  # noqa: E731
    until(all_told, 5 * WITHIN_S, told, every_s=1)
    took_s = time.monotonic() - began_at
    prove(loop, evidence)
    print(f"{OUTAGE_S:.0f} s without a broker, {num_lives} lives of which {num_planted} died after making "
          f"messages, {evidence.num_files} files; {made} messages waited; "
          f"{len(loop.messages())} on the topic, {len(loop.records())} records; {took_s:.0f} s from the last start")


def in_order_flat(loop: Loop) -> list[str]:
    return [message for messages in in_order(loop).values() for message in messages]


def prove(loop: Loop, evidence: Evidence) -> None:
    """Every message that the evidence asks for is on the topic, no other; in order; some were there twice."""
    messages = loop.messages()
    suggested = [made["data"]["rule_id"] for made in messages if made["type"] == "rule.promotion_suggested"]
    assert len(suggested) == len(set(suggested)) and set(suggested) == evidence.suggested
    suspended = defaultdict(list)
    for made in messages:
        if made["type"] == "rule.suspended":
            suspended[made["data"]["rule_id"]].append(made["data"]["rule_version"])
    assert suspended == evidence.suspended
    assert told_in_order(loop) == in_order(loop)
    # A life died after publishing and before it was written down: those that skip no ids would act twice.
    assert len(loop.records()) > len(messages)
