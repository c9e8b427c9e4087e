"""What the suites of the rules' feedback share: evidence as events, a service that feeds back, and what a reader sees that
passes over repeated ids."""

import itertools
import json
import random
from datetime import UTC, datetime, timedelta

from path.harness import TOPICS, until
from path.histories import event

FIELDS = ("total_amount", "invoice_number", "issue_date", "vessel", "container")
# domain.md, section 5: people who must make a correction; complaints that suspend.
USERS = COMPLAINTS = 3
WITHIN_S, PARTITIONS = 60, 3
NUMBERS = itertools.count(1)


def at(ago: timedelta) -> str:
    return (datetime.now(UTC) - ago).isoformat().replace("+00:00", "Z")


def of_shared(kind: str, ago: timedelta, **data) -> dict:
    return event(kind, at(ago), None, **data)


def read_by(rule: str, version: str, forwarder: str, field: str, value: str, ago: timedelta) -> tuple[str, list[dict]]:
    """An invoice that a rule version has read one field of, up to its completion."""
    invoice = f"inv-{next(NUMBERS):06}"
    fields = [{"name": field, "confidence": 0.9, "value": value, "rule_id": rule, "rule_version": version,
               "rule_layer": "forwarder"}]  # fmt: skip
    minute = timedelta(minutes=1)
    return invoice, [
        event("invoice.classified", at(ago + 3 * minute), invoice_id=invoice, forwarder=forwarder),
        event("invoice.extracted", at(ago + 2 * minute), invoice_id=invoice, route="auto", confidence=0.9,
              fields=fields),
        event("invoice.completed", at(ago + minute), invoice_id=invoice),
    ]  # fmt: skip


def correction(invoice: str, field: str, user: str, ago: timedelta, **more) -> dict:
    data = {"old": "1,200.00", "new": "1,250.00", "pattern": "right of TOTAL DUE", "learn": "normal", **more}
    return event("invoice.field_corrected", at(ago), invoice_id=invoice, field=field, user_id=user, **data)


def corrected_by(num_users: int, forwarder: str, field: str, ago: timedelta) -> list[dict]:
    """Invoices that a rule misread, each corrected by another person in the same way."""
    events = []
    for user in range(num_users):
        rule = {"rule_id": f"R-{forwarder}-{field}", "rule_version": "v20260101-01"}
        invoice, read = read_by(*rule.values(), forwarder, field, "1,200.00", ago + timedelta(minutes=10))
        events += [*read, correction(invoice, field, f"u-{user}", ago, **rule)]
    return events


def produce(broker, events: list[dict]) -> None:
    producer = broker.producer()
    for made in events:
        data = made["data"]
        key = data.get("invoice_id") or data.get("rule_id")
        producer.produce("invoices", key=key, value=json.dumps(made))
    assert producer.flush(30) == 0


class Loop:
    """A service that feeds back, with its topic."""

    def __init__(self, broker, servers, folder):
        self.broker, self.topic = broker, f"feedback-{folder.name}"
        broker.create_topics(*TOPICS)
        broker.create_topics(self.topic, partitions=PARTITIONS)
        self.server = servers(folder / "lake", broker.bootstrap, f'[jobs]\nfeedback_topic = "{self.topic}"\n')

    def records(self) -> list:
        return list(self.broker.read_all(self.topic))

    def messages(self) -> list[dict]:
        """What a reader sees that passes over repeated ids, by partition and offset."""
        seen = {}
        for record in sorted(self.records(), key=lambda record: (record.partition(), record.offset())):
            made = json.loads(record.value())
            assert record.key().decode() == made["data"]["rule_id"]
            seen.setdefault(made["id"], made)
        return list(seen.values())

    def of_type(self, kind: str) -> list[dict]:
        return [made for made in self.messages() if made["type"] == kind]

    def wait_for(self, kind: str, count: int = 1, within_s: float = WITHIN_S) -> list[dict]:
        told = lambda: f"{count} of {kind}: {self.messages()}\n{self.server.log_tail()}"  # noqa: E731
        return until(lambda: len(found := self.of_type(kind)) >= count and found, within_s, told, every_s=0.3)


def in_order(loop: Loop) -> dict[str, list[str]]:
    """Each rule's ids in the order of the outbox."""
    rows = loop.server.by_psycopg("SELECT rule_id, message_id FROM feedback_messages ORDER BY number")
    return {rule: [message for owner, message in rows if owner == rule] for rule in {owner for owner, _ in rows}}


def told_in_order(loop: Loop) -> dict[str, list[str]]:
    found = {}
    for made in loop.messages():
        found.setdefault(made["data"]["rule_id"], []).append(made["id"])
    return found


def all_published(loop: Loop) -> bool:
    [(waiting, all_of)] = loop.server.by_psycopg(
        "SELECT count(*) FILTER (WHERE published_at IS NULL), count(*) FROM rule_feedback"
    )
    return waiting == 0 and all_of > 0


def evidence(seed: int, num_rules: int) -> list[list[dict]]:
    """Evidence in batches: each makes a suggestion and a suspension or two."""
    drawn = random.Random(seed)
    batches = []
    for number in range(num_rules):
        forwarder, field = f"F{number:03}", drawn.choice(FIELDS)
        rule = f"R-{forwarder}-{field}"
        batch = corrected_by(USERS, forwarder, field, timedelta(minutes=20))
        for version in range(drawn.randint(1, 3)):
            batch += [of_shared("rule.complaint", timedelta(minutes=9 - user), rule_id=rule, rule_version=f"v{version}",
                                user_id=f"u-{user}") for user in range(COMPLAINTS)]  # fmt: skip
        batches.append(batch)
    return batches
