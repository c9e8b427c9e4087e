"""The doors: psql, psycopg and HTTP give the same right answers, refuse what changes data, and explain mistakes."""

import io
import json
import shutil
import socket
from datetime import datetime, timezone
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from judges import duck
from path.harness import TOPICS, csv_rows

BY_TYPE = "SELECT type, count(*) AS n FROM invoice_events GROUP BY type ORDER BY type"
REFUSED = [
    "INSERT INTO usage_events (event_id) VALUES ('x')",
    "UPDATE usage_events SET city = 'HKG'",
    "DELETE FROM usage_events",
    "DROP TABLE usage_events",
    "CREATE TABLE stolen AS SELECT * FROM usage_events",
    "CREATE VIEW seen AS SELECT 1",
    "CREATE EXTERNAL TABLE files STORED AS CSV LOCATION '/etc/passwd'",
    "COPY (SELECT 1) TO 'stolen.csv'",
    "TRUNCATE usage_events",
    "ALTER TABLE usage_events ADD COLUMN x INT",
    "EXPLAIN ANALYZE DELETE FROM usage_events",
    "WITH gone AS (DELETE FROM usage_events RETURNING *) SELECT * FROM gone",
    "SELECT 1; DROP TABLE usage_events",
]
TOO_MUCH = {
    "a long chain": "SELECT " + "+".join(["1"] * 20_000),
    "deep parentheses": "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "a long text": "SELECT '" + "x" * (1 << 20) + "'",
    "deep subqueries": "SELECT * FROM (" * 500 + "SELECT 1" + ") AS t" * 500,
    "many negations": "SELECT " + "NOT " * 20_000 + "true",
}


@pytest.fixture(scope="module")
def server(module_kafka, servers, loaded, tmp_path_factory):
    """A service over the loaded files; its topics are empty."""
    directory = tmp_path_factory.mktemp("doors") / "lake"
    shutil.copytree(loaded, directory)
    module_kafka.create_topics(*TOPICS)
    return servers(directory, module_kafka.bootstrap).start()


@pytest.fixture(scope="module")
def expected(loaded) -> list[tuple[str, int]]:
    with duck.connect(loaded) as connection:
        return connection.execute(BY_TYPE).fetchall()


@pytest.mark.parametrize("door", ["cli", "http", "psycopg", "psql"])
def test_every_door_gives_the_same_rows(server, expected, door):
    assert [(kind, int(n)) for kind, n in server.doors()[door](BY_TYPE)] == expected


def test_http_answers_in_json_csv_and_arrow(server, expected):
    status, headers, body = server.request("POST", "/v1/sql?format=json", BY_TYPE, content_type="text/plain")
    assert (status, headers["content-type"].split(";")[0]) == (200, "application/json")
    answer = json.loads(body)
    assert [column["name"] for column in answer["columns"]] == ["type", "n"]
    assert [tuple(row) for row in answer["rows"]] == expected
    status, headers, body = server.request("POST", "/v1/sql?format=csv", BY_TYPE, content_type="text/plain")
    assert (status, headers["content-type"].split(";")[0]) == (200, "text/csv")
    assert [(kind, int(n)) for kind, n in csv_rows(body.decode())] == expected
    status, _, body = server.request("POST", "/v1/sql?format=arrow", BY_TYPE, content_type="text/plain")
    table = pa.ipc.open_stream(io.BytesIO(body)).read_all()
    assert (status, list(zip(*table.to_pydict().values(), strict=True))) == (200, expected)


def test_an_answer_without_rows_still_has_its_columns(server):
    query = "SELECT type, time FROM usage_events WHERE type = 'none.such'"
    _, _, body = server.request("POST", "/v1/sql?format=csv", query, content_type="text/plain")
    assert body.decode().split() == ["type,time"]
    _, _, body = server.request("POST", "/v1/sql?format=arrow", query, content_type="text/plain")
    assert pa.ipc.open_stream(io.BytesIO(body)).read_all().column_names == ["type", "time"]
    with server.connect() as connection:
        assert [column.name for column in connection.execute(query).description] == ["type", "time"]


def test_health_and_readiness_answer(server):
    assert server.request("GET", "/healthz")[0] == 200
    assert server.request("GET", "/readyz")[0] == 200
    assert server.request("GET", "/no/such/page")[0] == 404


def test_psql_lists_and_describes_tables(server):
    listed = server.psql("-c", r"\dt").stdout + server.psql("-c", r"\d").stdout
    described = server.psql("-c", r"\d usage_events").stdout
    assert all(table in listed for table in ("session_events", "invoice_events", "usage_events", "dead_letters"))
    assert "event_id" in described
    assert "timestamp" in described


def test_psql_runs_several_statements(server):
    done = server.psql("-At", "-c", "SELECT 1", "-c", "SELECT 2; SELECT 3")
    assert done.stdout.split() == ["1", "2", "3"]


@pytest.mark.parametrize("binary", [False, True])
def test_psycopg_takes_parameters_and_gives_typed_values(server, loaded, binary):
    columns = "event_id, time, city, cost, latency_ms, _partition"
    with duck.connect(loaded) as connection:
        chosen = "WHERE cost IS NOT NULL AND city = 'HKG' ORDER BY event_id LIMIT 1"
        row = connection.execute(f"SELECT {columns} FROM usage_events {chosen}").fetchone()
    with server.connect() as connection:
        cursor = connection.cursor(binary=binary)
        query = f"SELECT {columns} FROM usage_events WHERE event_id = %s AND city = %s AND cost = %s AND time = %s"
        got = cursor.execute(query, (row[0], row[2], row[3], row[1])).fetchall()
    assert got == [row]
    assert got[0][1].tzinfo is not None
    assert isinstance(got[0][3], Decimal)


def test_psycopg_takes_numbers_nulls_and_prepared_statements(server):
    with server.connect() as connection:
        count = "SELECT count(*) FROM invoice_events WHERE _offset >= %s"
        for offset in range(8):  # From the fifth time on the client prepares it.
            assert connection.execute(count, (offset,)).fetchone()[0] > 0
        assert connection.execute("SELECT %s::text IS NULL", (None,)).fetchone() == (True,)
        since = datetime(2015, 1, 1, tzinfo=timezone.utc)
        assert connection.execute("SELECT count(*) > 0 FROM usage_events WHERE time > %s", (since,)).fetchone()[0]


def test_psycopg_runs_several_statements_and_goes_on_after_an_error(server):
    with server.connect() as connection:
        cursor = connection.execute("SELECT 1; SELECT 2")
        first = cursor.fetchall()
        assert cursor.nextset()
        assert (first, cursor.fetchall()) == ([(1,)], [(2,)])
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT no_such_column FROM usage_events")
        assert connection.execute("SELECT 3").fetchone() == (3,)


def test_a_transaction_block_is_accepted_as_drivers_open_it(server):
    with server.connect(autocommit=False) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        connection.commit()


@pytest.mark.parametrize("statement", REFUSED)
def test_what_is_no_single_read_is_refused_at_every_door(server, statement):
    status, _, body = server.request("POST", "/v1/sql?format=json", statement, content_type="text/plain")
    assert 400 <= status < 500, body
    with server.connect() as connection, pytest.raises(psycopg.Error):
        cursor = connection.execute(statement)
        while cursor.nextset():
            pass
    assert server.by_psycopg("SELECT count(*) > 0 FROM usage_events") == [(True,)]


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_statement_beyond_the_limits_is_refused_and_the_service_lives(server, name):
    status, _, _ = server.request("POST", "/v1/sql?format=json", TOO_MUCH[name], content_type="text/plain")
    assert 400 <= status < 500
    with server.connect() as connection, pytest.raises(psycopg.Error):
        connection.execute(TOO_MUCH[name])
    assert server.process.poll() is None
    assert server.by_psycopg("SELECT 1") == [(1,)]


@pytest.mark.parametrize(("query", "state", "hint"), [
    ("SELECT * FROM invoice_event", "42P01", "invoice_events"),
    ("SELECT citty FROM usage_events", "42703", "city"),
    ("SELEC 1", "42601", None),
])
def test_a_mistake_is_explained_with_a_hint(server, query, state, hint):
    with server.connect() as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(query)
    assert raised.value.sqlstate == state
    assert hint is None or hint in (raised.value.diag.message_hint or "")
    status, _, body = server.request("POST", "/v1/sql?format=json", query, content_type="text/plain")
    assert 400 <= status < 500
    assert hint is None or hint in json.dumps(json.loads(body))
    assert hint is None or "HINT:  " in server.psql("-c", query, code=1).stderr


def test_garbage_on_the_wire_ends_only_its_own_connection(server):
    for address in (server.postgres, server.http):
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as wire:
            wire.sendall(b"\xff" * 64)
    assert server.by_psycopg("SELECT 1") == [(1,)]
    assert server.request("GET", "/healthz")[0] == 200


def test_postgresql_is_recent_and_http_live_until_a_client_chooses(server):
    assert server.by_http("SHOW freshness") == [["live"]]
    with server.connect() as dashboard, server.connect(options="-c freshness=live") as analyst:
        shown = [one.execute("SHOW freshness").fetchone() for one in (dashboard, analyst)]
        assert shown == [("recent",), ("live",)]
        dashboard.execute("SET freshness = 'committed'")
        dashboard.execute("DISCARD ALL")  # As poolers do between two clients.
        assert dashboard.execute("SHOW freshness").fetchone() == ("recent",)
