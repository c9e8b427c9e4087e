"""What panels about the lake itself must say, read from the tables' logs."""

from judges.cell_panels import Asked, Row
from judges.deltalog import DeltaLog
from judges.identity import TABLES, watermarks


def tables(asked: Asked) -> list[Row]:
    """Version, rows, files and bytes of each table. Nothing is taken in, so nothing waits to be committed."""
    logs = {folder.name: DeltaLog(folder) for folder in asked.lake.iterdir() if folder.is_dir()}
    rows = []
    for name, log in logs.items():
        if log.exists():
            last = log.last()
            files = last.live.values()
            num_rows, size_bytes = sum(file.num_records for file in files), sum(file.size_bytes for file in files)
            rows.append([name, last.number, num_rows, len(files), size_bytes, 0])
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def partitions(asked: Asked) -> list[Row]:
    """How far each partition of the chosen streams has come."""
    rows = []
    for stream in asked.chosen["stream"]:
        marks = watermarks(DeltaLog(asked.lake / TABLES[stream]).last(), stream)
        rows += [[stream, topic, partition, end, end, 0] for (topic, partition), end in marks.items()]
    return sorted(rows)


EXPECTED = {"platform/Tables": tables, "platform/Partitions": partitions}
