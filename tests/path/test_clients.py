"""psql, psycopg, and what Grafana, DBeaver, DataGrip, Metabase and Power BI send, over the PostgreSQL door: what they
ask of the catalogs when they connect, list and describe. Expected is what PostgreSQL 16 answers."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from psycopg.pq import ExecStatus

from path.harness import KPI_DAILY

SINCE = datetime(2015, 1, 1, tzinfo=timezone.utc)


# psql 15. A query that fails is only a line on its standard error.

DESCRIBES = [
    r"\d", r"\dt", r"\dt+", r"\dv", r"\dv+", r"\dn", r"\dn+", r"\l", r"\l+", r"\df", r"\df date_trunc", r"\du", r"\dx",
    r"\di", r"\ds", r"\dm", r"\dT", r"\dp", r"\dC", r"\dD", r"\da", r"\do", r"\db", r"\dd", r"\dconfig timezone",
    r"\ddp", r"\drds", r"\dy", r"\dL", r"\dF", r"\dX", r"\d invoices", r"\d+ invoices", r"\d usage_events",
    r"\d+ usage_events", r"\d kpi_daily", r"\d+ kpi_daily", r"\d inv*", r"\d+ pg_catalog.pg_class", r"\conninfo",
    r"\encoding", r"\z cities",
]  # fmt: skip


@pytest.mark.parametrize("command", DESCRIBES)
def test_psql_describes(querying, command):
    done = querying.psql("-v", "ON_ERROR_STOP=1", "-c", command, code=None)
    said = [line for line in done.stderr.splitlines() if not line.startswith("Did not find any")]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize(("command", "listed", "not_listed"), [
    (r"\dt", "usage_events", "invoices"),
    (r"\dv", "invoices", "usage_events"),
    (r"\dv", "kpi_daily", "dead_letters"),
])
def test_psql_tells_tables_from_views(querying, command, listed, not_listed):
    names = [row.split("|")[1] for row in querying.psql("-At", "-c", command, code=None).stdout.splitlines()]
    assert listed in names
    assert not_listed not in names


def test_psql_shows_the_columns_of_a_relation(querying):
    rows = querying.psql("-At", "-c", r"\d kpi_daily").stdout.splitlines()
    assert [tuple(row.split("|")[:2]) for row in rows] == KPI_DAILY
    assert 'View "public.kpi_daily"' in querying.psql("-c", r"\d kpi_daily").stdout


@pytest.mark.parametrize(("script", "expected"), [
    ("SELECT city, count(*) FROM cities GROUP BY 1 \\gdesc", "city|text\ncount|bigint"),
    ("SELECT 1.50::numeric(10,2) AS n, now() AS t, 'x' AS s \\gdesc",
        "n|numeric(10,2)\nt|timestamp with time zone\ns|text"),
    ("SELECT 2 AS b \\gset\n\\echo :b", "2"),
    ("\\timing on\nSELECT 1 AS a;\n\\timing off", "1"),
    ("\\x on\nSELECT 1 AS a, 'x' AS b;", "a|1\nb|x"),
    ("SELECT 'r' AS row, 'c' AS col, 5 AS value \\crosstabview", "r|5"),
    ("SELECT city FROM cities WHERE city IN ('HKG', 'SIN') ORDER BY 1 \\g", "HKG\nSIN"),
    ("\\set FETCH_COUNT 2\nSELECT city FROM cities WHERE city < 'HL' ORDER BY 1;", "BKK\nCAN\nHKG"),
    ("SELECT format('SELECT %s', 7) \\gexec", "7"),
    ("\\errverbose", "There is no previous error."),
])  # fmt: skip
def test_psql_runs(querying, tmp_path, script, expected):
    (tmp_path / "script.sql").write_text(script + "\n")
    done = querying.psql("-At", "-v", "ON_ERROR_STOP=1", "-f", tmp_path / "script.sql", code=None)
    shown = [line for line in done.stdout.splitlines() if line and not line.startswith(("Time:", "Timing", "Expanded"))]
    assert (done.stderr, shown) == ("", expected.splitlines())


@pytest.mark.parametrize(("options", "expected"), [
    ("csv header", "city,name\nHKG,Hong Kong\nSIN,Singapore\n"),
    ("", "HKG\tHong Kong\nSIN\tSingapore\n"),
])
def test_psql_copies_a_query_to_a_file(querying, tmp_path, options, expected):
    query = "SELECT city, name FROM cities WHERE city IN ('HKG', 'SIN') ORDER BY 1"
    done = querying.psql("-c", rf"\copy ({query}) to '{tmp_path / 'out'}' {options}", code=None)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out").read_text() == expected


# Queries that tools send as they stand, and the rows of PostgreSQL.

TOOLS = {
    "psql completes relations": (
        "SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c WHERE"
        " c.relkind IN ('r','S','v','m','f','p')"
        " AND (c.relname) LIKE 'citi%' AND pg_catalog.pg_table_is_visible(c.oid)", [("cities", None)]),
    "psql completes columns": (
        "SELECT attname FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c WHERE c.oid = a.attrelid AND a.attnum > 0"
        " AND NOT a.attisdropped AND (attname) LIKE 'curr%' AND (c.relname) = 'cities'", [("currency",)]),
    "psql completes functions": (
        "SELECT DISTINCT p.proname FROM pg_catalog.pg_proc p WHERE (p.proname) LIKE 'date_tr%'"
        " AND pg_catalog.pg_function_is_visible(p.oid)", [("date_trunc",)]),
    "psql completes settings": (
        "SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings WHERE pg_catalog.lower(name) = 'timezone'",
        [("timezone",)]),
    "DBeaver asks where it is": ("SELECT current_schema(), session_user = current_user", [("public", True)]),
    "DBeaver reads an array type": (
        "SELECT typinput='pg_catalog.array_in'::regproc, typname FROM pg_catalog.pg_type WHERE oid = 1009",
        [(True, "_text")]),
    "DBeaver reads a namespace": (
        "SELECT n.nspname FROM pg_catalog.pg_namespace n LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=n.oid"
        " AND d.objsubid=0 AND d.classoid='pg_namespace'::regclass WHERE n.nspname IN ('public','information_schema')"
        " ORDER BY nspname", [("information_schema",), ("public",)]),
    "DBeaver reads columns and defaults": (
        "SELECT a.attname, pg_catalog.pg_get_expr(ad.adbin, ad.adrelid, true) FROM pg_catalog.pg_attribute a"
        " LEFT OUTER JOIN pg_catalog.pg_attrdef ad ON (a.attrelid=ad.adrelid AND a.attnum = ad.adnum)"
        " WHERE NOT a.attisdropped AND a.attrelid='cities'::regclass AND a.attnum = 1", [("city", None)]),
    "DBeaver sizes tables": (
        "select count(*) from (select c.oid,pg_catalog.pg_total_relation_size(c.oid) as total_rel_size,"
        "pg_catalog.pg_relation_size(c.oid) as rel_size FROM pg_class c WHERE c.relnamespace='public'::regnamespace"
        " AND c.relname='cities') x", [(1,)]),
    "DBeaver sizes tables of a schema's id": (
        "select c.oid > 0 FROM pg_class c WHERE c.relnamespace=(select oid from pg_namespace where nspname='public')"
        " AND c.relname='cities'", [(True,)]),
    "DBeaver lists databases": (
        "SELECT db.datname FROM pg_catalog.pg_database db WHERE datallowconn AND NOT datistemplate"
        " AND datname <> 'postgres'", [("tidemark",)]),
    "DBeaver reads a view": ("SELECT pg_get_viewdef('invoices'::regclass, true) LIKE '%FROM%'", [(True,)]),
    "DBeaver lists sessions": ("SELECT count(*) > 0 FROM pg_stat_activity", [(True,)]),
    "DBeaver counts rows": ("select count(*) from (select * from cities) dbvrcnt", [(11,)]),
    "DataGrip asks the start": (
        "select round(extract(epoch from pg_postmaster_start_time() at time zone 'UTC')) > 0", [(True,)]),
    "DataGrip asks for recovery": ("select pg_catalog.pg_is_in_recovery()", [(False,)]),
    "DataGrip asks for the transaction": (
        "select (pg_catalog.txid_current() % 4294967296)::varchar::bigint > 0", [(True,)]),
    "DataGrip reads namespaces": (
        "select N.xmin IS NOT NULL, nspname from pg_catalog.pg_namespace N where nspname = 'public'",
        [(True, "public")]),
    "DataGrip reads time zones": (
        "select name from pg_catalog.pg_timezone_names where name = 'Asia/Hong_Kong'", [("Asia/Hong_Kong",)]),
    "DataGrip reads locks": ("select count(*) >= 0 from pg_catalog.pg_locks", [(True,)]),
    "DataGrip asks for TLS": ("select count(*) from pg_stat_ssl where pid = pg_backend_pid()", [(1,)]),
    "Npgsql loads types": (
        "SELECT typ.typname, CASE WHEN proc.proname='array_recv' THEN 'a' ELSE typ.typtype END FROM pg_type AS typ"
        " LEFT JOIN pg_class AS cls ON cls.oid = typ.typrelid LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive"
        " LEFT JOIN pg_range ON pg_range.rngtypid = typ.oid WHERE typ.oid IN (25, 1009) ORDER BY typ.oid",
        [("text", "b"), ("_text", "a")]),
    "Npgsql resets": ("SELECT pg_advisory_unlock_all() IS NULL", [(False,)]),
    "Power BI lists tables": (
        "select TABLE_NAME, TABLE_TYPE from INFORMATION_SCHEMA.tables where TABLE_SCHEMA = 'public' and table_name in"
        " ('usage_events', 'invoices') order by 1", [("invoices", "VIEW"), ("usage_events", "BASE TABLE")]),
    "Power BI lists columns": (
        "select COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE from INFORMATION_SCHEMA.columns where TABLE_SCHEMA"
        " = 'public' and TABLE_NAME = 'kpi_daily' order by 2 limit 2",
        [("bucket", 1, "date"), ("city", 2, "text")]),
    "Power BI lists keys": (
        "select count(*) from INFORMATION_SCHEMA.table_constraints i inner join INFORMATION_SCHEMA.key_column_usage ii"
        " on i.CONSTRAINT_NAME = ii.CONSTRAINT_NAME where i.TABLE_NAME = 'cities'", [(0,)]),
    "Power BI asks the character set": (
        "select CHARACTER_SET_NAME from INFORMATION_SCHEMA.CHARACTER_SETS", [("UTF8",)]),
    "Metabase reads types": (
        "select c.column_name, c.udt_name from information_schema.columns c where c.table_name='kpi_daily' order by"
        " c.ordinal_position limit 2", [("bucket", "date"), ("city", "text")]),
    "Metabase asks for privileges": (
        "select pg_catalog.has_any_column_privilege(current_user, '\"public\".\"cities\"', 'select')", [(True,)]),
    "Metabase lists relations": (
        'SELECT "c"."relname", "d"."description" FROM "pg_catalog"."pg_class" AS "c" INNER JOIN "pg_catalog".'
        '"pg_namespace" AS "n" ON "c"."relnamespace" = "n"."oid" LEFT JOIN "pg_catalog"."pg_description" AS "d" ON'
        " (\"c\".\"oid\" = \"d\".\"objoid\") AND (\"d\".\"objsubid\" = '0') AND"
        " (\"d\".\"classoid\" = 'pg_class'::regclass)"
        " WHERE \"n\".\"nspname\" IN ('public') AND \"c\".\"relname\" = 'cities'", [("cities", None)]),
    "Metabase counts by week": (
        "SELECT CAST(DATE_TRUNC('week', CAST(TIMESTAMPTZ '2026-03-05 14:07:09+00' AS timestamp) + INTERVAL '1 day') AS"
        " timestamp) + INTERVAL '-1 day'", [(datetime(2026, 3, 1),)]),
    "Tableau samples": ('SELECT SUM(1) AS "cnt:ok" FROM "public"."cities" "cities" HAVING (COUNT(1) > 0)', [(11,)]),
    "pgAdmin asks its rights": (
        "SELECT roles.rolname = current_user FROM pg_catalog.pg_roles AS roles WHERE rolname = current_user",
        [(True,)]),
    "anyone lists tables": (
        "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public' AND tablename IN"
        " ('cities', 'invoices')",
        [("cities",)]),
    "anyone lists views": (
        "SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = 'public' AND viewname IN ('cities', 'invoices')",
        [("invoices",)]),
    "both catalogs call a relation the same": (
        "SELECT count(*) FROM information_schema.tables t JOIN pg_class c ON c.relname = t.table_name WHERE"
        " table_schema"
        " = 'public' AND c.relnamespace = 'public'::regnamespace AND (t.table_type = 'VIEW') <> (c.relkind = 'v')",
        [(0,)]),
}  # fmt: skip


@pytest.mark.parametrize("what", TOOLS)
def test_a_tools_query_answers(querying, what):
    query, expected = TOOLS[what]
    with querying.connect() as connection:
        assert connection.execute(query).fetchall() == expected


@pytest.mark.parametrize("statement", [
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET TIME ZONE LOCAL",
    "SET ROLE NONE",
    "SET extra_float_digits = 3",
    "SET application_name = 'DBeaver 25.1.5 - Main <tidemark>'",
    "SET search_path = public",
    "DISCARD ALL",
    "CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); RESET ALL",
])  # fmt: skip
def test_what_drivers_set_is_accepted(querying, statement):
    with querying.connect() as connection:
        cursor = connection.execute(statement)
        while cursor.nextset():
            pass
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_setting_that_changes_is_reported(querying):
    with querying.connect() as connection:
        connection.execute("SET application_name = 'report'")
        connection.execute("SET TIME ZONE 'Asia/Hong_Kong'")
        told = [connection.info.parameter_status(name) for name in ("application_name", "TimeZone")]
    assert told == ["report", "Asia/Hong_Kong"]


# Grafana's data source: one message of the simple protocol, results as text.

IN_SEARCH_PATH = (
    "quote_ident(table_schema) IN (SELECT CASE WHEN trim(s[i]) = '\"$user\"' THEN user ELSE trim(s[i]) END FROM"
    " generate_series(array_lower(string_to_array(current_setting('search_path'),','),1),"
    " array_upper(string_to_array(current_setting('search_path'),','),1)) AS i,"
    " string_to_array(current_setting('search_path'),',') s)"
)
COLUMNS_OF = (
    'SELECT quote_ident(column_name) AS "column", data_type AS "type" FROM information_schema.columns WHERE CASE WHEN'
    " array_length(parse_ident('{0}'),1) = 2 THEN quote_ident(table_schema) = (parse_ident('{0}'))[1] AND"
    " quote_ident(table_name) = (parse_ident('{0}'))[2] ELSE quote_ident(table_name) = '{0}' AND " + IN_SEARCH_PATH
    + " END ORDER BY ordinal_position LIMIT 2"
)  # fmt: skip
KPI_COLUMNS = [("bucket", "date"), ("city", "text")]
RANGE = "BETWEEN '2015-01-01T00:00:00Z' AND '2035-01-01T12:34:56.789Z'"
GRAFANA = {
    "version": ("SELECT current_setting('server_version_num')::int/100 as version", ["version"], [("1600",)]),
    "no timescaledb": ("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'", ["extversion"], []),
    "schemas": (
        "SELECT schema_name AS \"name\" FROM information_schema.schemata WHERE schema_name NOT IN"
        " ('information_schema', 'pg_catalog', 'pg_toast') ORDER BY schema_name", ["name"], [("public",)]),
    "tables": (
        f"SELECT CASE WHEN {IN_SEARCH_PATH} THEN quote_ident(table_name) ELSE quote_ident(table_schema) || '.' ||"
        " quote_ident(table_name) END AS \"table\" FROM information_schema.tables WHERE"
        " quote_ident(table_schema) NOT IN"
        f" ('information_schema', 'pg_catalog') AND table_name = 'cities' ORDER BY CASE WHEN {IN_SEARCH_PATH} THEN 0"
        " ELSE 1 END, 1", ["table"], [("cities",)]),
    "tables of a schema": (
        "SELECT quote_ident(table_name) AS \"table\" FROM information_schema.tables WHERE quote_ident(table_schema) ="
        " 'public' ORDER BY 1 LIMIT 2", ["table"], [("ai_costs_and_settlements",), ("ai_degradation",)]),
    "columns": (COLUMNS_OF.format("kpi_daily"), ["column", "type"], KPI_COLUMNS),
    "columns of a qualified name": (COLUMNS_OF.format("public.kpi_daily"), ["column", "type"], KPI_COLUMNS),
    "a time column's type": (
        "SELECT data_type AS \"type\" FROM information_schema.columns WHERE table_name = 'usage_events'"
        " AND column_name = 'time'", ["type"], [("timestamp with time zone",)]),
    "set and ask": ("SET TIMEZONE TO 'UTC'; select 42 AS n", ["n"], [("42",)]),
    "a semicolon in a text": ("SELECT 'a;b' AS x;", ["x"], [("a;b",)]),
    "a filter": (f"SELECT count(*) > 0 AS y FROM usage_events WHERE \"time\" {RANGE}", ["y"], [("t",)]),
    "a filter on a date": (
        "SELECT d FROM (VALUES (DATE '2026-02-01'), (DATE '2026-02-03')) v(d) WHERE d BETWEEN"
        " '2026-02-01T03:30:00Z' AND '2026-02-02T03:30:00Z'", ["d"], [("2026-02-01",)]),
    "a group": (
        "SELECT floor(extract(epoch from t)/300)*300 AS \"time\", count(*) AS value FROM (VALUES (TIMESTAMPTZ"
        " '2026-03-05 14:07:09+00')) v(t) GROUP BY 1 ORDER BY 1", ["time", "value"], [("1772719500", "1")]),
    "a bucket": (
        "SELECT time_bucket('300.000s',t) AS \"time\" FROM (VALUES (TIMESTAMPTZ '2026-03-05 14:07:09+00')) v(t)",
        ["time"], [("2026-03-05 14:05:00+00",)]),
    "a bucket of dates": (
        "SELECT time_bucket('86400.000s',d) AS \"time\" FROM (VALUES (DATE '2026-03-05')) v(d)", ["time"],
        [("2026-03-05",)]),
    "the builder": (
        'SELECT COUNT("city"), "region" FROM public.cities GROUP BY "region" ORDER BY "region" LIMIT 1 ',
        ["count", "region"], [("5", "greater-china")]),
    "the builder's averages": (
        "SELECT AVG(\"latency_ms\") >= 0 AS a, AVG(\"cost\") FROM usage_events WHERE false", ["a", "avg"],
        [(None, None)]),
    "from": ("SELECT '2026-01-01T00:00:00.5Z'::timestamptz", ["timestamptz"], [("2026-01-01 00:00:00.5+00",)]),
}  # fmt: skip


def rows_of(result) -> list[tuple]:
    """Values as text; how a whole float is written does not matter to Grafana."""
    cell = lambda row, i: (value := result.get_value(row, i)) and value.decode().removesuffix(".0")  # noqa: E731
    return [tuple(cell(row, i) for i in range(result.nfields)) for row in range(result.ntuples)]


@pytest.mark.parametrize("what", GRAFANA)
def test_grafana_asks(querying, what):
    query, names, expected = GRAFANA[what]
    with querying.connect() as connection:
        result = connection.pgconn.exec_(query.encode())
    assert result.status == ExecStatus.TUPLES_OK, result.error_message.decode()
    assert ([result.fname(i).decode() for i in range(result.nfields)], rows_of(result)) == (names, expected)
    assert result.command_status.decode() == f"SELECT {len(expected)}"


@pytest.mark.parametrize("text", ["-- ping", ";", ""])
def test_grafana_pings_with_nothing(querying, text):
    with querying.connect() as connection:
        assert connection.pgconn.exec_(text.encode()).status == ExecStatus.EMPTY_QUERY


# psycopg


def test_psycopg_binds_arrays(querying):
    with querying.connect() as connection:
        count = "SELECT count(*) FROM cities WHERE city = ANY(%s)"
        assert connection.execute(count, (["HKG", "SIN"],)).fetchone() == (2,)
        assert connection.execute("SELECT 5 = ANY(%s)", ([1, 5],)).fetchone() == (True,)
        assert connection.execute("SELECT %s::text[]", (["a", "b c"],)).fetchone() == (["a", "b c"],)


@pytest.mark.parametrize("value", [
    7, 7_000_000_000, 1.5, Decimal("1.50"), True, "x", date(2026, 3, 5), SINCE, datetime(2026, 3, 5, 14, 7),
        b"\x00A", None,
    [1, 2], [Decimal("1.5")], [date(2026, 3, 5)],
], ids=repr)  # fmt: skip
@pytest.mark.parametrize("binary", [False, True])
def test_psycopg_gets_back_what_it_sent(querying, value, binary):
    with querying.connect() as connection:
        place = "%b" if binary else "%s"
        assert connection.execute(f"SELECT {place} AS v", (value,), binary=binary).fetchone() == (value,)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("kind", ["interval", "numeric(10, 2)", "float8", "timestamptz", "date", "text", "bigint[]"])
def test_psycopg_gets_null_as_null(querying, kind, binary):
    with querying.connect() as connection:
        assert connection.execute(f"SELECT NULL::{kind} AS v", binary=binary).fetchone() == (None,)


@pytest.mark.parametrize("array, text", [
    ("ARRAY[1.0::float8, NULL, 'Infinity'::float8]", "{1,NULL,Infinity}"),
    ("ARRAY['a b', '', 'null', 'c']", '{"a b","","null",c}'),
    ("ARRAY[TIMESTAMP '2026-01-01 00:00:00']", '{"2026-01-01 00:00:00"}'),
    ("ARRAY[1.50::numeric(10, 2), NULL]", "{1.50,NULL}"),
])  # fmt: skip
def test_arrays_are_written_as_postgresql_writes_them(querying, array, text):
    assert querying.by_psql(f"SELECT {array} AS v") == [[text]]


def test_psycopg_fetches_through_a_named_cursor(querying):
    with querying.connect(autocommit=False) as connection, connection.cursor("portion") as cursor:
        cursor.itersize = 4
        cursor.execute("SELECT city FROM cities ORDER BY city")
        assert len(list(cursor)) == 11


def test_psycopg_copies_out(querying):
    with querying.connect() as connection:
        query = "COPY (SELECT city, name FROM cities WHERE city = 'HKG') TO STDOUT"
        with connection.cursor().copy(query) as copy:
            assert list(copy.rows()) == [("HKG", "Hong Kong")]
