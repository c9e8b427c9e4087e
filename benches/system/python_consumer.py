"""The peer: a straightforward Python consumer, as one would write it with confluent-kafka, pyarrow and deltalake.

It parses the envelope and keeps `data` as text; it does not type it, recognise repeats, keep bad records or land
anything exactly once. With `--poll-only` it only takes messages. Prints one line of JSON; the interpreter's start and
the imports are not in its times.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition
from deltalake import write_deltalake

ATTRIBUTES = ("id", "source", "type", "time", "city", "tenant", "subject")
SCHEMA = pa.schema([
    ("id", pa.string()), ("source", pa.string()), ("type", pa.string()), ("time", pa.timestamp("us", "UTC")),
    ("city", pa.string()), ("tenant", pa.string()), ("subject", pa.string()), ("data", pa.string()),
    ("_topic", pa.string()), ("_partition", pa.int32()), ("_offset", pa.int64()),
])


def row_of(message: Message) -> dict:
    """The row of a message in structured or binary mode; raises where it is no event."""
    headers = dict(message.headers() or [])
    if "ce_id" in headers:
        event = {name: headers[f"ce_{name}"].decode() for name in ATTRIBUTES if f"ce_{name}" in headers}
        data = message.value().decode()
    else:
        event = json.loads(message.value())
        data = json.dumps(event["data"])
    row = {name: event.get(name) for name in ATTRIBUTES}
    place = {"_topic": message.topic(), "_partition": message.partition(), "_offset": message.offset()}
    return {**row, "time": datetime.fromisoformat(event["time"]), "data": data, **place}


class Landing:
    """Rows by topic, each appended to its Delta table when there are enough."""

    def __init__(self, directory: Path, consumer: Consumer, commit_rows: int):
        self.directory, self.consumer, self.commit_rows = directory, consumer, commit_rows
        self.rows: dict[str, list[dict]] = {}
        self.num_bad = self.num_commits = 0

    def take(self, message: Message) -> None:
        rows = self.rows.setdefault(message.topic(), [])
        try:
            rows.append(row_of(message))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.num_bad += 1
        if len(rows) >= self.commit_rows:
            self.flush(message.topic())

    def flush(self, topic: str) -> None:
        rows, self.rows[topic] = self.rows[topic], []
        if rows:
            write_deltalake(str(self.directory / topic), pa.Table.from_pylist(rows, SCHEMA), mode="append")
            self.num_commits += 1
            ends = {row["_partition"]: row["_offset"] + 1 for row in rows}
            self.consumer.commit(offsets=[TopicPartition(topic, *end) for end in ends.items()])


def assigned(brokers: str, topics: list[str]) -> tuple[Consumer, dict[tuple[str, int], int]]:
    """A consumer at the start of every partition that holds something, and the partitions' ends."""
    settings = {"bootstrap.servers": brokers, "group.id": "bench-python", "enable.auto.commit": False}
    consumer = Consumer({**settings, "auto.offset.reset": "error", "fetch.message.max.bytes": 8 << 20})
    ends = {}
    for topic in topics:
        for partition in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
            ends[topic, partition] = consumer.get_watermark_offsets(TopicPartition(topic, partition), 10)[1]
    ends = {place: end for place, end in ends.items() if end}
    consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in ends])
    return consumer, ends


def consume(consumer: Consumer, ends: dict[tuple[str, int], int], events_max: int, landing: Landing | None) -> dict:
    """Takes messages up to the ends or the limit."""
    num_events = num_bytes = 0
    while ends and num_events < events_max:
        for message in consumer.consume(5_000, timeout=0.1):
            if message.error():
                raise RuntimeError(str(message.error()))
            num_events += 1
            num_bytes += len(message.value() or b"")
            if landing:
                landing.take(message)
            place = message.topic(), message.partition()
            if message.offset() + 1 >= ends.get(place, 0):
                ends.pop(place, None)
    for topic in list(landing.rows) if landing else ():
        landing.flush(topic)
    return {"events": num_events, "bytes": num_bytes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topics", default="sessions,invoices,usage")
    parser.add_argument("--events", type=int, default=1 << 62, help="stop after so many events")
    parser.add_argument("--commit-rows", type=int, default=10_000, help="rows of a topic that make a commit")
    parser.add_argument("--poll-only", action="store_true", help="take messages and drop them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        started, cpu = time.perf_counter(), time.process_time()
        consumer, ends = assigned(asked.brokers, asked.topics.split(","))
        landing = None if asked.poll_only else Landing(Path(folder), consumer, asked.commit_rows)
        found = consume(consumer, ends, asked.events, landing)
        found |= {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
        consumer.close()
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found |= {"commits": landing.num_commits, "bad": landing.num_bad} if landing else {}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
