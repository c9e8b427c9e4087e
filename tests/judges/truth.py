"""The generator's `truth.json` against answers: by DuckDB over the live files, or by SQL through any door.

Every question is one portable SQL text with the rows expected of it, so that all doors are held to the same figures.
A key that the truth lacks, or that no question asks about, is a difference too: nothing goes unchecked silently. Only
a KPI of which nothing was counted has no cell, on either side.

    python -m judges.truth TRUTH_JSON DIR      exits 3 with the differences on standard output
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from judges import duck, kpis

STREAMS = {"sessions": "session_events", "invoices": "invoice_events", "usage": "usage_events"}
REQUIRED = ("plan", "records", "unique_events", "duplicates", "dead_letters", "dead_letters_total", "late",
            "events_by_city_month", "events_by_type", "sums", "kpi_by_city_month")
# Dates and timestamps are text in every engine; its first seven characters are the month in UTC.
MONTH = "substr(CAST(time AS VARCHAR), 1, 7)"
COSTS = "FROM usage_events WHERE cost IS NOT NULL"
# Sums of the truth by name. Each is a map, nested by the group's columns, to a decimal.
SUMS = {
    "usage_cost": f"SELECT currency, sum(cost) {COSTS} GROUP BY 1",
    "usage_cost_by_meter": f"SELECT meter, currency, sum(cost) {COSTS} GROUP BY 1, 2",
    "usage_quantity": "SELECT meter, sum(quantity) FROM usage_events GROUP BY 1",
}
# Those that need nested columns, each engine's own affair: asked of DuckDB only.
NESTED_SUMS = {
    "charges": """
        SELECT charge.currency, sum(charge.amount) FROM (
          SELECT unnest(charges) AS charge FROM (
            SELECT charges FROM invoice_events WHERE type = 'invoice.extracted'
            QUALIFY row_number() OVER (PARTITION BY invoice_id ORDER BY time DESC, event_id DESC) = 1))
        GROUP BY 1""",
}
Query = Callable[[str], Iterable[Iterable]]


@dataclass(frozen=True)
class Question:
    """What is asked, and the answer: group values (as text) to a number."""

    name: str
    sql: str
    expected: dict[tuple[str, ...], Decimal]


def questions(truth: dict) -> Iterator[Question]:
    """Every figure of the truth that plain SQL over the tables can answer."""
    unique, dead = truth.get("unique_events", {}), truth.get("dead_letters", {})
    by_month = truth.get("events_by_city_month", {})
    for stream, table in STREAMS.items():
        expected = {(): Decimal(unique.get(stream, 0))}
        yield Question(f"unique_events.{stream}", f"SELECT count(*) FROM {table}", expected)
        distinct = f"SELECT count(*) FROM (SELECT DISTINCT source, event_id FROM {table}) AS once"
        yield Question(f"unique_events.{stream} (distinct)", distinct, expected)
        sql = f"SELECT coalesce(city, '') AS city, {MONTH} AS month, count(*) FROM {table} GROUP BY 1, 2"
        yield Question(f"events_by_city_month.{stream}", sql, flat(by_month.get(stream, {})))
        letters = f"SELECT reason, count(*) FROM dead_letters WHERE stream = '{stream}' GROUP BY 1"
        yield Question(f"dead_letters.{stream}", letters, flat(dead.get(stream, {})))
    types = " UNION ALL ".join(f"SELECT type FROM {table}" for table in STREAMS.values())
    sql = f"SELECT type, count(*) FROM ({types}) AS every GROUP BY 1"
    yield Question("events_by_type", sql, flat(truth.get("events_by_type", {})))
    total = {(): Decimal(truth.get("dead_letters_total", 0))}
    yield Question("dead_letters_total", "SELECT count(*) FROM dead_letters", total)
    yield from sums(truth, SUMS)


def sums(truth: dict, known: dict[str, str]) -> Iterator[Question]:
    for name, sql in known.items():
        yield Question(f"sums.{name}", sql, flat(truth.get("sums", {}).get(name, {})))


def compare(truth: dict, query: Query, door: str = "sql") -> list[str]:
    """The differences between the truth and what a door answers."""
    return answers(questions(truth), query, door)


def answers(asked: Iterable[Question], query: Query, door: str) -> list[str]:
    found = []
    for question in asked:
        try:
            answered = rows_as_figures(query(question.sql))
        except Exception as error:  # noqa: BLE001 - a door that fails is a difference, and the next is still asked
            found.append(f"{door}: {question.name}: no answer: {error}")
            continue
        found.extend(f"{door}: {line}" for line in differences(question.name, question.expected, answered))
    return found


def compare_directory(truth: dict, directory: Path | str) -> list[str]:
    """The differences between the truth and the live files, KPIs included."""
    with duck.connect(directory) as connection:
        query = lambda sql: connection.execute(sql).fetchall()  # noqa: E731 - the door is one call
        found = [*unchecked(truth), *accounts(truth), *compare(truth, query, "duckdb"), *misplaced(query)]
        found.extend(answers(sums(truth, NESTED_SUMS), query, "duckdb"))
        expected, problems = kpis.expected(truth.get("kpi_by_city_month", {}))
        found.extend(problems)
        for name, sql in kpis.queries().items():
            found.extend(kpi_differences(name, sql, expected, query))
        return found


def kpi_differences(name: str, sql: str, expected: dict, query: Query) -> list[str]:
    """What the truth has no cell of, as of answers to a survey on two days of a weekend, must have none."""
    try:
        answered = rows_as_figures(query(sql), figures=2)
    except Exception as error:  # noqa: BLE001 - told as a difference, and the next is still asked
        return [f"duckdb: kpi {name}: no answer: {error}"]
    return differences(f"kpi {name}", expected.get(name, {}), answered)


def unchecked(truth: dict) -> Iterator[str]:
    yield from (f"the truth lacks {key}" for key in REQUIRED if key not in truth)
    yield from (f"the truth has sums.{name}, which no question checks" for name in truth.get("sums", {})
                if name not in SUMS and name not in NESTED_SUMS)
    yield from (f"the truth lacks sums.{name}" for name in (*SUMS, *NESTED_SUMS) if name not in truth.get("sums", {}))


def accounts(truth: dict) -> Iterator[str]:
    """What the truth says of itself: each record is an event, a repeat of one, or a dead letter."""
    dead = truth.get("dead_letters", {})
    for stream, records in truth.get("records", {}).items():
        letters = sum(dead.get(stream, {}).values())
        parts = truth["unique_events"].get(stream, 0), truth["duplicates"].get(stream, 0), letters
        if records != sum(parts):
            yield f"the truth has {records} records of {stream}, but events, repeats, dead letters of {parts}"
    if truth.get("dead_letters_total") != sum(sum(reasons.values()) for reasons in dead.values()):
        yield "the truth's dead_letters_total is not the sum of its dead_letters"


def misplaced(query: Query) -> Iterator[str]:
    """Rows in a partition of another month."""
    for table in STREAMS.values():
        try:
            [[wrong]] = query(f"SELECT count(*) FROM {table} WHERE _month <> {MONTH}")
        except Exception as error:  # noqa: BLE001
            yield f"duckdb: {table}: {error}"
            continue
        if wrong:
            yield f"duckdb: {wrong} rows of {table} lie in the partition of another month"


def flat(figures: dict, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Decimal]:
    """A nested map as one of tuples to decimals; figures of zero are left out, as a query would."""
    found = {}
    for key, value in figures.items():
        if isinstance(value, dict):
            found.update(flat(value, (*above, key)))
        elif Decimal(str(value)) != 0:
            found[*above, key] = Decimal(str(value))
    return found


def rows_as_figures(rows: Iterable[Iterable], figures: int = 1) -> dict[tuple[str, ...], Decimal | tuple]:
    """Rows as group values to the number (or numbers) in their last columns."""
    found = {}
    for row in rows:
        *group, = row
        values = tuple(number(value) for value in group[-figures:])
        key = tuple("" if value is None else str(value) for value in group[:-figures])
        if key in found:
            raise ValueError(f"two rows for {key}")
        if figures > 1 or values[0] != 0 or not key:
            found[key] = values if figures > 1 else values[0]
    return found


def number(value) -> Decimal:
    """A figure as an exact decimal; a float has no place in an exact answer."""
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError(f"a float where a decimal was asked for: {value}")
        value = int(value)
    try:
        return Decimal(str(value if value is not None else 0))
    except InvalidOperation as error:
        raise ValueError(f"no number: {value!r}") from error


def differences(name: str, expected: dict, answered: dict, shown: int = 5) -> list[str]:
    """At most a handful of lines for a question, and how many more there are."""
    lines = []
    for key in sorted(expected.keys() | answered.keys()):
        want, got = expected.get(key), answered.get(key)
        if want != got:
            at = f" {'/'.join(key)}" if key else ""
            lines.append(f"{name}{at}: expected {text_of(want)}, got {text_of(got)}")
    rest = [f"{name}: {len(lines) - shown} more differences"] if len(lines) > shown else []
    return lines[:shown] + rest


def text_of(figure) -> str:
    if isinstance(figure, tuple):
        return " / ".join(map(str, figure))
    return "nothing" if figure is None else str(figure)


def load(path: Path | str) -> dict:
    """Reads a truth file; its numbers stay exact."""
    return json.loads(Path(path).read_text(), parse_float=Decimal)


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: python -m judges.truth TRUTH_JSON DIR", file=sys.stderr)
        return 2
    found = compare_directory(load(sys.argv[1]), sys.argv[2])
    print("\n".join(found) if found else "every figure of the truth holds")
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main())
