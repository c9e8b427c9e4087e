"""Saved reports through the real binary: kept and checked over HTTP, run when they are due and by hand, their files read
by outside readers, receivers told and their signatures checked by another implementation of Standard Webhooks."""

import base64
import csv
import hashlib
import hmac
import io
import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pytest

from path.harness import TOPICS, until

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PRINCIPALS = '[principals]\nann = "all"\nbob = ["HKG"]\nlocal = "all"\n'
JSON = {"content_type": "application/json"}


def definition(name: str, **more) -> dict:
    """Settled invoices and failures by city."""
    return {
        "name": name, "owner": "ann", "source": "invoices", "title": {"en": "Settled invoices", "zh-Hant": "已結發票"},
        "group_by": [{"column": "city"}],
        "aggregations": [
            {"name": "invoices", "function": "count"},
            {"name": "failed", "function": "count",
             "filters": [{"column": "status", "operator": "equals", "value": "failed"}]},
        ],
        "filters": [{"column": "settled_at", "operator": "is_not_empty"}],
        "order": [{"by": "invoices", "direction": "descending"}],
        "visual": {"kind": "bar", "x": "city", "y": ["invoices", "failed"]},
        "formats": ["xlsx", "csv", "excel-csv", "pdf", "png"],
    } | more  # fmt: skip


class Receiver:
    """Takes webhooks; refuses the first `refusals` of them."""

    def __init__(self, refusals: int = 0):
        self.told, self.refusals = [], refusals
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(503 if len(receiver.told) <= receiver.refusals else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def service(module_kafka, servers, loaded, tmp_path_factory):
    """A service over the generated files that keeps reports in a folder of its own."""
    home = tmp_path_factory.mktemp("reports")
    shutil.copytree(loaded, home / "lake")
    (home / "principals.toml").write_text(PRINCIPALS)
    (home / "secrets").mkdir()
    (home / "secrets" / "finance").write_text(SECRET)
    module_kafka.create_topics(*TOPICS)
    config = (
        f"[reports]\ndefinitions = {json.dumps(str(home / 'definitions'))}\nstore = {json.dumps(str(home / 'files'))}\n"
        f"principals = {json.dumps(str(home / 'principals.toml'))}\nsecrets = {json.dumps(str(home / 'secrets'))}\n"
        'webhook_hosts = ["127.0.0.1"]\n'
    )
    server = servers(home / "lake", module_kafka.bootstrap, config).start()
    server.folder = home
    return server


def asked(service, method: str, path: str, body=None, principal: str = "ann") -> tuple[int, bytes]:
    headers = {"tidemark-principal": principal} | (JSON if body is not None else {})
    status, _, answer = service.request(method, path, None if body is None else json.dumps(body), **headers)
    return status, answer


def rows(service, query: str) -> list[dict]:
    status, answer = asked(service, "POST", "/v1/sql?format=json", {"sql": query})
    assert status == 200, answer
    found = json.loads(answer)
    names = [column["name"] for column in found["columns"]]
    return [dict(zip(names, row)) for row in found["rows"]]


def keep(service, document: dict):
    status, answer = asked(service, "PUT", f"/v1/report-definitions/{document['name']}", document)
    assert status == 200, answer


def run_now(service, name: str) -> str:
    status, answer = asked(service, "POST", f"/v1/report-definitions/{name}/run", {})
    assert status == 200, answer
    return json.loads(answer)["run"]


def history(service, run_id: str) -> dict:
    found = rows(service, f"SELECT * FROM report_runs WHERE run_id = '{run_id}'")
    return found[0] if found else {}


def file_of(service, run_id: str, name: str, principal: str = "ann") -> tuple[int, bytes]:
    return asked(service, "GET", f"/v1/report-runs/{run_id}/{name}", principal=principal)


@pytest.fixture(scope="module")
def wanted(files) -> list[tuple[str, int, int]]:
    """Settled invoices and failed ones by city, by DuckDB over the events."""
    invoices = next(file for file in files if "invoices" in file.name)
    return duckdb.sql(
        f"""WITH events AS (SELECT data->>'invoice_id' AS id, type, city, time, id AS event_id
                            FROM read_json('{invoices}', format = 'newline_delimited', ignore_errors = true,
                                columns = {{id: 'VARCHAR', type: 'VARCHAR', city: 'VARCHAR', time: 'TIMESTAMPTZ', data: 'JSON'}})
                            WHERE data->>'invoice_id' IS NOT NULL),
        lives AS (SELECT id, first(city ORDER BY time, event_id) AS city, bool_or(type = 'invoice.completed') AS completed,
                         bool_or(type = 'invoice.failed') AS failed FROM events GROUP BY id)
        SELECT city, count(*), count(*) FILTER (WHERE NOT completed) FROM lives WHERE completed OR failed
        GROUP BY city ORDER BY 2 DESC, 1"""
    ).fetchall()


def test_a_report_run_by_hand_has_the_figures_of_the_oracle_in_every_form(service, wanted):
    keep(service, definition("by-city"))
    run_id = run_now(service, "by-city")
    told = history(service, run_id)
    assert (told["state"], int(told["num_rows"])) == ("delivered", len(wanted)), told

    status, text = file_of(service, run_id, "by-city.csv")
    told_rows = list(csv.reader(io.StringIO(text.decode())))
    assert status == 200 and told_rows[0] == ["city", "invoices", "failed"]
    assert [(city, int(invoices), int(failed)) for city, invoices, failed in told_rows[1:]] == wanted

    _, book = file_of(service, run_id, "by-city.xlsx")
    cells = [row for sheet in openpyxl.load_workbook(io.BytesIO(book), data_only=True) for row in sheet.values]
    for city, invoices, failed in wanted:
        assert any(city in row and invoices in row and failed in row for row in cells), city

    assert file_of(service, run_id, "by-city.pdf")[1].startswith(b"%PDF-1.7")
    png = file_of(service, run_id, "by-city.png")[1]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    for kept in json.loads(told["files"]):
        assert hashlib.sha256(file_of(service, run_id, kept["name"])[1]).hexdigest() == kept["sha256"]


def test_an_owner_sees_his_cities_only_and_nobody_reads_what_he_may_not(service, wanted):
    keep(service, definition("hong-kong", owner="bob"))
    run_id = run_now(service, "hong-kong")
    told = list(csv.reader(io.StringIO(file_of(service, run_id, "hong-kong.csv")[1].decode())))[1:]
    assert [(c, int(n), int(f)) for c, n, f in told] == [row for row in wanted if row[0] == "HKG"]
    assert file_of(service, run_id, "hong-kong.csv", principal="bob")[0] == 200
    keep(service, definition("everywhere"))
    everywhere = run_now(service, "everywhere")
    assert file_of(service, everywhere, "everywhere.csv", principal="bob")[0] == 403
    assert asked(service, "PUT", "/v1/report-definitions/stolen", definition("stolen"), principal="bob")[0] == 403


def test_problems_are_all_told_with_their_places_and_nothing_is_kept(service):
    wrong = definition("wrong", source="invoces", group_by=[{"column": "city", "grain": "day"}], schedule={"every": "week", "at": "25:00"})
    status, answer = asked(service, "PUT", "/v1/report-definitions/wrong", wrong)
    problems = json.loads(answer)["problems"]
    assert status == 422 and any(p["place"] == "source" and "invoices" in p["near"] for p in problems), problems
    assert asked(service, "GET", "/v1/report-definitions/wrong")[0] == 404
    status, answer = asked(service, "POST", "/v1/report-definitions/wrong/preview", definition("wrong", limit=0))
    assert status == 422, answer


def test_a_preview_shows_rows_and_keeps_nothing(service, wanted):
    status, answer = asked(service, "POST", "/v1/report-definitions/preview/preview", definition("only-tried"))
    lines = [json.loads(line) for line in answer.splitlines()]
    assert status == 200 and [column["name"] for column in lines[0]["columns"]] == ["city", "invoices", "failed"]
    assert [(city, int(invoices), int(failed)) for city, invoices, failed in lines[1:-1]] == wanted
    assert lines[-1] == {"rows": len(wanted)}
    assert asked(service, "GET", "/v1/report-definitions/only-tried")[0] == 404


def test_a_report_that_is_due_is_made_put_into_its_folder_and_told_once_with_a_signature(service):
    receiver = Receiver(refusals=1)
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    document = definition(
        "each-day", zone="UTC", formats=["csv"], schedule={"every": "day", "at": soon.strftime("%H:%M")},
        destinations=[{"kind": "folder", "folder": "finance/daily"},
                      {"kind": "webhook", "url": receiver.url, "secret_file": "finance"}],
    )  # fmt: skip
    keep(service, document)
    run_id = f"each-day/{soon:%Y%m%dT%H%M%SZ}"
    until(lambda: history(service, run_id).get("state") == "delivered", 120, lambda: f"delivered: {history(service, run_id)}")
    put = service.folder / "files" / "finance" / "daily" / run_id / "each-day.csv"
    assert put.read_bytes() == file_of(service, run_id, "each-day.csv")[1]
    assert len(receiver.told) == 2, "refused once, then taken"
    for headers, body in receiver.told:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(KEY, signed, "sha256").digest()).decode()
    assert receiver.told[0][1] == receiver.told[1][1]
    assert receiver.told[0][0]["webhook-id"] == receiver.told[1][0]["webhook-id"]
    [sent] = json.loads(receiver.told[1][1])["data"]["files"]
    assert base64.b64decode(sent["content_base64"]) == put.read_bytes()
    assert len(rows(service, "SELECT run_id FROM report_runs WHERE name = 'each-day'")) == 1


def test_a_definition_survives_a_restart_as_a_file_and_can_be_forgotten(service):
    keep(service, definition("kept"))
    assert 'name = "kept"' in (service.folder / "definitions" / "kept.toml").read_text()
    service.stop()
    service.start()
    assert json.loads(asked(service, "GET", "/v1/report-definitions/kept")[1])["source"] == "invoices"
    assert [row["name"] for row in rows(service, "SELECT name FROM report_definitions WHERE name = 'kept'")] == ["kept"]
    assert asked(service, "DELETE", "/v1/report-definitions/kept")[0] == 204
    assert asked(service, "DELETE", "/v1/report-definitions/kept")[0] == 404


def problem(service, name: str) -> str | None:
    """What the relation says is wrong with a definition; none where nothing is, or it is not there."""
    found = rows(service, f"SELECT problem FROM report_definitions WHERE name = '{name}'")
    return found[0]["problem"] if found else None


def rounds(service) -> int:
    """Rounds of the job that makes reports, each of which reads the folder."""
    return int(rows(service, "SELECT num_runs FROM jobs WHERE job = 'reports'")[0]["num_runs"])


def test_a_definition_that_was_spoilt_by_hand_is_there_with_its_problem_and_logged_once(service):
    file = service.folder / "definitions" / "by-hand.toml"
    keep(service, definition("by-hand"))
    sound = file.read_text()
    file.write_text("name = \n" + sound)
    told = until(lambda: problem(service, "by-hand"), 60, "the problem is told")
    assert "line 1" in told, told
    columns = "name, title, owner, source, report, schedule, document"
    [row] = rows(service, f"SELECT {columns} FROM report_definitions WHERE name = 'by-hand'")
    assert [name for name, value in row.items() if value is not None] == ["name"], row
    assert asked(service, "GET", "/v1/report-definitions/by-hand")[0] == 404
    begun = rounds(service)
    until(lambda: rounds(service) >= begun + 2, 60, "two more rounds")
    logged = service.log.read_text().count('the report "by-hand" as its file defines it')
    assert logged == 1, service.log_tail()

    # It can be read again, but asks for what the catalogue does not have.
    file.write_text(sound.replace('source = "invoices"', 'source = "invoces"'))
    until(lambda: "invoces" in (problem(service, "by-hand") or ""), 60, lambda: f"told: {problem(service, 'by-hand')}")
    [row] = rows(service, "SELECT source, owner FROM report_definitions WHERE name = 'by-hand'")
    assert row == {"source": "invoces", "owner": "ann"}
    file.write_text(sound)
    until(lambda: problem(service, "by-hand") is None, 60, lambda: f"still: {problem(service, 'by-hand')}")
    assert history(service, run_now(service, "by-hand"))["state"] == "delivered"


def statements(name: str, **more) -> dict:
    """Statements of cities; a run is due by each city's clock."""
    return {"name": name, "owner": "ann", "title": {"en": "Statements"}, "report": "cost-allocation",
            "cities": ["HKG", "SIN", "SYD"], "formats": ["xlsx", "csv"]} | more  # fmt: skip


def month_that_is_over(zone: str) -> str:
    return f"{datetime.now(ZoneInfo(zone)).replace(day=1) - timedelta(days=1):%Y-%m}"


def test_a_statement_that_is_due_waits_for_the_costs_of_its_month(service):
    soon = datetime.now(ZoneInfo("Asia/Hong_Kong")) + timedelta(minutes=1)
    keep(service, statements("early", cities=["HKG"], schedule={"every": "day", "at": f"{soon:%H:%M}"},
                             destinations=[{"kind": "folder", "folder": "finance"}]))  # fmt: skip
    run_id = f"early/{soon.astimezone(UTC).replace(second=0):%Y%m%dT%H%M%SZ}"
    until(lambda: history(service, run_id).get("state") == "waiting", 120, lambda: f"waiting: {history(service, run_id)}")
    told = history(service, run_id)
    assert "has no part in the cost pools of" in told["reason"] and told["next_at"] > told["changed_at"], told
    # By hand there is nobody to wait for.
    assert history(service, run_now(service, "early"))["state"] == "failed"


def test_statements_come_city_by_city_in_its_language_and_add_up(service):
    months = {month_that_is_over(zone) for zone in ("Asia/Hong_Kong", "Australia/Sydney")}
    policy = f"version = 'shares'\neffective_from = '{min(months)}'\n[pools.rent]\ndriver = 'fixed'\nfixed = {{ HKG = 60, SIN = 33 }}\n"
    imports = {
        "pools": {"name": "pools.csv", "text": "month,pool,amount,currency,driver\n" + "".join(f"{month},rent,1000.01,HKD,fixed\n" for month in sorted(months))},
        "policy": {"name": "policy.toml", "text": policy},
    }
    status, answer = asked(service, "POST", "/v1/finance/imports", imports)
    assert status == 200, answer
    keep(service, statements("by-city-statements"))
    run_id = run_now(service, "by-city-statements")
    told = history(service, run_id)
    assert told["state"] == "delivered", told
    # Sydney bears nothing and has no file.
    assert sorted(kept["name"] for kept in json.loads(told["files"])) == [
        f"by-city-statements-{city}.{form}" for city in ("HKG", "SIN") for form in ("csv", "xlsx")]
    # Of 100,001 cents 60 % are 60,000.6, 33 % are 33,000.33 and the rest 7,000.07: the cent left over is Hong Kong's.
    for city, cents in (("HKG", 60_001), ("SIN", 33_000)):
        told_rows = list(csv.DictReader(io.StringIO(file_of(service, run_id, f"by-city-statements-{city}.csv")[1].decode())))
        assert {row["city"] for row in told_rows} == {city}, told_rows
        assert int(sum(Decimal(row["amount"]) for row in told_rows) * 100) == cents, told_rows
        book = openpyxl.load_workbook(io.BytesIO(file_of(service, run_id, f"by-city-statements-{city}.xlsx")[1]), data_only=True)
        cells = {cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)}
        assert ("成本分攤" in " ".join(cells)) == (city == "HKG"), sorted(cells)[:20]
    wrong = statements("wrong-statements", cities=["HKG", "XXX"], source="invoices")
    status, answer = asked(service, "PUT", "/v1/report-definitions/wrong-statements", wrong)
    assert status == 422 and [problem["place"] for problem in json.loads(answer)["problems"]] == ["report", "cities[1]"], answer
