"""Kill -9, again and again, while a producer writes down what the broker acknowledged: nothing lost, nothing twice.

`TIDEMARK_KILLS` sets the number of kills (30), `TIDEMARK_KILLS_SEED` repeats a run whose seed was printed.
"""

import json
import os
import random
import subprocess
import threading
import time

from judges import identity
from path.harness import LANDED_WITHIN_S, TOPICS, landed_offsets, records_of

KILLS = int(os.environ.get("TIDEMARK_KILLS", "30"))
RECORDS_PER_S = 1500
# From before the service is up to well within its work.
KILL_WITHIN_S = 4.0


class Sender:
    """Sends events, repeats and malformed records until told to end; logs each id sent and each acknowledged."""

    def __init__(self, broker, folder, seed: int):
        self.random, self.producer = random.Random(seed), broker.producer(**{"linger.ms": 5})
        self.sent, self.acked = (folder / "sent").open("w"), (folder / "acked").open("w")
        self.number, self.ending = 0, threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        while not self.ending.wait(0.02):  # The pace; ends at once when told to.
            for _ in range(RECORDS_PER_S // 50):
                self.send()
            self.producer.poll(0)

    def send(self) -> None:
        """A new event; or, one time in ten each, an earlier one again or a record that will be refused."""
        draw, number = self.random.random(), self.number
        if draw < 0.1 and number:
            number = self.random.randrange(max(0, number - 5000), number)
        else:
            self.number += 1
        topic, event_id = TOPICS[number % 3], f"kill-{number}"
        event = event_of(topic, event_id, number)
        if number % 10 == 9:
            event["time"] = "yesterday"
        value = json.dumps(event)
        self.sent.write(event_id + "\n")
        # A repeat may come by another partition, as when a producer changed its key.
        key = None if draw < 0.05 else event_id
        self.producer.produce(topic, key=key, value=value, on_delivery=lambda error, _: self.answered(error, event_id))

    def answered(self, error, event_id: str) -> None:
        if error is None:
            self.acked.write(event_id + "\n")
            self.acked.flush()

    def end(self) -> None:
        self.ending.set()
        self.thread.join()
        left = self.producer.flush(60)
        self.sent.close()
        self.acked.close()
        assert left == 0


def event_of(topic: str, event_id: str, number: int) -> dict:
    kind, data = {
        "sessions": ("session.requested", {"session_id": event_id, "device_id": "d"}),
        "invoices": ("invoice.received", {"invoice_id": event_id, "channel": "api"}),
        "usage": ("usage.recorded", {"meter": "llm.calls", "quantity": "1", "cost": "0.01", "currency": "HKD"}),
    }[topic]
    city = ("HKG", "SIN", "SHA")[number % 7 % 3]
    time_ = f"2026-0{1 + number % 4}-15T08:00:00.{number % 1_000_000:06}Z"
    return {"specversion": "1.0", "id": event_id, "source": "/kills", "type": kind, "time": time_, "city": city,
            "data": data}


def killed_after(server, delay_s: float) -> None:
    """Lets the service run for a while, checks that it runs still, and kills it."""
    try:
        code = server.process.wait(delay_s)
    except subprocess.TimeoutExpired:
        server.kill()
        return
    raise AssertionError(f"the service ended by itself with {code}\n{server.log_tail()}")


def test_kills_lose_and_repeat_nothing(kafka, servers, tmp_path):
    seed = int(os.environ.get("TIDEMARK_KILLS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\nTIDEMARK_KILLS={KILLS} TIDEMARK_KILLS_SEED={seed}")
    kafka.create_topics(*TOPICS)
    delays, lake = random.Random(seed), tmp_path / "lake"
    sender, server = Sender(kafka, tmp_path, seed), servers(lake, kafka.bootstrap)
    began, moved, before = time.monotonic(), 0, 0
    sender.thread.start()
    try:
        for _ in range(KILLS):
            server.spawn()
            killed_after(server, delays.uniform(0.05, KILL_WITHIN_S))
            landed = sum(landed_offsets(lake).values())
            assert landed >= before
            moved += landed > before
            before = landed
    finally:
        sender.end()
    print(f"{KILLS} kills in {time.monotonic() - began:.0f} s; {moved} lives moved a watermark; {sender.number} events")
    assert moved > KILLS // 10, "the service died before it did any work: the kills prove nothing"
    server.start().wait_landed(kafka, LANDED_WITHIN_S)
    assert server.stop() == 0
    lines = lambda name: (tmp_path / name).read_text().split()  # noqa: E731
    records = records_of(kafka.read_all(*TOPICS))
    assert identity.check(lake, acked=lines("acked"), sent=lines("sent"), records=records) == []
    good = sum(1 for number in range(sender.number) if number % 10 != 9)
    assert sum(rows_of(server).values()) == good


def rows_of(server) -> dict[str, int]:
    """Rows by table, as the restarted service tells them."""
    server.start()
    tables = identity.TABLES.values()
    counts = {table: int(server.by_http(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}
    assert server.stop() == 0
    return counts
