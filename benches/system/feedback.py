"""From evidence to the rule engine: how long after the third person's correction the suggestion is on the topic.

A fresh broker, and a service with all its jobs over so many days of events. At random moments three people correct what
a rule misread, of another forwarder each time; the clock runs from when the broker has the last of them until a reader of
the topic has the message.

    PYTHONPATH=tests:benches ~/.cache/tidemark-venv/bin/python -m system.feedback --days 365
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition

from path.feedback import PARTITIONS, USERS, corrected_by, produce
from path.harness import Server
from system import measure, stage
from system.measure import note, percentile

TOPIC, FIELD = "rule-feedback", "vessel"
WITHIN_S, POLL_S = 600, 0.01


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="of events before (default: %(default)s)")
    parser.add_argument("--suggestions", type=int, default=40, help="how many are waited for (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=3, help="most seconds between two (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments())
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidemark-bench-")))
        lake = loaded(binary, work, asked)
        broker = stack.enter_context(stage.broker())
        broker.create_topics(TOPIC, partitions=PARTITIONS)
        server = Server(lake, broker.bootstrap, work, f'[jobs]\nfeedback_topic = "{TOPIC}"\n')
        stack.callback(server.kill)
        server.start()
        reader = reader_of(broker.bootstrap)
        stack.callback(reader.close)
        # The first waits until everything that was there is learnt.
        note(f"the first was told after {told_after(broker, reader, 'first'):.1f} s")
        drawn, times = random.Random(asked.seed), []
        for number in range(asked.suggestions):
            time.sleep(drawn.uniform(0, asked.pause))
            times.append(told_after(broker, reader, f"F{number:03}"))
    row = {f"p{p}": percentile(times, p / 100) for p in (50, 90, 99)} | {"max": max(times)}
    measure.show(f"{len(times)} suggestions, from the last correction to the topic, in s", [row])


def loaded(binary: Path, work: Path, asked: argparse.Namespace) -> Path:
    """A lake of generated events, without places in a broker."""
    made, lake = work / "events", work / "lake"
    note(f"{asked.days} days of events are made and loaded")
    tidemark = lambda *told: subprocess.run([binary, *map(str, told)], check=True, capture_output=True)  # noqa: E731
    tidemark("generate", "--days", asked.days, "--seed", asked.seed, "--out", made)
    tidemark("load", *sorted(made.glob("*.jsonl")), "--dir", lake)
    shutil.rmtree(made)
    return lake


def reader_of(bootstrap: str) -> Consumer:
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-feedback", "auto.offset.reset": "earliest"})
    reader.assign([TopicPartition(TOPIC, partition, 0) for partition in range(PARTITIONS)])
    return reader


def told_after(broker, reader: Consumer, forwarder: str) -> float:
    """Seconds until the suggestion for what three people corrected is read."""
    produce(broker, corrected_by(USERS, forwarder, FIELD, timedelta(minutes=20)))
    began = time.monotonic()
    while time.monotonic() - began < WITHIN_S:
        record = reader.poll(POLL_S)
        if record is None or record.error():
            continue
        made = json.loads(record.value())
        if made["type"] == "rule.promotion_suggested" and made["data"]["forwarder"] == forwarder:
            return time.monotonic() - began
    sys.exit(f"nothing was told of {forwarder} within {WITHIN_S} s")


if __name__ == "__main__":
    main()
