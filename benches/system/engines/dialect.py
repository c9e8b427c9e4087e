"""One text of SQL for all engines: what they write differently, and the moments asked for, fill its braces.

`{d30}` is the moment 30 days before the end of the history, `{h6}` six hours before it, `{date90}` a date. `{m30}`
confines peers to the months of the last 30 days: whoever queries the files by hand knows their folders. Ours is not
told, since its log is there to know.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "queries"
UNITS = ("minute", "hour", "day", "month")
CLOCK = {"h": "hours", "d": "days", "date": "days"}
METERS = {"di.pages": 0.05, "llm.tokens_in": 0.00003, "llm.tokens_out": 0.00012, "compute.seconds": 0.001,
          "api.requests": 0.0002, "workflow.executions": 0.01}  # fmt: skip
CENTRES = {"HKG": "north", "SZX": "north", "CAN": "north", "SHA": "east", "TPE": "east", "SIN": "south", "BKK": "south"}


@dataclass(frozen=True)
class Asked:
    """What the queries are about: the end of the history (midnight, UTC), a busy city, an invoice."""

    end: datetime
    city: str
    invoice: str

    @classmethod
    def read(cls, told: dict) -> "Asked":
        return cls(datetime.fromisoformat(told["end"]).astimezone(UTC), told["city"], told["invoice"])

    def rates(self) -> list[tuple[str, datetime, datetime, float]]:
        """A rate card whose rates changed once: meter, valid from, valid until, rate."""
        changed, days = self.end - timedelta(days=120), lambda n: self.end + timedelta(days=n)
        spans = ((days(-4000), changed, 1.0), (changed, days(4000), 1.1))
        return [(meter, *span, rate * factor) for meter, rate in METERS.items() for *span, factor in spans]


class Fields(dict):
    """What stands in the braces, by the dialect and what is asked."""

    def __init__(self, dialect: "Dialect", asked: Asked):
        fixed = {"city": asked.city, "invoice": asked.invoice, "kpi_daily": "kpi_daily", **dialect.words}
        super().__init__(fixed, rates=dialect.rates(asked), centres=dialect.centres())
        self.dialect, self.end = dialect, asked.end

    def __missing__(self, key: str) -> str:
        unit, count = re.fullmatch(r"(h|d|date|m)(\d+)", key).groups()
        if unit == "m":
            months = f"{self.end - timedelta(days=int(count)):%Y-%m}", f"{self.end:%Y-%m}"
            return "AND _month BETWEEN '{}' AND '{}'".format(*months) if self.dialect.knows_folders else ""
        moment = self.end - timedelta(**{CLOCK[unit]: int(count)})
        return f"DATE '{moment:%Y-%m-%d}'" if unit == "date" else self.dialect.moment(moment)


class Dialect:
    """PostgreSQL's words, as our doors and most engines take them."""

    name = "postgresql"
    knows_folders = False
    words = {unit: f"date_trunc('{unit}', time)" for unit in UNITS} | {
        "five_minutes": "date_bin(INTERVAL '5 minutes', time)",
        "nullable_events": "events",
        **{f"p{p}": f"percentile(latency_ms, 0.{p})" for p in (50, 95, 99)},
    }

    def moment(self, at: datetime) -> str:
        return f"TIMESTAMPTZ '{at:%Y-%m-%d %H:%M:%S}Z'"

    def rates(self, asked: Asked) -> str:
        rows = (f"('{m}', {self.moment(a)}, {self.moment(b)}, {rate:.9f})" for m, a, b, rate in asked.rates())
        return f"(VALUES {', '.join(rows)}) AS r (meter, valid_from, valid_until, rate)"

    def centres(self) -> str:
        rows = ", ".join(f"('{city}', '{centre}')" for city, centre in CENTRES.items())
        return f"(VALUES {rows}) AS c (city, centre)"

    def text(self, query: str, asked: Asked) -> str:
        own, common = FOLDER / f"{query}.{self.name}.sql", FOLDER / f"{query}.sql"
        template = (own if own.exists() else common).read_text()
        return template.partition("\n")[2].format_map(Fields(self, asked))


class DataFusion(Dialect):
    name = "datafusion"
    knows_folders = True
    words = Dialect.words | {
        f"p{p}": f"percentile_cont(0.{p}) WITHIN GROUP (ORDER BY latency_ms)" for p in (50, 95, 99)
    }


class DuckDB(Dialect):
    name = "duckdb"
    knows_folders = True
    words = Dialect.words | {
        "five_minutes": "time_bucket(INTERVAL '5 minutes', time)",
        **{f"p{p}": f"quantile_cont(latency_ms, 0.{p})" for p in (50, 95, 99)},
    }


class ClickHouse(Dialect):
    name = "clickhouse"
    knows_folders = True
    # Its Arrow has moments of whole seconds as numbers; a lag before the first row is 0 where values cannot be null.
    words = {unit: f"CAST(date_trunc('{unit}', time) AS DateTime64(6, 'UTC'))" for unit in UNITS} | {
        "five_minutes": "CAST(toStartOfInterval(time, INTERVAL 5 MINUTE) AS DateTime64(6, 'UTC'))",
        "nullable_events": "toNullable(events)",
        **{f"p{p}": f"quantileExactInclusive(0.{p})(latency_ms)" for p in (50, 95, 99)},
    }

    def moment(self, at: datetime) -> str:
        return f"toDateTime64('{at:%Y-%m-%d %H:%M:%S}', 6, 'UTC')"

    def rates(self, asked: Asked) -> str:
        shown = "('{}', '{:%Y-%m-%d %H:%M:%S}', '{:%Y-%m-%d %H:%M:%S}', {:.9f})"
        rows = (shown.format(*rate) for rate in asked.rates())
        moment = "DateTime64(6, \\'UTC\\')"
        columns = f"meter String, valid_from {moment}, valid_until {moment}, rate Float64"
        return f"values('{columns}', {', '.join(rows)}) AS r"

    def centres(self) -> str:
        rows = ", ".join(f"('{city}', '{centre}')" for city, centre in CENTRES.items())
        return f"values('city String, centre String', {rows}) AS c"


def titles() -> dict[str, str]:
    """The queries by their numbers, and what each asks."""
    files = sorted(file for file in FOLDER.glob("*.sql") if file.name.count(".") == 1)
    return {file.stem: file.read_text().partition("\n")[0].removeprefix("-- ") for file in files}
