"""Marker events at random moments, and when SQL first shows each.

An open loop: markers are produced at moments drawn beforehand (a Poisson process), whatever became of those before,
so that a stall is met by every marker due in it. Another thread asks over one connection for the markers that are
still out, and, when none is, now and then for one that is visible already: the query's own round trip.
"""

import json
import random
import threading
import time
from datetime import UTC, datetime

from judges.kafka import Broker
from path.harness import Server

SOURCE = "/bench/prober"
# Type, members of data, and table of the markers of each topic; each stream has a lane of its own.
MARKERS = {
    "sessions": ("user.logout", {"user_id": "probe"}, "session_events"),
    "invoices": ("invoice.completed", {"invoice_id": "probe"}, "invoice_events"),
    "usage": ("usage.recorded", {"meter": "api.requests", "quantity": 1}, "usage_events"),
}
# Pause between two questions: without one the asking would take a core from what is measured.
PAUSE_S = 0.004
ROUND_TRIP_EVERY_S = 0.2
# Rows younger than this are searched; what is out longer is given up as never seen.
WINDOW_S = 60


class Prober:
    """Sends markers and watches for them, in two threads; a context manager, stopped at its end."""

    def __init__(self, broker: Broker, server: Server, per_s: float, seed: int):
        self.random, self.per_s = random.Random(seed), per_s
        self.producer = broker.producer(**{"linger.ms": 0, "socket.nagle.disable": True})
        self.connection = server.connect(prepare_threshold=None)
        self.out: dict[str, tuple[str, float]] = {}
        self.seen_ms: dict[str, list[float]] = {topic: [] for topic in MARKERS}
        self.round_trips_ms: list[float] = []
        self.num_sent = self.num_questions = 0
        self.failure: BaseException | None = None
        self.sends, self.stopped = threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self.guard, args=(work,)) for work in (self.send_all, self.watch)]

    def __enter__(self) -> "Prober":
        self.sends.set()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        self.connection.close()
        self.producer.flush(5)

    def guard(self, work) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by `check` in the main thread
            self.failure = error

    def check(self) -> None:
        """Raises what ended a thread."""
        if self.failure:
            raise RuntimeError("the prober failed") from self.failure

    def send_all(self) -> None:
        due = time.perf_counter()
        while not self.stopped.is_set():
            due += self.random.expovariate(self.per_s)
            if self.stopped.wait(max(0.0, due - time.perf_counter())) or not self.sends.is_set():
                continue
            self.send()

    def send(self) -> None:
        """Produces one marker; its time begins before the client has it."""
        topic = list(MARKERS)[self.num_sent % len(MARKERS)]
        kind, data, _ = MARKERS[topic]
        marker = f"probe-{self.num_sent}"
        event = {"specversion": "1.0", "id": marker, "source": SOURCE, "type": kind, "city": "HKG", "data": data}
        event["time"] = datetime.now(UTC).isoformat()
        value = json.dumps(event)
        self.num_sent += 1
        self.out[marker] = topic, time.perf_counter()
        self.producer.produce(topic, value, key=marker)
        self.producer.poll(0)

    def watch(self) -> None:
        asked_at = 0.0
        while not self.stopped.is_set():
            out = dict(self.out)
            for topic in {topic for topic, _ in out.values()}:
                self.look(topic, [marker for marker, (its_topic, _) in out.items() if its_topic == topic])
            if not out and self.num_sent and time.perf_counter() - asked_at > ROUND_TRIP_EVERY_S:
                asked_at = time.perf_counter()
                self.round_trips_ms.append(self.round_trip())
            time.sleep(PAUSE_S)

    def look(self, topic: str, markers: list[str]) -> None:
        """Asks for markers; those in the answer are visible as of now."""
        found = self.ask(topic, markers)
        now = time.perf_counter()
        for marker in found:
            self.seen_ms[topic].append((now - self.out.pop(marker)[1]) * 1e3)

    def round_trip(self) -> float:
        """The same question about a marker that is visible, in milliseconds."""
        number = self.num_sent - 1
        started = time.perf_counter()
        self.ask(list(MARKERS)[number % len(MARKERS)], [f"probe-{number}"])
        return (time.perf_counter() - started) * 1e3

    def ask(self, topic: str, markers: list[str]) -> list[str]:
        """Which of these markers SQL shows. Ids and times are ours, so that text is safe and needs no preparing."""
        self.num_questions += 1
        since = datetime.fromtimestamp(time.time() - WINDOW_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        ids = ", ".join(f"'{marker}'" for marker in markers)
        query = f"SELECT event_id FROM {MARKERS[topic][2]} WHERE time >= '{since}' AND source = '{SOURCE}'"
        return [row[0] for row in self.connection.execute(f"{query} AND event_id IN ({ids})")]

    def finish(self, within_s: float) -> int:
        """Sends no more and waits for what is out; returns how many were never seen."""
        self.sends.clear()
        deadline = time.perf_counter() + within_s
        while self.out and time.perf_counter() < deadline:
            self.check()
            time.sleep(PAUSE_S)
        return len(self.out)
