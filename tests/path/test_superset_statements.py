"""What Apache Superset 6.1 (SQLAlchemy 1.4, psycopg2) sends, as recorded on the wire, in `superset/`; only tables and
columns are others where a judge is at hand for these.

`-- ` at the start of a line opens a statement with its name; `-- judged by` the query whose rows DuckDB must give over
the same files. `{oid}` is the id of `kpi_daily`, `{since}` and `{until}` are moments inside the generated days.
"""

import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import psycopg
import psycopg2
import pytest

from judges import duck
from judges.panels import LIVES
from path.harness import KPI_DAILY

FOLDER = Path(__file__).parent / "superset"
RELATIVE = 1e-9
# Of each city, as in the domain.
REGIONS = {city: "greater-china" for city in ("HKG", "SHA", "SZX", "CAN", "TPE")}
REGIONS |= {city: "south-east-asia" for city in ("SIN", "BKK", "SGN")}
REGIONS |= {"TYO": "north-asia", "SEL": "north-asia", "SYD": "oceania"}


def statements(file: str) -> dict[str, list[str]]:
    """The statements of a file by name, each with the query that judges it, if there is one."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (FOLDER / file).read_text().splitlines(keepends=True):
        if line == "-- judged by\n":
            found[name].append("")
        elif line.startswith("-- "):
            name = line[3:].strip()
            found[name] = [""]
        else:
            found[name][-1] += line
    return found


INTERPOLATION = "percentile_cont takes the place between two values to a millionth only"
GAPS = {
    "percentiles by city": (AssertionError, INTERPOLATION),
    "pivot": (AssertionError, INTERPOLATION),
}
CATALOGS, CHARTS = statements("catalogs.sql"), statements("charts.sql")


def marked(names) -> list:
    """Cases by name; those that do not hold yet must fail, as said."""
    gap = {name: pytest.mark.xfail(raises=error, strict=True, reason=why) for name, (error, why) in GAPS.items()}
    return [pytest.param(name, marks=gap.get(name, ())) for name in names]


@pytest.fixture
def asked(querying):
    """Asks as Superset does: a connection of its own, in a transaction, after `search_path` was set."""
    host, port = querying.postgres.rsplit(":", 1)
    connection = psycopg2.connect(host=host, port=port, user="judge", dbname="tidemark")

    def rows(statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute('set search_path = "public"')
            cursor.execute(statement)
            return cursor.fetchall()

    yield rows
    connection.close()


@pytest.fixture(scope="module")
def span(loaded) -> tuple[datetime, datetime]:
    """The middle half of the generated time."""
    first, last = duck.connect(loaded).execute("SELECT min(time), max(time) FROM invoice_events").fetchone()
    return first + (last - first) / 4, last - (last - first) / 4


@pytest.fixture(scope="module")
def judge(loaded, span):
    """DuckDB over the loaded files."""
    connection = duck.connect(loaded)
    for name, moment in zip(("since", "until"), span, strict=True):
        connection.execute(f"CREATE MACRO {name}() AS TIMESTAMPTZ '{moment.isoformat()}'")
    for name, table in (("chosen", "invoice_events"), ("chosen_usage", "usage_events")):
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {table} WHERE time >= since() AND time < until()")
    connection.execute(f"CREATE VIEW lives AS SELECT * FROM {LIVES}")
    connection.execute("CREATE TABLE cities (city VARCHAR, region VARCHAR)")
    connection.executemany("INSERT INTO cities VALUES (?, ?)", REGIONS.items())
    return connection


def literal(moment: datetime) -> str:
    """A moment as Superset's engine for PostgreSQL writes it."""
    text = moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
    return f"TO_TIMESTAMP('{text}', 'YYYY-MM-DD HH24:MI:SS.US')"


def filled(statement: str, span: tuple[datetime, datetime]) -> str:
    return statement.replace("{since}", literal(span[0])).replace("{until}", literal(span[1]))


def in_order(rows: list[tuple]) -> list[tuple]:
    """Rows without regard to order, numbers as such whatever their type, moments in UTC."""
    return sorted((tuple(map(plain, row)) for row in rows), key=lambda row: [(one is None, str(one)) for one in row])


def plain(cell):
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return cell.astimezone(timezone.utc).replace(tzinfo=None)
    return float(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell


def same(expected, found) -> bool:
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(expected, found, rel_tol=RELATIVE)
    return expected == found


def assert_same(found: list[tuple], expected: list[tuple]) -> None:
    found, expected = in_order(found), in_order(expected)
    assert [len(row) for row in found] == [len(row) for row in expected]
    different = [
        (one, two)
        for one, two in zip(expected, found, strict=True)
        if not all(same(a, b) for a, b in zip(one, two, strict=True))
    ]
    assert different == []


# Connecting, and making a dataset of a relation

NOTHING = ("the type of hstore", "foreign tables", "enums", "primary key", "name of the primary key", "foreign keys",
           "indexes", "comment", "unique constraints", "check constraints")  # fmt: skip
EXPECTED = {
    **{what: [] for what in NOTHING},
    "the schema": [("public",)],
    "the isolation": [("read committed",)],
    "how strings are written": [("on",)],
    "schemas": [("information_schema",), ("public",)],
    "catalogs": [("tidemark",)],
    "whether it is there": [("kpi_daily",)],
}


@pytest.fixture
def oid(asked) -> int:
    ((found,),) = asked(CATALOGS["its id"][0])
    return found


@pytest.mark.parametrize("what", marked(EXPECTED))
def test_a_catalog_answers_as_postgresql_does(asked, oid, what):
    assert asked(CATALOGS[what][0].replace("{oid}", str(oid))) == EXPECTED[what]


def test_the_version_is_one_that_is_known(asked):
    assert asked(CATALOGS["the version"][0])[0][0].startswith("PostgreSQL 16")


@pytest.mark.parametrize(("what", "listed", "not_listed"), [
    ("tables", "usage_events", "invoices"), ("views", "invoices", "usage_events"),
])  # fmt: skip
def test_tables_are_told_from_views(asked, what, listed, not_listed):
    names = [name for (name,) in asked(CATALOGS[what][0])]
    assert listed in names
    assert not_listed not in names


def test_the_columns_of_a_relation_are_told(asked, oid):
    required = {"bucket", "kpi", "numerator", "denominator"}
    expected = [(name, kind, None, name in required, oid, None, "", None) for name, kind in KPI_DAILY]
    assert asked(CATALOGS["columns"][0].replace("{oid}", str(oid))) == expected


@pytest.mark.xfail(raises=AssertionError, strict=True, reason="the schema of a domain is not found")
def test_domains_are_those_of_the_information_schema(asked):
    domains = [("cardinal_number", "integer"), ("character_data", "character varying"), ("sql_identifier", "name"),
               ("time_stamp", "timestamp(2) with time zone"), ("yes_or_no", "character varying(3)")]  # fmt: skip
    found = sorted((name, kind, is_visible, schema) for name, kind, _, _, is_visible, schema in asked(
        CATALOGS["domains"][0]))  # fmt: skip
    assert found == [(*domain, False, "information_schema") for domain in domains]


# Charts

GRAINS = {
    "second": ("DATE_TRUNC('SECOND', time)", "second"),
    "5 seconds": (
        "DATE_TRUNC('MINUTE', time) + INTERVAL '5 SECONDS' * FLOOR(EXTRACT(SECOND FROM time) / 5)", 5),
    "30 seconds": (
        "DATE_TRUNC('MINUTE', time) + INTERVAL '30 SECONDS' * FLOOR(EXTRACT(SECOND FROM time) / 30)", 30),
    "minute": ("DATE_TRUNC('MINUTE', time)", "minute"),
    "5 minutes": ("DATE_TRUNC('HOUR', time) + INTERVAL '5 MINUTES' * FLOOR(EXTRACT(MINUTE FROM time) / 5)", 300),
    "10 minutes": ("DATE_TRUNC('HOUR', time) + INTERVAL '10 MINUTES' * FLOOR(EXTRACT(MINUTE FROM time) / 10)", 600),
    "15 minutes": ("DATE_TRUNC('HOUR', time) + INTERVAL '15 MINUTES' * FLOOR(EXTRACT(MINUTE FROM time) / 15)", 900),
    "30 minutes": ("DATE_TRUNC('HOUR', time) + INTERVAL '30 MINUTES' * FLOOR(EXTRACT(MINUTE FROM time) / 30)", 1800),
    "hour": ("DATE_TRUNC('HOUR', time)", "hour"),
    "day": ("DATE_TRUNC('DAY', time)", "day"),
    "week": ("DATE_TRUNC('WEEK', time)", "week"),
    "month": ("DATE_TRUNC('MONTH', time)", "month"),
    "quarter": ("DATE_TRUNC('QUARTER', time)", "quarter"),
    "year": ("DATE_TRUNC('YEAR', time)", "year"),
}  # fmt: skip


SERIES = """SELECT
  {bucket} AS time,
  COUNT(*) AS count
FROM public.invoice_events
WHERE
  time >= {since}
  AND time < {until}
GROUP BY
  {bucket}
ORDER BY
  count DESC
LIMIT 50000"""


@pytest.mark.parametrize("grain", GRAINS)
def test_a_series_has_every_grain_of_time(asked, judge, span, grain):
    bucket, size = GRAINS[grain]
    found = asked(filled(SERIES.replace("{bucket}", bucket), span))
    whole = f"date_trunc('{size}', time)"
    if isinstance(size, int):
        whole = f"make_timestamptz(epoch_us(time) // {size * 1_000_000} * {size * 1_000_000})"
    assert_same(found, judge.execute(f"SELECT {whole}, count(*) FROM chosen GROUP BY ALL").fetchall())
    counts = [count for _, count in found]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("what", marked(CHARTS))
def test_a_chart_shows_what_is_in_the_files(asked, judge, span, what):
    statement, judged_by = CHARTS[what]
    found = asked(filled(statement, span))
    assert found != []
    assert_same(found, judge.execute(judged_by).fetchall())


WEEKS = """SELECT
  DATE_TRUNC('WEEK', bucket) AS bucket,
  COUNT(*) AS count
FROM public.kpi_daily
WHERE
  bucket >= TO_DATE('{since}', 'YYYY-MM-DD')
  AND bucket < TO_DATE('{until}', 'YYYY-MM-DD')
  AND kpi IN ('invoices_received')
GROUP BY
  DATE_TRUNC('WEEK', bucket)
LIMIT 1000"""


def test_a_date_is_cut_to_weeks(asked):
    days = [day for (day,) in asked("SELECT bucket FROM kpi_daily WHERE kpi = 'invoices_received'")]
    since, until = min(days), max(days)
    assert since < until
    weeks = [monday(day) for day in days if since <= day < until]
    found = asked(WEEKS.format(since=since, until=until))
    assert_same(found, [(week, weeks.count(week)) for week in set(weeks)])


def monday(day: date) -> datetime:
    first = day - timedelta(days=day.weekday())
    return datetime(first.year, first.month, first.day, tzinfo=timezone.utc)


FILTERS = {
    "city IN ('HKG', 'SIN')": "city = 'HKG' OR city = 'SIN'",
    "(\n    NOT type IN ('invoice.failed')\n  )": "type <> 'invoice.failed'",
    "forwarder LIKE '%an%'": "contains(forwarder, 'an')",
    "forwarder ILIKE '%AN%'": "contains(lower(forwarder), 'an')",
    "NOT forwarder LIKE '%x%'": "NOT contains(forwarder, 'x')",
    "tenant IS NULL": "tenant IS NULL",
    "NOT city IS NULL": "city IS NOT NULL",
    "supported IS TRUE": "supported",
    "supported IS FALSE": "NOT supported",
    "supported IN (TRUE)": "supported",
    "supported = TRUE": "supported",
    "pages > 2": "pages >= 3",
    "pages IN (1, 2, 3)": "pages BETWEEN 1 AND 3",
    "confidence < 0.9": "confidence < 0.9",
    "city <> 'HKG'": "city <> 'HKG'",
    "city IS NULL OR city IN ('HKG')": "coalesce(city, 'HKG') = 'HKG'",
    "time = {since} OR time IN ({since}) OR time >= {since}": "time >= since()",
}


COUNT = "SELECT\n  COUNT(*) AS count\nFROM public.invoice_events\nWHERE\n  {}\nLIMIT 1000"


@pytest.mark.parametrize("condition", FILTERS)
def test_a_filter_keeps_what_it_should(asked, judge, span, condition):
    found = asked(filled(COUNT.format(condition), span))
    ((expected,),) = judge.execute(f"SELECT count(*) FROM invoice_events WHERE {FILTERS[condition]}").fetchall()
    assert found == [(expected,)]
    assert expected > 0


def test_a_moment_as_text_is_in_utc(asked, judge, span):
    day = span[1].date()
    expected = judge.execute(f"SELECT count(*) FROM invoice_events WHERE time >= TIMESTAMPTZ '{day} 00:00:00+00'")
    assert asked(COUNT.format(f"time >= '{day}'")) == expected.fetchall()


PAGE = """SELECT
  city AS city,
  type AS type,
  COUNT(*) AS count
FROM public.invoice_events
GROUP BY
  city,
  type
ORDER BY
  city ASC,
  type ASC
LIMIT 10
OFFSET {}"""


def test_pages_of_a_table_follow_each_other(asked, judge):
    found = [row for offset in (0, 10, 20) for row in asked(PAGE.format(offset))]
    expected = judge.execute("""SELECT city, type, count(*) FROM invoice_events GROUP BY ALL
        ORDER BY city NULLS LAST, type LIMIT 30""").fetchall()
    assert found == expected


@pytest.mark.parametrize(("statement", "expected"), [
    ("SELECT SUM(pages) AS test_metric \nFROM public.invoices \nWHERE false", [(None,)]),
    ("SELECT 1 AS anon_1 \nFROM public.invoices \nWHERE pages > 3 AND false", []),
])  # fmt: skip
def test_an_expression_is_tried_over_no_rows(asked, statement, expected):
    assert asked(statement) == expected


# Stopping a query in SQL Lab: another connection ends the one that asked before it ran.


@pytest.mark.xfail(raises=AssertionError, strict=True, reason="pg_backend_pid() is always 1")
def test_a_session_knows_its_number(querying):
    host, port = querying.postgres.rsplit(":", 1)
    with psycopg2.connect(host=host, port=port, user="judge", dbname="tidemark") as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchall() == [(connection.get_backend_pid(),)]


@pytest.mark.xfail(raises=psycopg.Error, strict=True, reason="there is no pg_terminate_backend")
def test_a_query_is_stopped_from_another_session(querying, asked):
    ((number,),) = asked("SELECT pg_backend_pid()")
    with querying.connect() as other:
        stop = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid='{number}'"
        assert other.execute(stop).fetchall() == [(True,)]
    with pytest.raises(psycopg2.OperationalError):
        asked("SELECT 1")
