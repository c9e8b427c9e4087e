"""The rows of a table's Parquet files, as far as the identity needs them: offsets by partition, and event ids."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from judges.deltalog import DeltaLog, File, Version

KEYS = ("_topic", "_partition", "_offset")
DEAD_LETTER_KEYS = ("stream", "topic", "partition", "offset")
EVENT = ("source", "event_id")


class Rows:
    """A table's folder, read file by file; each file is read once."""

    def __init__(self, table: Path):
        self.table, self.name, self.log = table, table.name, DeltaLog(table)
        self.keys = DEAD_LETTER_KEYS if self.name == "dead_letters" else KEYS
        self.file_offsets = cache(self.read_offsets)

    def readable(self, file: File) -> bool:
        return (self.table / file.path).is_file()

    def read(self, file: File, columns: Iterable[str]) -> pa.Table:
        path = self.table / file.path
        # ParquetFile: the columns as they are in the file, with no guesses from folder names.
        with pq.ParquetFile(path) as parquet:
            return parquet.read(columns=list(columns))

    def read_offsets(self, file: File) -> dict[tuple, np.ndarray]:
        *place, offset = self.keys
        rows = self.read(file, self.keys)
        found = {}
        for key in rows.select(place).group_by(place).aggregate([]).to_pylist():
            chosen = None
            for column in place:
                same = pc.equal(rows[column], pa.scalar(key[column], rows[column].type))
                chosen = same if chosen is None else pc.and_(chosen, same)
            found[tuple(key[column] for column in place)] = rows[offset].filter(chosen).to_numpy()
        return found

    def offsets(self, files: Iterable[File]) -> dict[tuple, np.ndarray]:
        """The offsets in these files by partition; files that are gone count as empty (reported elsewhere)."""
        parts: dict[tuple, list[np.ndarray]] = {}
        for file in files:
            if self.readable(file):
                for at, offsets in self.file_offsets(file).items():
                    parts.setdefault(at, []).append(offsets)
        return {at: np.concatenate(lists) for at, lists in parts.items()}

    def file_problems(self, file: File) -> Iterator[str]:
        """What is wrong with a live file itself."""
        path = self.table / file.path
        if not path.is_file():
            yield f"{self.name}: missing file {file.path}"
            return
        if file.deletion_vector:
            yield f"{self.name}: {file.path} has a deletion vector"
        if path.stat().st_size != file.size_bytes:
            yield f"{self.name}: {file.path} has {path.stat().st_size} bytes, the log says {file.size_bytes}"
        num_rows = pq.read_metadata(path).num_rows
        if file.num_records is None:
            yield f"{self.name}: {file.path} has no numRecords in the log"
        elif num_rows != file.num_records:
            yield f"{self.name}: {file.path} has {num_rows} rows, the log says {file.num_records}"

    def events(self, files: Iterable[File]) -> pa.Table:
        """Position and identity of each row of these files."""
        columns = [*self.keys, *EVENT]
        tables = [self.read(file, columns) for file in files if self.readable(file)]
        plain = [table.cast(pa.schema([(name, plain_type(name)) for name in columns])) for table in tables]
        return pa.concat_tables(plain) if plain else pa.table({name: [] for name in columns})

    def check_skip_reasons(self, state: Version, skipped: dict, removed: dict, found: list[str]) -> None:
        """A row that compaction dropped as a repeat must leave its event in the rows that stay."""
        dropped = {at: np.intersect1d(offsets, removed.get(at, [])) for at, offsets in skipped.items()}
        dropped = {(*at, offset) for at, offsets in dropped.items() for offset in offsets.tolist()}
        if not dropped:
            return
        kept = {tuple(row[name] for name in EVENT) for row in self.events(state.live.values()).to_pylist()}
        for row in self.events(state.removed).to_pylist():
            if tuple(row[key] for key in self.keys) in dropped and tuple(row[name] for name in EVENT) not in kept:
                at = position_name((row["_topic"], row["_partition"]))
                found.append(
                    f"{self.name} version {state.number}, {at}: offset {row['_offset']} skipped without reason, "
                    f"its event {row['event_id']} is in no row"
                )


def plain_type(column: str) -> pa.DataType:
    return {"_partition": pa.int32(), "_offset": pa.int64()}.get(column, pa.string())


def position_name(at: tuple) -> str:
    return f"{at[0]}/{at[1]}"


def describe(what: str, offsets: np.ndarray) -> Iterator[str]:
    """One line for a set of offsets, or none where it is empty."""
    if len(offsets):
        shown = ", ".join(str(offset) for offset in np.unique(offsets)[:5])
        more = " ..." if len(np.unique(offsets)) > 5 else ""
        yield f"{len(offsets)} {what}: {shown}{more}"
