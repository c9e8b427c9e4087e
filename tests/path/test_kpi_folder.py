"""KPI files of one's own, beside those that are built in: in SQL through every door, or refused in words."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from path.harness import READY_WITHIN_S, TOPICS, run, until
from path.histories import rows

OWN = """-- title: Pages received
-- title_zh_hant: 收到頁數
-- title_zh_hans: 收到页数
-- meaning: Pages of the invoices that arrived.
-- unit: count
-- direction: none
-- owner: scm
-- topic: own
-- by: forwarder
-- at: received_at
SELECT sum(pages) AS numerator, 1 AS denominator
FROM invoices
"""
REFUSED = {
    "no owner": (OWN.replace("-- owner: scm\n", ""), 'own_pages'),
    "an unknown key": (OWN.replace("-- topic", "-- colour: red\n-- topic"), "colour"),
    "an unknown unit": (OWN.replace("unit: count", "unit: bananas"), "bananas"),
    "three columns": (OWN.replace("1 AS denominator", "1 AS denominator, 2 AS two"), "two columns"),
    "no such column": (OWN.replace("sum(pages)", "sum(leaves)"), "leaves"),
    "no such relation": (OWN.replace("FROM invoices", "FROM bills"), "bills"),
    "cells of cells": (OWN.replace("FROM invoices", "FROM kpi_daily").replace("received_at", "bucket")
                       .replace("sum(pages)", "sum(value)"), "kpi_daily"),
    "what others work out": (OWN.replace("FROM invoices", "FROM cost_allocation").replace("received_at", "month")
                             .replace("sum(pages)", "sum(amount)").replace("-- by: forwarder\n", ""), "cost_allocation"),
    "what writes": ("DROP TABLE invoice_events", "own_pages"),
}


@pytest.fixture(scope="module")
def server(module_kafka, servers, loaded, tmp_path_factory):
    """A service over the loaded files with a KPI of one's own."""
    home = tmp_path_factory.mktemp("own")
    (home / "kpis").mkdir()
    (home / "kpis" / "own_pages.sql").write_text(OWN)
    shutil.copytree(loaded, home / "lake")
    module_kafka.create_topics(*TOPICS)
    folder = json.dumps(str(home / "kpis"))
    return servers(home / "lake", module_kafka.bootstrap, f"[kpis]\nfolder = {folder}\n").start()


@pytest.mark.parametrize("door", ["cli", "http", "psycopg", "psql"])
def test_a_kpi_of_ones_own_has_cells_through_every_door(server, loaded, door):
    [[pages]] = rows_of(loaded, "SELECT sum(pages) FROM invoices WHERE received_at IS NOT NULL")
    ask = server.doors()[door]
    for relation in ("kpi_hourly", "kpi_daily", "kpi_monthly", "kpi_daily_by_forwarder"):
        [[found]] = ask(f"SELECT sum(numerator) AS pages FROM {relation} WHERE kpi = 'own_pages'")
        assert Decimal(found) == Decimal(pages)
    query = "SELECT title, title_zh_hant, title_zh_hans, topic, unit FROM kpis WHERE kpi = 'own_pages'"
    assert [list(row) for row in ask(query)] == [["Pages received", "收到頁數", "收到页数", "own", "count"]]


def test_a_meaning_that_is_not_translated_is_told_in_english(server):
    query = "SELECT meaning, meaning_zh_hant, meaning_zh_hans FROM kpis WHERE kpi = 'own_pages'"
    assert [list(row) for row in server.by_http(query)] == [["Pages of the invoices that arrived."] * 3]


def test_those_that_are_built_in_are_still_there(server, loaded):
    query = "SELECT kpi FROM kpis ORDER BY kpi"
    assert sorted([*rows_of(loaded, query), ["own_pages"]]) == sorted(server.by_http(query))


def test_psql_describes_the_relations(server):
    listed = server.psql("-c", r"\d").stdout
    assert all(name in listed for name in ("kpis", "kpi_daily", "kpi_monthly", "invoices", "sessions", "tickets"))
    described = server.psql("-c", r"\d kpi_daily").stdout
    for column, kind in (("bucket", "date"), ("city", "text"), ("value", "numeric"), ("status", "text")):
        assert any(column in line and kind in line for line in described.splitlines()), described


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_no_kpi_is_refused_at_start_in_words(servers, tmp_path, what):
    text, word = REFUSED[what]
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "own_pages.sql").write_text(text)
    folder = json.dumps(str(tmp_path / "kpis"))
    service = servers(tmp_path / "lake", "127.0.0.1:1", f"[kpis]\nfolder = {folder}\n").spawn()
    until(lambda: service.process.poll() is not None or service.output.read_bytes(), READY_WITHIN_S, "ended or ready")
    assert not service.output.read_bytes(), "it answers queries with a KPI that cannot be asked for"
    assert service.process.wait(READY_WITHIN_S) not in (0, 101), service.log_tail()
    assert "own_pages" in service.log_tail() and word in service.log_tail()


def rows_of(directory, query: str) -> list[list[str]]:
    return [list(row.values()) for row in rows(directory, query)]


def test_http_answers_the_catalogue_and_a_kpis_cells(server, loaded):
    catalogue = json.loads(server.request("GET", "/v1/kpis")[2])
    assert "own_pages" in {row[0] for row in catalogue["rows"]}
    answer = json.loads(server.request("GET", "/v1/kpis/invoices_received?grain=month&city=HKG")[2])
    query = "SELECT * FROM kpi_monthly WHERE kpi = 'invoices_received' AND city = 'HKG' ORDER BY bucket"
    assert [[str(cell) if cell is not None else "" for cell in row] for row in answer["rows"]] == rows_of(loaded, query)


def test_prometheus_sees_the_newest_values(server, loaded):
    query = ("SELECT CAST(value AS DOUBLE) FROM kpi_daily WHERE kpi = 'invoices_received' AND city = 'HKG' "
             "ORDER BY bucket DESC LIMIT 1")
    [[newest]] = rows_of(loaded, query)
    line = f'tidemark_kpi_value{{city="HKG",kpi="invoices_received"}} {float(newest):g}'
    until(lambda: line in server.request("GET", "/metrics")[2].decode().splitlines(), READY_WITHIN_S, line)


def test_a_kpi_of_ones_own_is_on_the_boards_and_among_the_alerts(tmp_path):
    (tmp_path / "kpis").mkdir()
    watched = OWN.replace("direction: none", "direction: down\n-- warn: 400\n-- act: 900")
    (tmp_path / "kpis" / "own_pages.sql").write_text(watched)
    written = {}
    for what in ("grafana", "prometheus"):
        out = tmp_path / what
        listed = run("provision", what, "--out", out, "--kpis", tmp_path / "kpis").stdout.splitlines()
        assert sorted(listed) == sorted(str(path) for path in out.rglob("*") if path.is_file())
        written[what] = {path.relative_to(out): path.read_text() for path in out.rglob("*") if path.is_file()}
    boards = [json.loads(text) for path, text in written["grafana"].items() if path.suffix == ".json"]
    titles = [panel.get("title") for board in boards for panel in board["panels"]]
    assert {"Pages received", "收到頁數", "收到页数"} <= set(titles)
    rules = written["prometheus"][Path("rules/kpis.yml")]
    assert 'kpi="own_pages"' in rules and "> 400" in rules and "> 900" in rules
