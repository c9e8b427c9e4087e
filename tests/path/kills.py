"""What the suites that break things share: a sender that writes down what was acknowledged, and the proof at the end.

The sender never asks the service anything; the proof reads the Delta logs, the Parquet files and the topics.
"""

import json
import os
import random
import signal
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from judges import identity
from judges.deltalog import DeltaLog, Version
from judges.kafka import Broker
from path.harness import TOPICS, Server, landed_offsets, records_of

# More commits in each life than by default, so that more kills meet one.
OFTEN = "[ingest]\ncommit_interval_ms = 300\n"
# A commit at nearly every chunk.
AT_ONCE = "[ingest]\ncommit_interval_ms = 20\n"
TICKS_PER_S = 50
# One request at a time: a retry never comes after what was sent behind it, so what is acknowledged is in the topic.
PRODUCER = {"linger.ms": 5, "max.in.flight.requests.per.connection": 1}
# One number in so many is a record that will be refused.
REFUSED_EVERY = 10


def chosen_seed() -> int:
    """`$TIDEMARK_KILLS_SEED`, or a random one; printed, so that a run can be repeated."""
    seed = int(os.environ.get("TIDEMARK_KILLS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\nTIDEMARK_KILLS_SEED={seed}")
    return seed


class Sender:
    """Sends events, repeats and malformed records; logs each id sent and each acknowledged. In a `with` it goes on
    by itself until the block ends; `send_batch` sends without that."""

    def __init__(self, broker: Broker, folder: Path, seed: int, per_s: int = 1500, topics: tuple[str, ...] = TOPICS):
        self.random, self.producer = random.Random(seed), broker.producer(**PRODUCER)
        self.topics, self.per_tick = topics, max(1, per_s // TICKS_PER_S)
        self.sent, self.acked, self.number = folder / "sent", folder / "acked", 0
        # Line by line: what is acknowledged is on record, whatever ends the test.
        self.sent_file, self.acked_file = (path.open("w", buffering=1) for path in (self.sent, self.acked))
        self.ending, self.pool = threading.Event(), ThreadPoolExecutor(1)

    def __enter__(self) -> "Sender":
        self.working = self.pool.submit(self.work)
        return self

    def __exit__(self, *_) -> None:
        self.ending.set()
        self.working.result()
        self.flush()

    def work(self) -> None:
        while not self.ending.wait(1 / TICKS_PER_S):  # The pace; ends at once when told to.
            for _ in range(self.per_tick):
                self.send()
            self.producer.poll(0)

    def send_batch(self, num: int) -> None:
        """Sends so many records and returns once all are acknowledged."""
        for _ in range(num):
            self.send()
        self.flush()

    def send(self) -> None:
        """A new event; or, one time in ten, an earlier one again."""
        draw, number = self.random.random(), self.number
        if draw < 0.1 and number:
            number = self.random.randrange(max(0, number - 5000), number)
        else:
            self.number += 1
        topic, event_id = self.topics[number % len(self.topics)], f"kill-{number}"
        event = event_of(topic, event_id, number)
        if is_refused(event_id):
            event["time"] = "yesterday"
        self.sent_file.write(event_id + "\n")
        # A repeat may come by another partition, as when a producer changed its key.
        self.produce(topic, None if draw < 0.05 else event_id, json.dumps(event), event_id)

    def produce(self, topic: str, key: str | None, value: str, event_id: str) -> None:
        told = lambda error, _: error or self.acked_file.write(event_id + "\n")  # noqa: E731
        while True:
            try:
                return self.producer.produce(topic, key=key, value=value, on_delivery=told)
            except BufferError:  # Full, as while the broker is away: it empties by answers.
                self.producer.poll(0.1)

    def flush(self) -> None:
        assert self.producer.flush(60) == 0, "the broker did not answer for all that was sent"

    def lines(self, path: Path) -> list[str]:
        return path.read_text().split()


def is_refused(event_id: str) -> bool:
    return int(event_id.rpartition("-")[2]) % REFUSED_EVERY == REFUSED_EVERY - 1


def event_of(topic: str, event_id: str, number: int) -> dict:
    kind, data = {
        "sessions": ("session.requested", {"session_id": event_id, "device_id": "d"}),
        "invoices": ("invoice.received", {"invoice_id": event_id, "channel": "api"}),
        "usage": ("usage.recorded", {"meter": "llm.calls", "quantity": "1", "cost": "0.01", "currency": "HKD"}),
    }[topic]
    city = ("HKG", "SIN", "SHA")[number % 7 % 3]
    time_ = f"2026-0{1 + number % 2}-15T08:00:00.{number % 1_000_000:06}Z"
    return {"specversion": "1.0", "id": event_id, "source": "/kills", "type": kind, "time": time_, "city": city,
            "data": data}


class Watermarks:
    """The event tables' watermarks. Each look reads only entries that are new: it must not cost more every time."""

    def __init__(self, lake: Path):
        self.states = {lake / table: Version(-1) for table in identity.TABLES.values()}

    def moved(self) -> bool:
        """Whether any watermark has moved since the last look; none may go back, no version may be missing."""
        before = sum(sum(state.watermarks.values()) for state in self.states.values())
        for folder, state in self.states.items():
            log = DeltaLog(folder)
            for number in log.commits[state.number + 1:]:
                state = log.apply(state.next(number))
                assert state.problems == []
            self.states[folder] = state
        return sum(sum(state.watermarks.values()) for state in self.states.values()) > before


class Outages:
    """Ends the broker when told to, by turns at once and gently, and starts it again beside the test."""

    def __init__(self, broker: Broker):
        self.broker, self.num, self.pool = broker, 0, ThreadPoolExecutor(1)
        self.last: Future | None = None

    def __enter__(self) -> "Outages":
        return self

    def __exit__(self, *_) -> None:
        self.wait()

    def begin(self) -> None:
        """Ends the broker; returns at once, but not before the outage before it is over."""
        self.wait()
        by = (signal.SIGKILL, signal.SIGTERM)[self.num % 2]
        self.num += 1
        self.last = self.pool.submit(lambda: (self.broker.end(by), self.broker.start()))

    def wait(self) -> None:
        if self.last is not None:
            self.last.result()


def killed_after(server: Server, delay_s: float) -> None:
    """Lets the service run for a while, checks that it runs still, and kills it."""
    try:
        code = server.process.wait(delay_s)
    except subprocess.TimeoutExpired:
        server.kill()
        return
    raise AssertionError(f"the service ended by itself with {code}\n{server.log_tail()}")


def violations(lake: Path, broker: Broker, sender: Sender) -> list[str]:
    """Everything that the judge has to say of tables, acknowledgements and topics."""
    records, acked = records_of(broker.messages(*sender.topics)), sender.lines(sender.acked)
    unknown = set(acked) - set(records.values())
    assert not unknown, f"the broker does not have what it acknowledged, so nobody could land it: {sorted(unknown)}"
    found = identity.check(lake, acked, sender.lines(sender.sent), records)
    good = {event_id for event_id in records.values() if not is_refused(event_id)}
    live = [file for table in identity.TABLES.values() for file in DeltaLog(lake / table).last().live.values()]
    num_rows = sum(file.num_records or 0 for file in live)
    return found + ([] if num_rows == len(good) else [f"{num_rows} rows of {len(good)} good events"])


def prove(server: Server, broker: Broker, sender: Sender) -> None:
    """A running service lands all that the topics hold, drains, and leaves nothing lost and nothing twice."""
    server.wait_landed(broker)
    assert server.stop() == 0
    assert sum(landed_offsets(server.directory).values()) >= len(set(sender.lines(sender.acked))) > 0
    found = violations(server.directory, broker, sender)
    assert found == [], "\n".join(found)
