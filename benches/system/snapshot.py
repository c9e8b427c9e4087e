"""A lake as it is at one moment, for engines to be compared over: nothing that happens to the lake later changes it.

`lake` is a lake of its own (the log, and the files that are live in its newest version), `files` holds the same files
once more for readers that take whole folders. Files are hard links where the file system allows: they cost nothing.
"""

import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from judges.deltalog import DeltaLog, Version
from judges.duck import TABLES

EVENTS = TABLES[:3]


@dataclass(frozen=True)
class Snapshot:
    """Where it is, and how large its event tables are."""

    lake: Path
    files: Path
    num_files: int
    num_rows: int
    size_bytes: int

    def __str__(self) -> str:
        return f"{self.num_rows:,} events in {self.num_files:,} files, {self.size_bytes / (1 << 20):,.0f} MiB"


def take(lake: Path, work: Path) -> Snapshot:
    """Takes one into an empty folder."""
    taken, found = Snapshot(work / "lake", work / "files", 0, 0, 0), []
    for table in TABLES:
        log = DeltaLog(lake / table)
        if not log.exists():
            continue
        first = max(log.checkpoints, default=0)
        shutil.copytree(log.folder, taken.lake / table / "_delta_log", ignore=partial(before, first))
        live = newest(DeltaLog(taken.lake / table), first).live.values()
        for file in live:
            link(lake / table / file.path, taken.lake / table / file.path)
            if table in EVENTS:
                link(lake / table / file.path, taken.files / table / file.path)
        found += live if table in EVENTS else []
    rows, size = sum(file.num_records or 0 for file in found), sum(file.size_bytes for file in found)
    return Snapshot(taken.lake, taken.files, len(found), rows, size)


def before(first: int, _: str, names: list[str]) -> list[str]:
    """The parts of a log that its newest checkpoint stands for; there may be thousands."""
    return [name for name in names if name[:20].isdigit() and int(name[:20]) < first]


def newest(log: DeltaLog, first: int) -> Version:
    state = log.checkpoint(first) if first else log.last()
    for number in log.commits:
        state = log.apply(state.next(number)) if number > state.number else state
    return state


def link(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, to)
    except OSError:  # Another file system, or one without links.
        shutil.copy2(file, to)
