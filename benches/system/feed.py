"""Events into a running service through Kafka: a generated day as it is, at an even rate."""

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event, Thread

from confluent_kafka import Producer

from judges.kafka import Broker

SEND_EVERY_S = 0.05
FLUSH_WITHIN_S = 60
# What a day has at least at the volume of the domain.
EVENTS_A_DAY = 12_000
# Each history numbers these from 1: without names of their own today's would be the oldest ones of the lake.
NUMBERED = (b'"inv-', b'"ses-', b'"tic-')


class Feed:
    """Sends from `with` on, in a thread; counts what was sent and what the broker did not take.

    The events are of today, in the order of their times, each stream in its topic. Invoices, sessions and tickets are
    other ones than a lake's. Nothing is changed in events on their way, so that a fast feed takes little of the machine
    that is measured.
    """

    def __init__(
        self, binary: Path, broker: Broker, topics: dict[str, str], rate: float, seconds: float, seed: int, work: Path
    ):
        self.sent = self.failed = 0
        self.topics, self.rate, self.folder = topics, rate, work / "feed"
        self.producer = broker.producer(**{"linger.ms": 20})
        self.stop, self.thread = Event(), Thread(target=self.run)
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        scale = max(1.0, 1.2 * rate * seconds / EVENTS_A_DAY)
        command = [binary, "generate", "--days", 1, "--seed", seed, "--scale", scale, "--end", tomorrow]
        subprocess.run([*map(str, command), "--out", str(self.folder)], check=True, capture_output=True)
        for stream in topics:
            rename(self.folder / f"{stream}.jsonl")

    def __enter__(self) -> "Feed":
        if self.rate > 0:
            self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        if self.rate > 0:
            self.thread.join()

    def records(self) -> Iterator[tuple[str, bytes]]:
        """Topic and value: from each stream in turn, as often as its share of all asks."""
        files = {topic: self.folder / f"{stream}.jsonl" for stream, topic in self.topics.items()}
        size = {topic: file.stat().st_size for topic, file in files.items()}
        lines = {topic: file.open("rb") for topic, file in files.items()}
        read = dict.fromkeys(files, 0)
        while size:
            topic = min(size, key=lambda topic: read[topic] / size[topic])
            line = lines[topic].readline()
            read[topic] += len(line)
            if line:
                yield topic, line.rstrip(b"\n")
            else:
                del size[topic]

    def run(self) -> None:
        """Every event is due on time; what was held up is sent with the next."""
        records, began = self.records(), time.perf_counter()
        while not self.stop.wait(SEND_EVERY_S):
            due = int((time.perf_counter() - began) * self.rate) - self.sent
            for topic, value in islice(records, due):
                self.send(topic, value)
            self.producer.poll(0)
        self.failed += self.producer.flush(FLUSH_WITHIN_S)

    def send(self, topic: str, value: bytes) -> None:
        while True:
            try:
                self.producer.produce(topic, value, on_delivery=self.told)
            except BufferError:
                self.producer.poll(0.1)
            else:
                self.sent += 1
                return

    def told(self, error, _) -> None:
        self.failed += error is not None


def rename(file: Path) -> None:
    """Gives what is numbered names of its own."""
    renamed = file.with_suffix(".renamed")
    with file.open("rb") as lines, renamed.open("wb") as out:
        for line in lines:
            for name in NUMBERED:
                line = line.replace(name, name + b"feed-")
            out.write(line)
    renamed.replace(file)
