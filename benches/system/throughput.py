"""End to end into Delta while generator, broker and service share this machine's cores.

In each round the generator sends at full speed into a fresh broker, once alone and once while `tidemark run` reads.
The time runs from the first event in the broker to the last one: acknowledged (alone), visible in SQL, or landed in
Delta. `x` is events a second in parts of the generator and broker alone: what is left when the service shares the
cores. Medians of the rounds.
"""

import argparse
from pathlib import Path

from system import measure, stage
from system.measure import note

ALONE = "generator and broker alone"
END_WITHIN_S = 200


def arguments_of() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="days of events, about 16,400 each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the events (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments_of())
    rounds = []
    for number in range(asked.rounds):
        note(f"round {number + 1} of {asked.rounds}")
        rounds.append([alone(binary, asked), *beside(binary, asked)])
    rows = [measure.medians(of_kind) for of_kind in zip(*rounds, strict=True)]
    for row in rows:
        row["x"] = row["events_per_s"] / rows[0]["events_per_s"]
    measure.show(f"medians of {asked.rounds} rounds", [printed(row) for row in rows])
    measure.keep(asked, binary, rows=rows, rounds=rounds)


def alone(binary: Path, asked: argparse.Namespace) -> dict:
    """The generator into the broker, and nobody reads."""
    with stage.broker() as broker:
        before = measure.cpu_s(broker.process.pid)
        with stage.Generator(binary, broker.bootstrap, asked.days, asked.seed) as generator:
            ends = stage.Ends(broker.bootstrap)
            first = stage.wait(ends.total, None, "a first event", END_WITHIN_S)
            ended = stage.wait(generator.has_ended, None, "all acknowledged", END_WITHIN_S)
            used = generator.cpu_s()
            generator.check()
        total = ends.total()
        broker_s = measure.cpu_s(broker.process.pid) - before
    figures = {"what": ALONE, "events": total, "wall_s": ended - first, "events_per_s": total / (ended - first)}
    return {**figures, "generator_cpu_s": used, "broker_cpu_s": broker_s, "tidemark_cpu_s": None, "peak_mib": None}


def beside(binary: Path, asked: argparse.Namespace) -> list[dict]:
    """The generator into the broker while the service reads: the times of visible and of landed."""
    with stage.broker() as broker, stage.service(broker.bootstrap) as server:
        server.start()
        ends, pid = stage.Ends(broker.bootstrap), server.process.pid
        before = measure.cpu_s(broker.process.pid), measure.cpu_s(pid)
        with stage.Generator(binary, broker.bootstrap, asked.days, asked.seed) as generator:
            first = stage.wait(ends.total, server, "a first event", END_WITHIN_S)
            stage.wait(generator.has_ended, server, "all acknowledged", END_WITHIN_S)
            generator_s = generator.cpu_s()
            generator.check()
        due = ends.read()
        total = sum(due.values())

        def row(what: str, ended: float) -> dict:
            wall = ended - first
            used = {"generator_cpu_s": generator_s, "broker_cpu_s": measure.cpu_s(broker.process.pid) - before[0]}
            ours = {"tidemark_cpu_s": measure.cpu_s(pid) - before[1], "peak_mib": measure.memory_mib(pid)[1]}
            return {"what": what, "events": total, "wall_s": wall, "events_per_s": total / wall, **used, **ours}

        visible = lambda: stage.metric(server, "tidemark_ingest_records_total") >= total  # noqa: E731
        seen = row("... and tidemark, visible", stage.wait(visible, server, "visible", END_WITHIN_S))
        landed = stage.Landed(server.directory)
        done = stage.wait(lambda: landed.covers(due), server, "landed", END_WITHIN_S)
        return [seen, row("... and tidemark, landed", done)]


def printed(row: dict) -> dict:
    """A row of the table."""
    return {
        "what": row["what"],
        "events": int(row["events"]),
        "wall s": row["wall_s"],
        "events/s": int(row["events_per_s"]),
        "x": row["x"],
        "generator CPU s": row["generator_cpu_s"],
        "broker CPU s": row["broker_cpu_s"],
        "tidemark CPU s": row["tidemark_cpu_s"],
        "peak MiB": row["peak_mib"],
    }


if __name__ == "__main__":
    main()
