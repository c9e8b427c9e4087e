"""A minimal reader of Delta logs: JSON commits, and checkpoints by pyarrow. No Delta library is used.

`DeltaLog(table).replay()` yields the state after each version: live files, watermarks, skip ledger, and what the
version itself added and removed. Source: Delta protocol, "Delta Log Entries", "Actions", "Checkpoints".
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq

COMMIT = re.compile(r"^(\d{20})\.json$")
CHECKPOINT = re.compile(r"^(\d{20})\.checkpoint(?:\.\d{10}\.\d{10})?\.parquet$")
# A partition of a topic: ("invoices", 3).
Position = tuple[str, int]


@dataclass(frozen=True)
class File:
    """A data file as the log tells it."""

    path: str
    partition: tuple[tuple[str, str | None], ...]
    num_records: int | None
    size_bytes: int
    deletion_vector: bool = False

    def value(self, column: str) -> str | None:
        return dict(self.partition).get(column)


@dataclass
class Version:
    """One table version: the state after it, and what it did."""

    number: int
    live: dict[str, File] = field(default_factory=dict)
    watermarks: dict[str, int] = field(default_factory=dict)
    metadata: dict = field(default_factory=dict)
    protocol: dict = field(default_factory=dict)
    added: list[File] = field(default_factory=list)
    removed: list[File] = field(default_factory=list)
    moved: dict[str, int] = field(default_factory=dict)
    skipped: dict[Position, list[int]] = field(default_factory=dict)
    data_change: bool = False
    commit_info: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def next(self, number: int) -> "Version":
        """An empty successor that shares nothing with this one."""
        state = Version(number, dict(self.live), dict(self.watermarks), self.metadata, self.protocol)
        if number != self.number + 1:
            state.problems.append(f"version {self.number + 1} is missing from the log")
        return state


class DeltaLog:
    """The log of one table folder."""

    def __init__(self, table: Path | str):
        self.table = Path(table)
        self.folder = self.table / "_delta_log"
        names = [entry.name for entry in self.folder.iterdir()] if self.folder.is_dir() else []
        self.commits = sorted(int(match[1]) for match in map(COMMIT.match, names) if match)
        self.checkpoints: dict[int, list[str]] = {}
        for match in filter(None, map(CHECKPOINT.match, sorted(names))):
            self.checkpoints.setdefault(int(match[1]), []).append(match[0])

    def exists(self) -> bool:
        return bool(self.commits or self.checkpoints)

    def first_version(self) -> int:
        """The oldest version that can be rebuilt: 0, unless the log was cleaned up to a checkpoint."""
        if 0 in self.commits:
            return 0
        return min(self.checkpoints, default=self.commits[0] if self.commits else 0)

    def replay(self) -> Iterator[Version]:
        """The versions in order. Each state is the replayed one; a checkpoint is only where it starts, if it must."""
        first = self.first_version()
        state = Version(first - 1)
        if 0 not in self.commits and first in self.checkpoints:
            state = self.checkpoint(first)
            yield state
        for number in self.commits:
            if number > state.number:
                state = self.apply(state.next(number))
                yield state

    def last(self) -> Version:
        """The newest version."""
        return deque(self.replay(), maxlen=1).pop() if self.exists() else Version(-1)

    def apply(self, state: Version) -> Version:
        """Applies the commit file of the state's own number."""
        text = (self.folder / f"{state.number:020}.json").read_text()
        for line in filter(None, map(str.strip, text.splitlines())):
            for kind, action in json.loads(line).items():
                apply_action(state, kind, action)
        return state

    def checkpoint(self, number: int) -> Version:
        """The state that a checkpoint holds, alone; classic or in parts."""
        state = Version(number)
        for name in self.checkpoints[number]:
            for row in pq.read_table(self.folder / name).to_pylist():
                for kind, action in row.items():
                    if action is not None and kind != "remove":
                        apply_action(state, kind, plain(action))
        state.added, state.moved = [], {}
        return state


def plain(action: dict) -> dict:
    """A checkpoint's action as JSON would have it: maps come from pyarrow as lists of pairs."""
    maps = ("partitionValues", "configuration", "tags", "options")
    return {key: dict(value or []) if key in maps else value for key, value in action.items()}


def apply_action(state: Version, kind: str, action: dict) -> None:
    if kind == "add":
        file = file_of(action)
        if file.path in state.live:  # Added again, as for new statistics: it replaces itself.
            state.removed.append(state.live[file.path])
        state.added.append(file)
        state.live[file.path] = file
        state.data_change |= action.get("dataChange", True)
    elif kind == "remove":
        gone = state.live.pop(unquote(action["path"]), None)
        if gone is None:
            state.problems.append(f"removes {action['path']}, which is not live")
        else:
            state.removed.append(gone)
        state.data_change |= action.get("dataChange", True)
    elif kind == "txn":
        before = state.watermarks.get(action["appId"])
        if before is not None and action["version"] < before:
            state.problems.append(f"watermark of {action['appId']} went back from {before} to {action['version']}")
        state.watermarks[action["appId"]] = state.moved[action["appId"]] = action["version"]
    elif kind == "metaData":
        state.metadata = action
    elif kind == "protocol":
        state.protocol = action
    elif kind == "commitInfo":
        state.commit_info = action
        for name, offsets in ((action.get("tidemark") or {}).get("skipped") or {}).items():
            topic, partition = name.rsplit("/", 1)
            state.skipped[topic, int(partition)] = offsets


def file_of(action: dict) -> File:
    stats = json.loads(action["stats"]) if action.get("stats") else {}
    partition = tuple((action.get("partitionValues") or {}).items())
    vector = action.get("deletionVector") is not None
    return File(unquote(action["path"]), partition, stats.get("numRecords"), action["size"], vector)
