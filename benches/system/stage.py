"""Broker, service and generator for one measurement, each ended by its own process id whatever happens."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, TopicPartition

from judges.identity import TABLES
from judges.kafka import Broker
from path.harness import Server

from system.measure import cpu_s, metric_sum
from system.places import Place, local

TOPICS = tuple(TABLES)
PARTITIONS = 4
STOP_WITHIN_S = 30
READY_WITHIN_S = 60
# How often progress is looked at: far below what is measured, and cheap.
LOOK_EVERY_S = 0.02


@contextmanager
def broker() -> Iterator[Broker]:
    """A fresh broker with the streams' topics."""
    fresh = Broker()
    try:
        fresh.start()
        fresh.create_topics(*TOPICS, partitions=PARTITIONS)
        ends = Ends(fresh.bootstrap)
        wait(ends.are_known, None, "leaders of all partitions", READY_WITHIN_S)
        yield fresh
    finally:
        fresh.close()


@contextmanager
def service(bootstrap: str, place: Place | None = None) -> Iterator[Server]:
    """A service with an empty lake that is not started yet: at a place, or on the local disk until the end."""
    lake = nullcontext(place) if place else local()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as home, lake as at:
        options = "".join(f"{name} = {json.dumps(value)}\n" for name, value in at.options.items())
        server = Server(at.url, bootstrap, Path(home), f"[lake.options]\n{options}")
        try:
            yield server
        finally:
            server.kill()


class Generator:
    """`tidemark generate` into a broker, in the background."""

    def __init__(self, binary: Path, bootstrap: str, days: int, seed: int, scale: float = 1, rate: float | None = None):
        command = [binary, "generate", "--brokers", bootstrap, "--days", days, "--seed", seed, "--scale", scale]
        command += ["--rate", rate] if rate else []
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(part) for part in command], stdout=self.said, stderr=self.said)

    def __enter__(self) -> "Generator":
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.said.close()

    def has_ended(self) -> bool:
        """Whether it has ended; it stays unreaped, so that what it used can still be read."""
        state = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return state is not None

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def check(self) -> None:
        """Raises unless it ended well."""
        if self.process.wait() != 0:
            self.said.seek(0)
            raise RuntimeError(f"the generator failed:\n{self.said.read().decode(errors='replace')[-2000:]}")


class Ends:
    """The broker's high watermarks, asked over one connection."""

    def __init__(self, bootstrap: str):
        settings = {"bootstrap.servers": bootstrap, "group.id": "bench-ends", "log_level": 0}
        self.consumer = Consumer({**settings, "socket.nagle.disable": True})

    def read(self) -> dict[tuple[str, int], int]:
        """The next offset of each partition."""
        places = [(topic, partition) for topic in TOPICS for partition in range(PARTITIONS)]
        ask = self.consumer.get_watermark_offsets
        return {place: ask(TopicPartition(*place), 10, cached=False)[1] for place in places}

    def are_known(self) -> bool:
        """Whether every partition has a leader that answers: new topics take a moment."""
        try:
            return bool(self.read())
        except KafkaException:
            return False

    def total(self) -> int:
        return sum(self.read().values())


class Landed:
    """The tables' watermarks, read from the logs' new entries only: looking must not cost what is measured."""

    def __init__(self, directory: Path | str):
        self.logs = {topic: Path(directory) / self.folder(topic) / "_delta_log" for topic in TOPICS}
        self.next = dict.fromkeys(TOPICS, 0)
        self.ends: dict[tuple[str, int], int] = {}

    def folder(self, topic: str) -> str:
        """The name of a topic's table."""
        return TABLES[topic]

    def end_of(self, topic: str, txn: dict) -> tuple[tuple[str, int], int]:
        """The partition that a `txn` action is about, and the next offset to land there."""
        of, partition = txn["appId"].removeprefix(f"kafka/{topic}/").rsplit("/", 1)
        return (of, int(partition)), txn["version"]

    def read(self) -> dict[tuple[str, int], int]:
        for topic, log in self.logs.items():
            while (entry := log / f"{self.next[topic]:020}.json").exists():
                actions = map(json.loads, entry.read_text().splitlines())
                self.ends.update(self.end_of(topic, action["txn"]) for action in actions if "txn" in action)
                self.next[topic] += 1
        return self.ends

    def covers(self, ends: dict[tuple[str, int], int]) -> bool:
        """Whether everything below these offsets is in the tables."""
        found = self.read()
        return all(found.get(place, 0) >= end for place, end in ends.items())


def wait(holds: Callable[[], object], server: Server | None, what: str, within_s: float) -> float:
    """Polls until a condition holds; returns when it was seen to. Fails early where the service has ended."""
    deadline = time.perf_counter() + within_s
    while not holds():
        if server and server.process.poll() is not None:
            raise RuntimeError(f"the service ended with {server.process.returncode}\n{server.log_tail()}")
        if time.perf_counter() > deadline:
            raise RuntimeError(f"not within {within_s} s: {what}\n{server.log_tail() if server else ''}")
        time.sleep(LOOK_EVERY_S)
    return time.perf_counter()


def metric(server: Server, name: str) -> float:
    """The sum of a metric of the service over all its labels."""
    return metric_sum(server.request("GET", "/metrics")[2].decode(), name)
