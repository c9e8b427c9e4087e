"""Out of a filled Kafka into Delta: `tidemark run` beside the client library alone and a plain Python consumer.

One broker is filled once. Then, in each round and in turn, each reader starts at offset 0 and reads to the end:

  poll               Rust, librdkafka polled and records dropped: the most that the client library gives
  poll + decode      the same and the service's own decoding, nothing landed
  tidemark, visible  the service from the start of its process until SQL sees every event
  tidemark, landed   ... until the watermarks in all tables are the broker's
  python poll        confluent-kafka, messages taken in batches and dropped
  python to Delta    the plain consumer of system.python_consumer

Times of the poll programs and the Python ones begin after their start and imports; the service's begin with the
process. CPU is the reader's own, up to the end of its time; compaction that the service does later is not in it.
`x wall` and `x core` are events a second of wall and of CPU, in parts of `tidemark, landed`. Medians of the rounds.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from judges.kafka import Broker

from system import measure, stage
from system.measure import note
from system.places import Place

OURS = "tidemark, landed"
READ_WITHIN_S = 280


def arguments_of() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="days of events, about 16,400 each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the events (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default: %(default)s)")
    what = "events that the Python consumer lands at most, where all take too long; 0 for all (default: %(default)s)"
    parser.add_argument("--python-events", type=int, default=0, help=what)
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments_of())
    with stage.broker() as broker:
        due = fill(binary, broker, asked)
        readers = [*polls(broker), lambda: tidemark(broker, due), *pythons(broker, asked.python_events)]
        rounds = []
        for number in range(asked.rounds):
            note(f"round {number + 1} of {asked.rounds}")
            rounds.append([row for reader in readers for row in reader()])
    rows = [measure.medians(of_reader) for of_reader in zip(*rounds, strict=True)]
    compare(rows)
    whole = next(row for row in rows if row["reader"] == "python poll")
    size = f"{int(whole['events']):,} events, {whole['bytes'] / whole['events']:.0f} bytes of value on average"
    measure.show(f"{size}; medians of {asked.rounds} rounds", [printed(row) for row in rows])
    measure.keep(asked, binary, rows=rows, rounds=rounds)


def fill(binary: Path, broker: Broker, asked: argparse.Namespace) -> dict[tuple[str, int], int]:
    """Generates into the broker; returns its high watermarks."""
    with stage.Generator(binary, broker.bootstrap, asked.days, asked.seed) as generator:
        started = time.perf_counter()
        ended = stage.wait(generator.has_ended, None, "events generated", READ_WITHIN_S)
        generator.check()
    due = stage.Ends(broker.bootstrap).read()
    note(f"filled with {sum(due.values()):,} events in {ended - started:.1f} s")
    return due


def polls(broker: Broker) -> list:
    """The readers of the Rust program, where it is built."""
    program = measure.target_directory() / "release" / "tidemark-bench"
    if not program.is_file():
        note(f"no {program}: rows of poll left out; `cargo build --release -p tidemark-benches` builds it")
        return []
    command = [str(program), "consume", "--brokers", broker.bootstrap]
    return [
        lambda: [outside(broker, "poll", command)],
        lambda: [outside(broker, "poll + decode", [*command, "--decode"])],
    ]


def pythons(broker: Broker, events: int) -> list:
    command = [sys.executable, "-m", "system.python_consumer", "--brokers", broker.bootstrap]
    limit = ["--events", str(events)] if events else []
    return [
        lambda: [outside(broker, "python poll", [*command, "--poll-only"])],
        lambda: [outside(broker, "python to Delta", [*command, *limit])],
    ]


def outside(broker: Broker, reader: str, command: list[str]) -> dict:
    """Runs a program that reads and prints what it did."""
    before = measure.cpu_s(broker.process.pid)
    done = subprocess.run(command, capture_output=True, text=True, timeout=READ_WITHIN_S)
    if done.returncode != 0:
        raise RuntimeError(f"{reader} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    used = measure.cpu_s(broker.process.pid) - before
    figures = {key: found.get(key) for key in ("events", "bytes", "wall_s", "cpu_s", "peak_mib")}
    return {"reader": reader, **figures, "broker_cpu_s": used}


def tidemark(broker: Broker, due: dict[tuple[str, int], int], place: Place | None = None) -> list[dict]:
    """The service from nothing to everything landed, at a place or on the local disk."""
    before, total = measure.cpu_s(broker.process.pid), sum(due.values())
    with stage.service(broker.bootstrap, place) as server:
        started = time.perf_counter()
        server.start()

        def row(reader: str, ended: float) -> dict:
            broker_s = measure.cpu_s(broker.process.pid) - before
            used = {"cpu_s": measure.cpu_s(server.process.pid), "peak_mib": measure.memory_mib(server.process.pid)[1]}
            figures = {"reader": reader, "events": total, "bytes": None, "wall_s": ended - started, **used}
            return {**figures, "broker_cpu_s": broker_s}

        visible = lambda: stage.metric(server, "tidemark_ingest_records_total") >= total  # noqa: E731
        seen = row("tidemark, visible", stage.wait(visible, server, "visible", READ_WITHIN_S))
        landed = stage.Landed(place.directory if place else server.directory)
        return [seen, row(OURS, stage.wait(lambda: landed.covers(due), server, "landed", READ_WITHIN_S))]


def compare(rows: list[dict]) -> None:
    """Adds rates, and ratios to ours. The service reads all that the Python poll has counted the bytes of."""
    whole = next(row for row in rows if row["reader"] == "python poll")
    for row in rows:
        row["bytes"] = row["bytes"] or whole["bytes"]
    rate(rows)


def rate(rows: list[dict]) -> None:
    """Adds rates to rows that have events, bytes and times, and ratios to ours, which is among them."""
    for row in rows:
        row["events_per_s"] = row["events"] / row["wall_s"]
        row["events_per_core_s"] = row["events"] / max(row["cpu_s"], 0.01)
        row["mb_per_s"] = row["bytes"] / 1e6 / row["wall_s"]
    ours = next(row for row in rows if row["reader"] == OURS)
    for row in rows:
        row["x_wall"] = row["events_per_s"] / ours["events_per_s"]
        row["x_core"] = row["events_per_core_s"] / ours["events_per_core_s"]


def printed(row: dict) -> dict:
    """A row of the table."""
    return {
        "reader": row["reader"],
        "events": int(row["events"]),
        "wall s": row["wall_s"],
        "events/s": int(row["events_per_s"]),
        "MB/s": row["mb_per_s"],
        "CPU s": row["cpu_s"],
        "events/CPU s": int(row["events_per_core_s"]),
        "x wall": row["x_wall"],
        "x core": row["x_core"],
        "peak MiB": row["peak_mib"],
        "broker CPU s": row["broker_cpu_s"],
    }


if __name__ == "__main__":
    main()
