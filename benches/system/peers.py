"""Out of a filled Kafka into Delta: `tidemark run` beside kafka-delta-ingest, each on a disk and on S3.

One broker is filled once. In each round, on each place and in turn, each reader starts with empty tables at offset 0:

  tidemark, visible            the service from the start of its process until SQL sees every event
  tidemark, landed             ... until the watermarks in all tables are the broker's
  peer, by city and month      kafka-delta-ingest, from the start of its processes until its offsets in all tables are
                               those of the last records that it can land; tables with our partitions
  peer, unpartitioned          the same into tables without partitions, which is less work

What the peer does and does not do stands in system.kafka_delta_ingest. Its program is found by --kafka-delta-ingest or
the environment's KAFKA_DELTA_INGEST; without it only ours is measured. After each measurement, what has landed is held
against the topics: ours by the accounting identity, the peer's record by record. CPU is of all the reader's processes,
`store` that of the S3 server. `x wall` and `x core` are in parts of `tidemark, landed` on the same place. Medians of
the rounds.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from judges import identity
from judges.kafka import Broker

from system import contents, ingest, measure, stage
from system.contents import Contents
from system.kafka_delta_ingest import Peer, PeerLanded, Settings, audit
from system.measure import note
from system.places import PLACES, Place

LAYOUTS = {"peer, by city and month": True, "peer, unpartitioned": False}
WITHIN_S = 560


def arguments_of() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="days of events, about 16,400 each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the events (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds (default: %(default)s)")
    parser.add_argument("--places", nargs="+", choices=PLACES, default=list(PLACES), help="default: all")
    program, found = "kafka-delta-ingest's program (default: $KAFKA_DELTA_INGEST)", os.environ.get("KAFKA_DELTA_INGEST")
    parser.add_argument("--kafka-delta-ingest", type=Path, default=found, metavar="FILE", help=program)
    peer = parser.add_argument_group("the peer's own settings")
    peer.add_argument("--batch-messages", type=int, default=20_000, help="rows of a batch (default: %(default)s)")
    peer.add_argument("--latency-s", type=int, default=2, help="allowed latency (default: %(default)s)")
    peer.add_argument("--file-bytes", type=int, default=128 << 20, help="least size of a file (default: %(default)s)")
    peer.add_argument("--processes", type=int, default=1, help="processes of a topic (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments_of())
    with stage.broker() as broker:
        due = ingest.fill(binary, broker, asked)
        full = contents.read(broker)
        readers = [lambda place: tidemark(broker, due, place), *peers(broker, full, asked)]
        rounds = []
        for number in range(asked.rounds):
            note(f"round {number + 1} of {asked.rounds}, load {os.getloadavg()[0]:.1f}")
            rounds.append([row for name in asked.places for read in readers for row in at(name, read, full)])
    rows = [measure.medians(of_reader) for of_reader in zip(*rounds, strict=True)]
    for name in asked.places:
        ingest.rate([row for row in rows if row["place"] == name])
    size = f"{full.num_events:,} events, {full.num_bytes / full.num_events:.0f} bytes of value on average"
    measure.show(f"{size}; medians of {asked.rounds} rounds", [printed(row) for row in rows])
    show_audits(full, [row for one in rounds for row in one if row["audit"]])
    measure.keep(asked, binary, rows=rows, rounds=rounds)


def at(name: str, read: Callable[[Place], list[dict]], full: Contents) -> list[dict]:
    """The rows of one reader on a fresh place."""
    with PLACES[name]() as place:
        rows = read(place)
        used = measure.cpu_s(place.pid) if place.pid else None
    return [{"place": name, **row, "bytes": full.num_bytes, "store_cpu_s": used} for row in rows]


def tidemark(broker: Broker, due: dict[tuple[str, int], int], place: Place) -> list[dict]:
    """Ours, and whether all of it is accounted for."""
    rows = ingest.tidemark(broker, due, place)
    if found := identity.check(place.directory, every_version=False):
        raise RuntimeError("the accounting identity does not hold:\n" + "\n".join(found[:20]))
    return [{**row, "audit": {}} for row in rows]


def peers(broker: Broker, full: Contents, asked: argparse.Namespace) -> list[Callable[[Place], list[dict]]]:
    """The peer with each layout, where it is there."""
    program = asked.kafka_delta_ingest
    if not (program and program.is_file()):
        note(f"no kafka-delta-ingest at {program}: its rows are left out; give --kafka-delta-ingest FILE")
        return []
    settings = Settings(program, asked.batch_messages, asked.latency_s, asked.file_bytes, asked.processes)

    def reader(name: str, is_partitioned: bool) -> Callable[[Place], list[dict]]:
        return lambda place: [peer(name, broker, full, Peer(settings, broker.bootstrap, place, is_partitioned))]

    return [reader(*layout) for layout in LAYOUTS.items()]


def peer(name: str, broker: Broker, full: Contents, processes: Peer) -> dict:
    """The peer from nothing to everything landed that it can land."""
    before, landed, due = measure.cpu_s(broker.process.pid), PeerLanded(processes.place.directory), full.ends()

    def done() -> bool:
        processes.check()
        return landed.covers(due)

    with processes:
        started = time.perf_counter()
        processes.start()
        wall_s = stage.wait(done, None, f"landed by {name}", WITHIN_S) - started
        used = {"cpu_s": processes.cpu_s(), "peak_mib": processes.peak_mib()}
        broker_s = measure.cpu_s(broker.process.pid) - before
    figures = {"reader": name, "events": full.num_events, "wall_s": wall_s, **used, "broker_cpu_s": broker_s}
    return {**figures, "audit": audit(processes.place.directory, full)}


def printed(row: dict) -> dict:
    """A row of the table."""
    shown = ingest.printed(row)
    return {"reader": shown.pop("reader"), "place": row["place"], **shown, "store CPU s": row["store_cpu_s"]}


def show_audits(full: Contents, rows: list[dict]) -> None:
    """What the peer left in its tables, in each round."""
    if rows:
        objects = sum(len(offsets) for offsets in full.objects.values())
        title = f"{full.num_events:,} records, {objects:,} of them JSON objects, {full.num_binary:,} in binary mode"
        measure.show(title, [{"reader": row["reader"], "place": row["place"], **row["audit"]} for row in rows])


if __name__ == "__main__":
    main()
