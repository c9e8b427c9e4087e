"""The peer: kafka-delta-ingest, a process or more for each topic, each topic into a table made for it beforehand.

It parses values and keeps the envelope's attributes and `data` as text, beside topic, partition and offset. It does not
read headers, so that an event in binary mode becomes a row of its place alone; it does not type, check or recognise
repeats, and drops what is no JSON object. It does land each offset once: offsets stand in the log as ours do.
"""

import os
import signal
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deltalake import DeltaTable, Field, Schema

from system import measure
from system.contents import Contents
from system.places import Place
from system.stage import STOP_WITHIN_S, TOPICS, Landed

APP = "bench"
# Its timestamp column takes no text that is none: one such event ends its process. So `time` is text here.
TEXTS = ("id", "source", "type", "time", "city", "tenant", "subject", "data", "_topic", "_month")
SCHEMA = Schema([Field(name, "string") for name in TEXTS] + [Field("_partition", "integer"), Field("_offset", "long")])
PLACE_OF_MESSAGE = ("_topic: kafka.topic", "_partition: kafka.partition", "_offset: kafka.offset")
# After each commit it asks the broker where every partition ends, over connections on which a fetch may be waiting for
# records that do not come. With the usual 500 ms that takes four partitions two seconds, in which no record is read.
NO_LONG_FETCHES = ("-K", "fetch.wait.max.ms=20")
# The month as the event has it, which is in UTC but for few; none where there is no envelope.
MONTH = "_month: time && substr(time, `0`, `7`)"


@dataclass(frozen=True)
class Settings:
    """The peer's own knobs."""

    program: Path
    batch_messages: int
    latency_s: int
    file_bytes: int
    processes: int

    def flags(self) -> list[str]:
        limits = {"-m": self.batch_messages, "-l": self.latency_s, "-b": self.file_bytes}
        return [str(part) for pair in limits.items() for part in pair]


class Peer:
    """The processes of one measurement."""

    def __init__(self, settings: Settings, bootstrap: str, place: Place, is_partitioned: bool):
        self.settings, self.bootstrap, self.place, self.is_partitioned = settings, bootstrap, place, is_partitioned
        self.group = f"bench-{uuid.uuid4()}"
        self.said = tempfile.TemporaryFile()
        self.processes: list[subprocess.Popen] = []

    def __enter__(self) -> "Peer":
        partitions = ["city", "_month"] if self.is_partitioned else []
        for topic in TOPICS:
            DeltaTable.create(self.table(topic), SCHEMA, partition_by=partitions, storage_options=self.place.options)
        return self

    def __exit__(self, *_) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait(STOP_WITHIN_S)
        self.said.close()

    def table(self, topic: str) -> str:
        return f"{self.place.url}/{topic}"

    def start(self) -> None:
        """Starts all processes; they read from the beginning."""
        env = {**os.environ, **self.place.environment(), "AWS_EC2_METADATA_DISABLED": "true"}
        for topic in TOPICS * self.settings.processes:
            command = self.command(topic)
            self.processes.append(subprocess.Popen(command, stdout=self.said, stderr=self.said, env=env))

    def command(self, topic: str) -> list[str]:
        client = ["-k", self.bootstrap, "-g", f"{self.group}-{topic}", "-a", APP, "-o", "earliest", *NO_LONG_FETCHES]
        transforms = [*PLACE_OF_MESSAGE, *([MONTH] if self.is_partitioned else [])]
        more = [part for transform in transforms for part in ("-t", transform)]
        return [str(self.settings.program), "ingest", topic, self.table(topic), *client, *self.settings.flags(), *more]

    def check(self) -> None:
        """Raises where a process has ended: none does by itself."""
        for process in self.processes:
            if process.poll() is not None:
                raise RuntimeError(f"kafka-delta-ingest ended with {process.returncode}:\n{self.log_tail()}")

    def log_tail(self) -> str:
        self.said.seek(0)
        return self.said.read().decode(errors="replace")[-4000:]

    def cpu_s(self) -> float:
        return sum(measure.cpu_s(process.pid) for process in self.processes)

    def peak_mib(self) -> float:
        return sum(measure.memory_mib(process.pid)[1] for process in self.processes)


class PeerLanded(Landed):
    """Its offsets in the logs: a `txn` action names the last that landed, where ours names the next."""

    def folder(self, topic: str) -> str:
        return topic

    def end_of(self, topic: str, txn: dict) -> tuple[tuple[str, int], int]:
        return (topic, int(txn["appId"].removeprefix(f"{APP}-"))), txn["version"] + 1


def audit(directory: Path, contents: Contents) -> dict:
    """Counts rows through the logs, by another reader, and compares their places with what stands in the topics."""
    found = {"rows": 0, "missing": 0, "repeated": 0, "without id": 0, "commits": 0}
    for topic in TOPICS:
        table = DeltaTable(str(directory / topic))
        rows = table.to_pyarrow_table(columns=["_partition", "_offset", "id"])
        found["rows"] += rows.num_rows
        found["without id"] += rows["id"].null_count
        found["commits"] += table.version()
        partitions, offsets = rows["_partition"].to_numpy(), rows["_offset"].to_numpy()
        for (_, partition), due in ((place, due) for place, due in contents.objects.items() if place[0] == topic):
            landed = offsets[partitions == partition]
            found["missing"] += len(np.setdiff1d(due, landed))
            found["repeated"] += len(landed) - len(np.unique(landed))
    return found
