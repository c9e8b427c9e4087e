"""SQLAlchemy (and Superset through it), asyncpg, pg8000, ODBC and JDBC over the PostgreSQL door, each the real driver:
what it reads of the catalogs, what it binds, and how it fetches. Expected is what PostgreSQL 16 answers."""

import asyncio
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import asyncpg
import jpype
import pg8000.dbapi
import pyodbc
import pytest
import sqlalchemy as sa

from path.harness import KPI_DAILY

JDBC = Path("/usr/share/java/postgresql.jar")
DRIVERS = ("psycopg", "psycopg2")
SINCE = datetime(2015, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def address(querying) -> tuple[str, int]:
    host, port = querying.postgres.rsplit(":", 1)
    return host, int(port)


# SQLAlchemy, and what Superset asks through it


@pytest.fixture(params=DRIVERS)
def engine(address, request):
    engine = sa.create_engine(f"postgresql+{request.param}://judge@{address[0]}:{address[1]}/tidemark")
    yield engine
    engine.dispose()


COLUMN_TYPES = {"date": sa.Date, "text": sa.Text, "numeric(38,9)": sa.Numeric}
INSPECTED = {
    "schemas": (lambda of: sorted(of.get_schema_names()), ["information_schema", "public"]),
    "tables": (lambda of: sorted(set(of.get_table_names()) & {"cities", "usage_events", "invoices"}),
               ["cities", "usage_events"]),
    "views": (lambda of: sorted(set(of.get_view_names()) & {"cities", "kpi_daily", "invoices"}),
        ["invoices", "kpi_daily"]),
    "materialized views": (lambda of: of.get_materialized_view_names(), []),
    "a table": (lambda of: of.has_table("usage_events", schema="public"), True),
    "a view": (lambda of: of.has_table("kpi_daily"), True),
    "no table": (lambda of: of.has_table("nothing"), False),
    "columns": (lambda of: [(one["name"], one["default"]) for one in of.get_columns("kpi_daily")],
                [(name, None) for name, _ in KPI_DAILY]),
    "column types": (lambda of: [isinstance(one["type"], COLUMN_TYPES[kind]) for one, (_, kind) in
                                 zip(of.get_columns("kpi_daily"), KPI_DAILY, strict=True)], [True] * len(KPI_DAILY)),
    "a numeric's scale": (lambda of: of.get_columns("kpi_daily")[3]["type"].scale, 9),
    "a time's zone": (lambda of: {one["name"]: one["type"] for one in of.get_columns("usage_events")}["time"].timezone,
                      True),
    "many columns": (lambda of: len(of.get_multi_columns()[(None, "cities")]), 7),
    "primary key": (lambda of: of.get_pk_constraint("cities")["constrained_columns"], []),
    "foreign keys": (lambda of: of.get_foreign_keys("cities"), []),
    "indexes": (lambda of: of.get_indexes("cities"), []),
    "unique constraints": (lambda of: of.get_unique_constraints("cities"), []),
    "check constraints": (lambda of: of.get_check_constraints("cities"), []),
    "comment": (lambda of: list(of.get_table_comment("cities")), ["text"]),
    "options": (lambda of: of.get_table_options("cities"), {}),
    "a view's text": (lambda of: "FROM" in of.get_view_definition("invoices").upper(), True),
    "enums": (lambda of: of.get_enums(), []),
    "domains": (lambda of: of.get_domains(), []),
    "sequences": (lambda of: of.get_sequence_names(), []),
}  # fmt: skip


@pytest.mark.parametrize("what", INSPECTED)
def test_sqlalchemy_inspects(engine, what):
    ask, expected = INSPECTED[what]
    assert ask(sa.inspect(engine)) == expected


def test_sqlalchemy_reflects_and_queries(engine):
    table = sa.Table("cities", sa.MetaData(), autoload_with=engine)
    query = sa.select(table.c.region, sa.func.count()).where(table.c.city.in_(["HKG", "SIN"])).group_by(table.c.region)
    with engine.connect() as connection:
        assert sorted(connection.execute(query).all()) == [("greater-china", 1), ("south-east-asia", 1)]


def test_sqlalchemy_connects_and_knows_the_version(engine):
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
    assert engine.dialect.server_version_info >= (16,)
    assert engine.dialect.default_schema_name == "public"


def test_sqlalchemy_streams(engine):
    with engine.connect().execution_options(stream_results=True, yield_per=4) as connection:
        assert sum(1 for _ in connection.execute(sa.text("SELECT city FROM cities"))) == 11


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_sqlalchemy_sets_isolation(engine, level):
    with engine.connect().execution_options(isolation_level=level) as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1


FIVE_MINUTES = "DATE_TRUNC('hour', t) + INTERVAL '5 minutes' * FLOOR(EXTRACT(MINUTE FROM t) / 5)"
MOMENT = "(SELECT TIMESTAMPTZ '2026-03-05 14:07:09+00' AS t)"
SUPERSET = {
    "SQL Lab": ("SELECT city FROM cities WHERE city = 'HKG' LIMIT 1001", [("HKG",)]),
    "a time range": (
        "SELECT TO_TIMESTAMP('2026-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') = '2026-01-01'", [(True,)]),
    "a date range": ("SELECT TO_DATE('2026-01-01', 'YYYY-MM-DD')", [(date(2026, 1, 1),)]),
    "five minutes": (f"SELECT {FIVE_MINUTES} = '2026-03-05 14:05:00+00' FROM {MOMENT} x", [(True,)]),
    "days": (f"SELECT DATE_TRUNC('day', \"t\") = '2026-03-05' AS \"__timestamp\" FROM {MOMENT} x", [(True,)]),
    "weeks from Sunday": (
        f"SELECT DATE_TRUNC('week', t + INTERVAL '1 day') + INTERVAL '-1 day' = '2026-03-01' FROM {MOMENT} x",
            [(True,)]),
    "aliases": (
        "SELECT \"region\" AS \"region\", COUNT(*) AS \"COUNT(*)\" FROM public.cities GROUP BY \"region\" ORDER BY"
        " \"COUNT(*)\" DESC LIMIT 1", [("greater-china", 5)]),
    "top series": (
        "SELECT region AS region, COUNT(*) AS count FROM cities JOIN (SELECT region AS region__,"
        " COUNT(*) AS mme_inner__"
        " FROM cities GROUP BY region ORDER BY mme_inner__ DESC LIMIT 1) AS series_limit ON region = region__"
        " GROUP BY region LIMIT 5", [("greater-china", 5)]),
}  # fmt: skip


@pytest.mark.parametrize("what", SUPERSET)
def test_superset_asks(address, what):
    query, expected = SUPERSET[what]
    engine = sa.create_engine(f"postgresql+psycopg2://judge@{address[0]}:{address[1]}/tidemark")
    with engine.connect() as connection:
        assert connection.execute(sa.text(query.replace(":", r"\:"))).all() == [tuple(row) for row in expected]


def test_superset_reads_a_cost_out_of_the_plan(querying):
    with querying.connect() as connection:
        plan = connection.execute("EXPLAIN SELECT * FROM cities").fetchall()
    assert len(plan[0]) == 1


# asyncpg and pg8000: the types of parameters come from the server, or not at all.

BOUND = {
    "text": ("SELECT count(*) FROM cities WHERE city = {}", "HKG", 1),
    "integer": ("SELECT count(*) > 0 FROM usage_events WHERE latency_ms > {}", 5, True),
    "integer by a cast": ("SELECT {}::int + 1", 5, 6),
    "float": ("SELECT count(*) > 0 FROM invoices WHERE confidence > {}", 0.5, True),
    "decimal": ("SELECT count(*) > 0 FROM usage_events WHERE cost > {}", Decimal("0.000001"), True),
    "boolean": ("SELECT count(*) >= 0 FROM invoices WHERE supported = {}", True, True),
    "date": ("SELECT count(*) > 0 FROM kpi_daily WHERE bucket >= {}", date(2015, 1, 1), True),
    "moment": ("SELECT count(*) > 0 FROM usage_events WHERE time >= {}", SINCE, True),
    "limit": ("SELECT count(*) FROM (SELECT city FROM cities LIMIT {}) x", 2, 2),
    "array": ("SELECT count(*) FROM cities WHERE city = ANY({})", ["HKG", "SIN"], 2),
    "array by a cast": ("SELECT count(*) FROM cities WHERE city = ANY({}::text[])", ["HKG", "SIN"], 2),
    "null": ("SELECT {}::text IS NULL", None, True),
}


def with_asyncpg(address, work):
    async def run():
        connection = await asyncpg.connect(user="judge", host=address[0], port=address[1], database="tidemark")
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("what", BOUND)
def test_asyncpg_binds(address, what):
    query, value, expected = BOUND[what]
    assert with_asyncpg(address, lambda connection: connection.fetchval(query.format("$1"), value)) == expected


@pytest.mark.parametrize("what", BOUND)
def test_pg8000_binds(address, what):
    query, value, expected = BOUND[what]
    with pg8000.dbapi.connect(user="judge", host=address[0], port=address[1], database="tidemark") as connection:
        cursor = connection.cursor()
        cursor.execute(query.format("%s"), (value,))
        assert cursor.fetchall() == ([expected],)


def test_asyncpg_reads_arrays_and_streams(address):
    async def work(connection):
        row = await connection.fetchrow("SELECT ARRAY[1, 2] AS n, ARRAY['a', 'b'] AS t, ARRAY[1.5] AS d")
        async with connection.transaction():
            streamed = [one["city"] async for one in connection.cursor("SELECT city FROM cities", prefetch=4)]
        return list(row), len(streamed)

    assert with_asyncpg(address, work) == ([[1, 2], ["a", "b"], [Decimal("1.5")]], 11)


def test_asyncpg_reuses_a_pools_connection(address):
    async def run():
        settings = {"user": "judge", "host": address[0], "port": address[1], "database": "tidemark"}
        async with asyncpg.create_pool(min_size=1, max_size=1, **settings) as pool:
            return [await pool.fetchval("SELECT 1") for _ in range(3)]

    assert asyncio.run(run()) == [1, 1, 1]


# ODBC (Excel, Power BI's older way) and JDBC (DBeaver, DataGrip, Metabase)


@pytest.fixture
def odbc(address):
    connect = f"Driver={{PostgreSQL Unicode}};Server={address[0]};Port={address[1]};Database=tidemark;UID=judge"
    return lambda more="": pyodbc.connect(f"{connect};{more}", autocommit=True)


ODBC = {
    "tables": (lambda of: [one.table_name for one in of.tables(table="usage_events", tableType="TABLE")],
               ["usage_events"]),
    "views": (lambda of: [one.table_name for one in of.tables(table="invoices", tableType="VIEW")], ["invoices"]),
    "columns": (lambda of: [(one.column_name, one.type_name) for one in of.columns(table="kpi_daily")],
                [(name, kind.split("(")[0]) for name, kind in KPI_DAILY]),
    "a numeric's size": (lambda of: [(one.column_size, one.decimal_digits) for one in
                                     of.columns(table="kpi_daily", column="value")], [(38, 9)]),
    "primary keys": (lambda of: of.primaryKeys("cities").fetchall(), []),
    "foreign keys": (lambda of: of.foreignKeys("cities").fetchall(), []),
    "indexes": (lambda of: of.statistics("cities").fetchall(), []),
    "a time": (lambda of: of.execute("SELECT count(*) > 0 FROM usage_events WHERE time >= {ts '2015-01-01 00:00:00'}")
               .fetchval(), "1"),
    "a number": (lambda of: of.execute("SELECT count(*) FROM cities WHERE length(city) = ?", 3).fetchval(), 11),
}  # fmt: skip


@pytest.mark.parametrize("what", ODBC)
def test_odbc_asks(odbc, what):
    ask, expected = ODBC[what]
    assert ask(odbc().cursor()) == expected


def test_odbc_fetches_in_portions(odbc):
    connection = odbc("UseDeclareFetch=1;Fetch=4")
    assert len(connection.cursor().execute("SELECT city FROM cities").fetchall()) == 11


@pytest.fixture(scope="module")
def jdbc(querying):
    if not JDBC.exists():
        pytest.fail(f"no driver at {JDBC}: install libpostgresql-jdbc-java")
    if not jpype.isJVMStarted():
        jpype.startJVM(classpath=[str(JDBC)], convertStrings=True)
    connect = jpype.JClass("java.sql.DriverManager").getConnection
    return lambda more="": connect(f"jdbc:postgresql://{querying.postgres}/tidemark?user=judge&{more}")


def table(result, *columns) -> list[tuple]:
    rows = []
    while result.next():
        rows.append(tuple(result.getString(column) for column in columns))
    return rows


JDBC_META = {
    "schemas": (lambda of: table(of.getSchemas(), "TABLE_SCHEM"),
        [("information_schema",), ("pg_catalog",), ("public",)]),
    "tables": (lambda of: table(of.getTables(None, "public", "usage_events", ["TABLE"]), "TABLE_NAME"),
               [("usage_events",)]),
    "views": (lambda of: table(of.getTables(None, "public", "invoices", ["VIEW"]), "TABLE_NAME"), [("invoices",)]),
    "columns": (lambda of: table(of.getColumns(None, "public", "kpi_daily", "%"), "COLUMN_NAME", "TYPE_NAME"),
                [(name, kind.split("(")[0]) for name, kind in KPI_DAILY]),
    "a numeric's size": (lambda of: table(of.getColumns(None, "public", "kpi_daily", "value"), "COLUMN_SIZE",
                                          "DECIMAL_DIGITS"), [("38", "9")]),
    "no default": (lambda of: table(of.getColumns(None, "public", "cities", "city"), "COLUMN_DEF"), [(None,)]),
    "primary keys": (lambda of: table(of.getPrimaryKeys(None, "public", "cities"), 1), []),
    "imported keys": (lambda of: table(of.getImportedKeys(None, "public", "cities"), 1), []),
    "exported keys": (lambda of: table(of.getExportedKeys(None, "public", "cities"), 1), []),
    "indexes": (lambda of: table(of.getIndexInfo(None, "public", "cities", False, True), 1), []),
    "best row": (lambda of: table(of.getBestRowIdentifier(None, "public", "cities", 0, True), 1), []),
    "types": (lambda of: [one for one in table(of.getTypeInfo(), 1) if one == ("int8",)], [("int8",)]),
    "functions": (lambda of: table(of.getFunctions(None, "pg_catalog", "date_bin"), "FUNCTION_NAME")[:1],
                  [("date_bin",)]),
    "procedures": (lambda of: table(of.getProcedures(None, "public", "%"), 1), []),
    "table privileges": (lambda of: table(of.getTablePrivileges(None, "public", "nothing"), 1), []),
    "column privileges": (lambda of: table(of.getColumnPrivileges(None, "public", "nothing", "%"), 1), []),
    "user types": (lambda of: table(of.getUDTs(None, "public", "nothing", None), 1), []),
    "columns of an index": (lambda of: of.getMaxColumnsInIndex(), 32),
    "catalogs": (lambda of: [one for one in table(of.getCatalogs(), 1) if one == ("tidemark",)], [("tidemark",)]),
}  # fmt: skip


@pytest.mark.parametrize("what", JDBC_META)
def test_jdbc_reads_the_catalogs(jdbc, what):
    ask, expected = JDBC_META[what]
    connection = jdbc()
    try:
        assert ask(connection.getMetaData()) == expected
    finally:
        connection.close()


JDBC_BOUND = {
    "text": ("city FROM cities WHERE city = ?", lambda of, _: of.setString(1, "HKG"), ("HKG",)),
    "integer": ("count(*) FROM cities WHERE length(city) = ?", lambda of, _: of.setInt(1, 3), ("11",)),
    "long": ("count(*) > 0 FROM usage_events WHERE latency_ms > ?", lambda of, _: of.setLong(1, 5), ("t",)),
    "double": ("count(*) >= 0 FROM invoices WHERE confidence > ?", lambda of, _: of.setDouble(1, 0.5), ("t",)),
    "date": ("count(*) > 0 FROM kpi_daily WHERE bucket >= ?",
             lambda of, _: of.setDate(1, jpype.JClass("java.sql.Date").valueOf("2015-01-01")), ("t",)),
    "timestamp": ("count(*) > 0 FROM usage_events WHERE time >= ?",
                  lambda of, _: of.setTimestamp(1, jpype.JClass("java.sql.Timestamp").valueOf("2015-01-01 00:00:00")),
                  ("t",)),
    "array": ("count(*) FROM cities WHERE city = ANY(?)",
              lambda of, connection: of.setArray(1, connection.createArrayOf("text", ["HKG", "SIN"])), ("2",)),
    "limit": ("count(*) FROM (SELECT city FROM cities LIMIT ?) x", lambda of, _: of.setInt(1, 2), ("2",)),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["extended", "simple"])
@pytest.mark.parametrize("what", JDBC_BOUND)
def test_jdbc_binds(jdbc, what, mode):
    query, bind, expected = JDBC_BOUND[what]
    connection = jdbc(f"preferQueryMode={mode}")
    try:
        for _ in range(6):  # From the fifth time on the driver names the statement and asks for binary results.
            statement = connection.prepareStatement("SELECT " + query)
            bind(statement, connection)
            assert table(statement.executeQuery(), 1) == [expected]
    finally:
        connection.close()


def test_jdbc_fetches_in_portions(jdbc):
    connection = jdbc("defaultRowFetchSize=4")
    try:
        connection.setAutoCommit(False)
        assert len(table(connection.createStatement().executeQuery("SELECT city FROM cities"), 1)) == 11
        connection.commit()
    finally:
        connection.close()


def test_jdbc_sets_isolation_and_tells_its_name(jdbc):
    connection = jdbc()
    try:
        connection.setTransactionIsolation(8)
        connection.setClientInfo("ApplicationName", "judge")
        assert (connection.getTransactionIsolation(), connection.getClientInfo("ApplicationName")) == (8, "judge")
    finally:
        connection.close()


def test_jdbc_reads_moments(jdbc):
    connection = jdbc()
    try:
        result = connection.createStatement().executeQuery("SELECT TIMESTAMPTZ '2026-03-05 14:07:09.5+00', 1.50")
        result.next()
        moment = result.getObject(1, jpype.JClass("java.time.OffsetDateTime"))
        assert (str(moment), str(result.getBigDecimal(2))) == ("2026-03-05T14:07:09.500Z", "1.50")
    finally:
        connection.close()
