"""The accounting identity, checked from outside over the Delta logs and Parquet files of a data directory.

For each partition, every offset below the watermark is in exactly one of table, dead letters, skip ledger, and none
at or above it is in table or ledger. Proven commit by commit: what a commit adds and skips must equal what it removes
plus the offsets that its watermarks passed, less the dead letters. Then once more over the newest version as a whole.

    python -m judges.identity DIR [--acked FILE] [--sent FILE] [--every-version]

`--acked` and `--sent` hold one event id a line. Exits 0 when all holds, 3 with the violations on standard output.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from judges.deltalog import Position, Version
from judges.events import check_acked, check_sent, check_unique
from judges.rows import Rows, describe, position_name

TABLES = {"sessions": "session_events", "invoices": "invoice_events", "usage": "usage_events"}
DEAD_LETTERS = "dead_letters"
NONE = np.empty(0, dtype=np.int64)
Offsets = dict[Position, np.ndarray]


def check(
    directory: Path | str,
    acked: Iterable[str] | None = None,
    sent: Iterable[str] | None = None,
    records: dict[tuple[str, int, int], str | None] | None = None,
    every_version: bool = True,
) -> list[str]:
    """All violations in a data directory; empty when the identity holds.

    `records` tells what stands in the topics, `(topic, partition, offset)` to event id (None where it has none):
    then each row must hold the id of its offset, and each skipped offset must be a repeat of an id that landed.
    """
    root, found, ledgers = Path(directory), [], {}
    dead = Rows(root / DEAD_LETTERS)
    last_dead = replay(dead, None, found, every_version)
    for (stream, topic, partition), offsets in (dead.offsets(last_dead.live.values()) if last_dead else {}).items():
        label = f"{DEAD_LETTERS}, {stream} {topic}/{partition}"
        found.extend(f"{label}: {text}" for text in describe("offsets twice", repeats(offsets)))
    tables = {}
    for stream, name in TABLES.items():
        rows = Rows(root / name)
        if not rows.log.exists():
            continue
        refused = offsets_of_stream(dead, last_dead, stream)
        last = replay(rows, (stream, refused), found, every_version)
        ledgers[stream] = ledger(rows)
        check_whole(rows, last, stream, refused, ledgers[stream], found)
        check_counts(rows, last, stream, ledgers[stream], found)
        check_unique(rows, last, found)
        tables[stream] = (rows, last)
    if not tables:
        found.append(f"no event table in {root}")
    if acked is not None:
        check_acked(tables, (dead, last_dead), set(acked), found)
    if sent is not None or records is not None:
        check_sent(tables, (dead, last_dead), ledgers, sent and set(sent), records, found)
    return found


def replay(rows: Rows, stream: tuple[str, Offsets] | None, found: list[str], every_version: bool) -> Version | None:
    """Walks the log, checks each commit, and returns the newest state. `stream` is None for dead letters."""
    if not rows.log.exists():
        return None
    if rows.log.first_version() > 0:
        found.append(f"{rows.name}: the log begins at version {rows.log.first_version()}: older ledgers are gone")
    before = Version(-1)
    for state in rows.log.replay():
        found.extend(f"{rows.name} version {state.number}: {problem}" for problem in state.problems)
        check_checkpoint(rows, state, found)
        if every_version and all(rows.readable(file) for file in state.added + state.removed):
            check_commit(rows, before, state, stream, found)
        before = state
    for file in before.live.values():
        found.extend(rows.file_problems(file))
    return before


def check_checkpoint(rows: Rows, state: Version, found: list[str]) -> None:
    """A checkpoint must hold exactly the state that the commits give."""
    if state.number in rows.log.checkpoints and rows.log.first_version() == 0:
        kept = rows.log.checkpoint(state.number)
        if kept.live.keys() != state.live.keys():
            found.append(f"{rows.name} version {state.number}: the checkpoint holds other files than the log")
        if kept.watermarks != state.watermarks:
            found.append(f"{rows.name} version {state.number}: the checkpoint holds other watermarks than the log")


def check_commit(
    rows: Rows, before: Version, state: Version, stream: tuple[str, Offsets] | None, found: list[str]
) -> None:
    added, removed = rows.offsets(state.added), rows.offsets(state.removed)
    if stream is None:
        return check_dead_letters(rows, before, state, (added, removed), found)
    name, refused = stream
    skipped = {at: np.array(offsets, dtype=np.int64) for at, offsets in state.skipped.items()}
    marks = watermarks(state, name)
    for at in sorted({*added, *removed, *skipped, *marks}):
        start, end = watermarks(before, name).get(at, 0), marks.get(at, 0)
        table, ledger_part = added.get(at, NONE), skipped.get(at, NONE)
        dead = refused.get(at, NONE)
        passed = np.setdiff1d(np.arange(start, end), dead)
        due = np.concatenate([removed.get(at, NONE), passed])
        label = f"{rows.name} version {state.number}, {position_name(at)}"
        found.extend(f"{label}: {problem}" for problem in problems(table, ledger_part, dead, due, end))
    rows.check_skip_reasons(state, skipped, removed, found)


def problems(
    table: np.ndarray, skipped: np.ndarray, dead: np.ndarray, due: np.ndarray, end: int
) -> Iterable[str]:
    """What is wrong where `table` and `skipped` together must be exactly `due`, all below `end`."""
    here = np.concatenate([table, skipped])
    yield from describe("offsets twice in the table", repeats(table))
    yield from describe("offsets twice in the skip ledger", repeats(skipped))
    yield from describe("offsets in both table and skip ledger", np.intersect1d(table, skipped))
    yield from describe("offsets in both table and dead letters", np.intersect1d(table, dead))
    yield from describe("offsets in both skip ledger and dead letters", np.intersect1d(skipped, dead))
    yield from describe("offsets at or above the watermark", here[here >= end])
    yield from describe("lost offsets", np.setdiff1d(due, here))
    more = np.setdiff1d(here, np.concatenate([due, dead]))
    yield from describe("offsets accounted for before", more[more < end])


def check_dead_letters(
    rows: Rows, before: Version, state: Version, files: tuple[Offsets, Offsets], found: list[str]
) -> None:
    """Dead letters lie within the range that their own watermark passed, and compaction keeps them all."""
    added, removed = files
    for at in sorted({*added, *removed}):
        stream, topic, partition = at
        app_id = f"kafka/{DEAD_LETTERS}.{stream}/{topic}/{partition}"
        start, end = before.watermarks.get(app_id, 0), state.watermarks.get(app_id, 0)
        kept = removed.get(at, NONE)
        new = np.setdiff1d(added.get(at, NONE), kept)
        label = f"{rows.name} version {state.number}, {stream} {topic}/{partition}"
        found.extend(f"{label}: {text}" for text in describe("lost offsets", np.setdiff1d(kept, added.get(at, NONE))))
        found.extend(f"{label}: {text}" for text in describe("offsets twice", repeats(added.get(at, NONE))))
        outside = new[(new < start) | (new >= end)]
        text = f"offsets outside the range [{start}, {end}) that the watermark passed"
        found.extend(f"{label}: {line}" for line in describe(text, outside))


def check_whole(
    rows: Rows, last: Version, stream: str, refused: Offsets, skipped: Offsets, found: list[str]
) -> None:
    """The identity over the newest version as a whole, without regard to how it came about."""
    table, marks = rows.offsets(last.live.values()), watermarks(last, stream)
    for app_id in last.watermarks:
        if app_id.startswith("kafka/") and not app_id.startswith(f"kafka/{stream}/"):
            found.append(f"{rows.name}: watermark of another stream: {app_id}")
    for at in sorted({*table, *skipped, *marks}):
        end, dead = marks.get(at, 0), refused.get(at, NONE)
        due = np.setdiff1d(np.arange(end), dead)
        parts = table.get(at, NONE), skipped.get(at, NONE)
        found.extend(f"{rows.name}, {position_name(at)}: {text}" for text in problems(*parts, dead, due, end))


def check_counts(rows: Rows, last: Version, stream: str, skipped: Offsets, found: list[str]) -> None:
    """The number of skips that the table keeps is that of the offsets which its commits have named."""
    for app_id, num_skipped in last.watermarks.items():
        if app_id.startswith(f"skips/{stream}/"):
            topic, partition = app_id.removeprefix(f"skips/{stream}/").rsplit("/", 1)
            named = len(skipped.get((topic, int(partition)), NONE))
            if named != num_skipped:
                found.append(f"{rows.name}, {topic}/{partition}: {num_skipped} skips are counted, {named} named")


def watermarks(state: Version, stream: str) -> dict[Position, int]:
    """The next offset of each partition that a table has taken in."""
    marks = {}
    for app_id, version in state.watermarks.items():
        if app_id.startswith(f"kafka/{stream}/"):
            topic, partition = app_id.removeprefix(f"kafka/{stream}/").rsplit("/", 1)
            marks[topic, int(partition)] = version
    return marks


def ledger(rows: Rows) -> Offsets:
    """All offsets that any commit skipped."""
    lists: dict[Position, list[int]] = {}
    for state in rows.log.replay():
        for at, offsets in state.skipped.items():
            lists.setdefault(at, []).extend(offsets)
    return {at: np.array(offsets, dtype=np.int64) for at, offsets in lists.items()}


def offsets_of_stream(dead: Rows, last: Version | None, stream: str) -> Offsets:
    live = dead.offsets(last.live.values()) if last else {}
    return {(topic, partition): kept for (of, topic, partition), kept in live.items() if of == stream}


def repeats(offsets: np.ndarray) -> np.ndarray:
    values, counts = np.unique(offsets, return_counts=True)
    return values[counts > 1]


def lines_of(file: Path | None) -> list[str] | None:
    return None if file is None else [line for line in file.read_text().splitlines() if line]


def main() -> int:
    parser = argparse.ArgumentParser(prog="judges.identity", description="check the accounting identity")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--acked", type=Path, help="event ids that were acknowledged, one a line")
    parser.add_argument("--sent", type=Path, help="event ids that were ever sent, one a line")
    parser.add_argument("--every-version", action="store_true", help="also check each version on its own")
    asked = parser.parse_args()
    found = check(asked.dir, lines_of(asked.acked), lines_of(asked.sent), every_version=asked.every_version)
    print("\n".join(found) if found else "the accounting identity holds")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main())
