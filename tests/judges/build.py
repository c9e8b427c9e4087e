"""Builds small Delta tables by hand, from Parquet and JSON, for the judges' own tests: good ones and broken ones."""

import json
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from judges.deltalog import DeltaLog

EVENT_COLUMNS = {
    "event_id": pa.string(),
    "source": pa.string(),
    "type": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "_topic": pa.string(),
    "_partition": pa.int32(),
    "_offset": pa.int64(),
}
DEAD_COLUMNS = {
    "stream": pa.string(),
    "topic": pa.string(),
    "partition": pa.int32(),
    "offset": pa.int64(),
    "reason": pa.string(),
    "headers": pa.string(),
    "payload": pa.binary(),
}


def event(offset: int, partition: int = 0, topic: str = "invoices", **columns) -> dict:
    """A row of an event table; its id comes from its position unless told otherwise."""
    fixed = {"event_id": f"e{partition}-{offset}", "source": "/s", "type": "invoice.received"}
    fixed["time"] = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
    return {**fixed, "_topic": topic, "_partition": partition, "_offset": offset, **columns}


def letter(offset: int, partition: int = 0, stream: str = "invoices", **columns) -> dict:
    """A row of the dead letters' table."""
    fixed = {"stream": stream, "topic": stream, "partition": partition, "offset": offset, "reason": "not_json"}
    return {**fixed, "headers": None, "payload": b"oops", **columns}


def arrow_type(value) -> pa.DataType:
    return pa.decimal128(27, 9) if isinstance(value, Decimal) else pa.scalar(value).type


class TableBuilder:
    """A table that grows by commits, each exactly as told, right or wrong."""

    def __init__(self, root: Path, name: str):
        self.folder, self.columns = root / name, DEAD_COLUMNS if name == "dead_letters" else EVENT_COLUMNS
        (self.folder / "_delta_log").mkdir(parents=True)
        self.version, self.num_files = -1, 0

    def file(self, rows: list[dict], city: str | None = "HKG", month: str = "2026-03") -> dict:
        """Writes a data file and returns its add action, which the caller may bend."""
        folder = f"city={city or '__HIVE_DEFAULT_PARTITION__'}/_month={month}"
        path = self.folder / folder / f"part-{self.num_files:05}.parquet"
        self.num_files += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        extra = {key: arrow_type(row[key]) for row in rows for key in row if key not in self.columns}
        schema = pa.schema([*self.columns.items(), *extra.items()])
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        add = {"path": f"{folder}/{path.name}", "size": path.stat().st_size, "dataChange": True}
        add["partitionValues"] = {"city": city, "_month": month}
        return {**add, "modificationTime": 0, "stats": json.dumps({"numRecords": len(rows)})}

    def commit(self, add=(), remove=(), txn=None, skipped=None) -> int:
        """Writes the next version: add actions, paths to remove, watermarks by app id, skip ledger."""
        self.version += 1
        info = {"operation": "WRITE", **({"tidemark": {"skipped": skipped}} if skipped else {})}
        actions = [{"commitInfo": info}]
        if self.version == 0:
            actions.append({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}})
            actions.append({"metaData": {"id": "t", "partitionColumns": ["city", "_month"]}})
        actions += [{"add": one} for one in add]
        actions += [{"remove": {"path": path, "dataChange": False}} for path in remove]
        actions += [{"txn": {"appId": app_id, "version": version}} for app_id, version in (txn or {}).items()]
        text = "\n".join(json.dumps(action) for action in actions)
        (self.folder / "_delta_log" / f"{self.version:020}.json").write_text(text)
        return self.version

    def checkpoint(self, forget: str | None = None) -> None:
        """Writes a classic checkpoint of the newest version, with one file left out when told so."""
        state = DeltaLog(self.folder).last()
        rows = [{"txn": {"appId": name, "version": version}} for name, version in state.watermarks.items()]
        for file in state.live.values():
            if file.path != forget:
                stats = json.dumps({"numRecords": file.num_records})
                add = {"path": file.path, "partitionValues": list(file.partition), "size": file.size_bytes}
                rows.append({"add": {**add, "dataChange": False, "stats": stats}})
        add_type = pa.struct({
            "path": pa.string(), "partitionValues": pa.map_(pa.string(), pa.string()), "size": pa.int64(),
            "dataChange": pa.bool_(), "stats": pa.string(),
        })
        schema = pa.schema({"txn": pa.struct({"appId": pa.string(), "version": pa.int64()}), "add": add_type})
        path = self.folder / "_delta_log" / f"{state.number:020}.checkpoint.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
