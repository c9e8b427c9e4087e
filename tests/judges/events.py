"""Event identity over whole tables: every event once, every acknowledged id kept, nothing that was never sent."""

import json
from collections.abc import Iterator

import pyarrow.compute as pc

from judges.deltalog import Version
from judges.rows import EVENT, KEYS, Rows

Table = tuple[Rows, Version | None]


def check_unique(rows: Rows, last: Version, found: list[str]) -> None:
    """(source, event_id) stands in one row only."""
    counted = rows.events(last.live.values()).group_by(list(EVENT)).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1))
    if twice.num_rows:
        sample = [f"{row['source']} {row['event_id']}" for row in twice.slice(0, 5).to_pylist()]
        found.append(f"{rows.name}: {twice.num_rows} events stand in more than one row: {', '.join(sample)}")


def landed(tables: dict[str, Table]) -> set[str]:
    return {
        event_id
        for rows, last in tables.values()
        for event_id in rows.events(last.live.values())["event_id"].to_pylist()
    }


def dead_ids(dead: Table) -> set[str]:
    """The event ids that dead letters carry, as far as they can be read from value or headers."""
    rows, last = dead
    ids = set()
    for file in last.live.values() if last else ():
        for letter in rows.read(file, ["payload", "headers"]).to_pylist():
            ids.update(id_of(letter["payload"], letter["headers"]))
    return ids


def id_of(value: bytes | None, headers: str | None) -> Iterator[str]:
    for text, name in ((value, "id"), (headers, "ce_id")):
        try:
            found = json.loads(text or "null")
        except ValueError:
            continue
        if isinstance(found, dict) and isinstance(found.get(name), str):
            yield found[name]


def check_acked(tables: dict[str, Table], dead: Table, acked: set[str], found: list[str]) -> None:
    """Every acknowledged id is in a table or a dead letter. (A repeat in the ledger has its event in the table.)"""
    report("acknowledged ids are lost", acked - landed(tables) - dead_ids(dead), found)


def check_sent(
    tables: dict[str, Table],
    dead: Table,
    ledgers: dict[str, dict],
    sent: set[str] | None,
    records: dict[tuple[str, int, int], str | None] | None,
    found: list[str],
) -> None:
    """Nothing is there that was never sent; with `records`, each row and skip agrees with what its offset holds."""
    ids = landed(tables)
    if sent is not None:
        report("ids were never sent", (ids | dead_ids(dead)) - sent, found)
    if records is None:
        return
    for rows, last in tables.values():
        events = rows.events(last.live.values()).select([*KEYS, "event_id"])
        placed = zip(*events.to_pydict().values(), strict=True)
        wrong = {f"{t}/{p} offset {o}" for t, p, o, event in placed if records.get((t, p, o)) != event}
        report(f"rows of {rows.name} are not what stands at their offset", wrong, found)
    for stream, ledger in ledgers.items():
        skips = [(*at, offset) for at, offsets in ledger.items() for offset in offsets.tolist()]
        reasonless = {f"{t}/{p} offset {o}" for t, p, o in skips if records.get((t, p, o)) not in ids}
        report(f"skipped offsets of {stream} repeat no event that landed", reasonless, found)


def report(what: str, wrong: set[str], found: list[str]) -> None:
    if wrong:
        found.append(f"{len(wrong)} {what}: {', '.join(sorted(wrong)[:5])}")
