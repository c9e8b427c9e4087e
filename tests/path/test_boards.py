"""Grafana's boards: valid by its schema, and every panel asked as Grafana asks, against an oracle and for three times.

The committed files under `dashboards/grafana` are judged. Their SQL goes through libpq's simple protocol, which is how
Grafana's PostgreSQL data source asks; macros and variables are put in by `judges/grafana.py`.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import promql_parser
import psycopg
import pytest

from judges import cell_panels, cells, duck, grafana, grafana_schema, lake_panels, scores
from judges import panels as by_hand
from path.harness import READY_WITHIN_S, run, until
from path.histories import lines, load
from path.insights import evidence, oddities, write_results
from path.test_availability import GRACE, Recorded, minutes_of, write
from path.test_availability import oracle as judged

ROOT = Path(__file__).resolve().parents[2] / "dashboards" / "grafana"
LANGUAGES = ("en", "zh-hant", "zh-hans")
BOARDS = {language: grafana.boards(ROOT / "boards" / language) for language in LANGUAGES}
POSTGRES, PROMETHEUS = "grafana-postgresql-datasource", "prometheus"
PANELS = {f"{name}-{panel.id}-{panel.title}": panel for name, board in BOARDS["en"].items()
          for panel in grafana.panels(name, board, POSTGRES)}
MARKS = {f"{name}-{mark['name']}": (name, mark) for name, board in BOARDS["en"].items()
         for mark in board["annotations"]["list"]}
# A hundred days, so that weekly cohorts have weeks after them.
DAYS, SEED, SCALE = 100, 3, 0.05
# The demo's refused records are of the moment in which it was loaded, after this line.
NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
RANGES = {
    "all": grafana.Range.before(NOW, days=DAYS + 5),
    "a month": grafana.Range.before(NOW, days=30),
    "a day": grafana.Range.before(NOW, days=1),
}
# Forecasts lie in the future.
AHEAD = grafana.Range(NOW - timedelta(days=30), NOW + timedelta(days=14))
# What is of today alone is not in it.
EARLIER = grafana.Range(NOW - timedelta(days=60), NOW - timedelta(days=30))
SOME_CITIES = ["HKG", "SYD", "-"]
# Its clocks change.
SOME_ZONE = "Australia/Sydney"
# The platform goes on to record its minutes while it is asked.
AGREED_WITHIN_S = 20
OID_OF_TEXT = 25
OIDS_OF_TIME = {1082, 1114, 1184}
COUNTER = re.compile(r"\b(tidemark_\w+_(?:total|count|bucket))\b")
WINDOW = re.compile(r"\$__(?:rate_interval|range)")


FORETOLD_WITHIN_S = 300
TOLD = "SELECT count(DISTINCT type) FROM rule_feedback WHERE type <> 'rule.accuracy'"
FORETOLD = "SELECT count(DISTINCT grain) FROM latest_forecasts"
STANDING = "SELECT count(DISTINCT kind) FROM rule_states"
COMPARED = "SELECT count(*) > 0 FROM experiments"


@pytest.fixture(scope="module")
def lake(tmp_path_factory, servers) -> Path:
    """What the demo leaves: months of events, with records that were refused, and what the jobs made of them."""
    directory = tmp_path_factory.mktemp("demo") / "lake"
    run("demo", "--dir", directory, "--days", DAYS, "--seed", SEED, "--scale", SCALE, "--once", within_s=900)
    # The last hour, and one three days before, with nothing recorded in between.
    minutes = (NOW.replace(second=0) - timedelta(days=days, minutes=ago) for days in (0, 3) for ago in range(60, 120))
    write(directory, [Recorded(minute, "a:8080", True, True) for minute in minutes])
    history = directory.parent / "evidence.jsonl"
    history.write_text("".join(f"{json.dumps(made)}\n" for made in evidence()))
    run("load", history, "--stream", "invoices", "--dir", directory)
    load(directory, directory.parent / "oddities", lines(oddities(NOW - timedelta(hours=3))))
    work(opened_by(servers(directory, "127.0.0.1:1").spawn()))
    write_results(directory, NOW, SEED)
    return directory


def work(service) -> None:
    """Lets the jobs foretell, compare variants and find what the rule engine is to be told."""
    asked = lambda sql: service.by_psycopg(sql)[0][0]  # noqa: E731
    done = lambda: asked(FORETOLD) == 2 and asked(TOLD) == 3 and asked(STANDING) == 2 and asked(COMPARED)  # noqa: E731
    until(done, FORETOLD_WITHIN_S, lambda: f"foretold and told\n{service.log_tail()}", every_s=0.5)
    service.stop()


def opened_by(service):
    """The service once its doors are open. Nobody listens where its broker should be: it is never ready."""
    addresses = json.loads(until(service.announced, READY_WITHIN_S, lambda: f"announced\n{service.log_tail()}"))
    service.http, service.postgres = addresses["http"], addresses["postgres"]
    return service


@pytest.fixture(scope="module")
def server(servers, lake):
    """A service over it that only answers, so that all panels are asked of the same."""
    return opened_by(servers(lake, "127.0.0.1:1").spawn("--roles", "query"))


@pytest.fixture(scope="module")
def ask(server):
    """Asks by the simple protocol, all as text: names and types of the columns, rows."""
    with server.connect() as connection:
        def answer(sql: str) -> tuple[list[tuple[str, int]], list[list[str | None]]]:
            found = connection.pgconn.exec_(sql.encode())
            assert found.status == psycopg.pq.ExecStatus.TUPLES_OK, f"{found.error_message.decode()}\n{sql}"
            assert found.command_status.startswith(b"SELECT"), found.command_status
            columns = [(found.fname(i).decode(), found.ftype(i)) for i in range(found.nfields)]
            text = lambda row, column: (found.get_value(row, column) or b"").decode()  # noqa: E731
            cell = lambda row, column: None if found.get_value(row, column) is None else text(row, column)  # noqa: E731
            return columns, [[cell(row, i) for i in range(len(columns))] for row in range(found.ntuples)]

        yield answer


@pytest.fixture(scope="module")
def variables(ask) -> dict[str, dict[str, str | list[str]]]:
    """By board: each variable as it stands when the board is opened; several and all where that is allowed."""
    found = {}
    for name, board in BOARDS["en"].items():
        found[name] = {variable["name"]: opened(variable, ask) for variable in board["templating"]["list"]}
    return found


def opened(variable: dict, ask) -> str | list[str]:
    if variable["type"] == "query":
        columns, rows = ask(variable["query"])
        assert [column for column, _ in columns] == ["__value", "__text"]
        assert rows, f"{variable['name']} has nothing to choose from"
        values = [row[0] for row in rows]
    else:
        values = [option["value"] for option in variable["options"]]
    return values if variable["multi"] else variable["current"]["value"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BOARDS["en"])
def test_a_board_is_what_grafanas_schema_allows(language, name):
    assert grafana_schema.complaints(BOARDS[language][name]) == []


def test_the_schema_check_finds_what_is_wrong():
    board = {**BOARDS["en"]["overview"], "colour": "red", "graphTooltip": 7}
    panel = {**board["panels"][1], "options": {"reduceOptions": {"values": "yes"}}, "titel": "x"}
    found = "\n".join(grafana_schema.complaints({**board, "panels": [panel]}))
    assert all(word in found for word in ("'colour'", "7", "'yes'", "'titel'")), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_keeps_the_linters_rules(language):
    """The rules of grafana/dashboard-linter that apply where data sources are provisioned under fixed uids."""
    for name, board in BOARDS[language].items():
        assert board["editable"] is False and board["uid"] == f"tidemark-{name}-{language}"
        for panel in board["panels"]:
            if panel["type"] != "row":
                assert panel["title"] and panel["description"] and panel["targets"]
                assert panel["fieldConfig"]["defaults"]["unit"]
                assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])
        for panel in grafana.panels(name, board, PROMETHEUS):
            text = panel.target["expr"]
            promql_parser.parse(grafana.interpolate(WINDOW.sub("5m", text), {"stream": "invoices"}))
            for counter in COUNTER.findall(text):
                window = re.search(rf"(?:rate|increase)\({counter}(?:{{[^}}]*}})?\[(\$__\w+)\]", text)
                assert window and window[1] in ("$__rate_interval", "$__range"), text


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_answered_in_the_shape_that_grafana_needs(ask, variables, name, span):
    panel = PANELS[name]
    columns, rows = ask(grafana.expand(panel.target["rawSql"], RANGES[span], variables[panel.board]))
    names = [column for column, _ in columns]
    assert len(set(names)) == len(names)
    if panel.is_over_time:
        assert columns[0][0] == "time" and columns[0][1] in OIDS_OF_TIME
        times = [row[0] for row in rows]
        assert None not in times and times == sorted(times)
    if panel.kind == "stat":
        assert names == ["value"] and len(rows) == 1
    if panel.kind in ("bargauge", "barchart"):
        assert columns[0][1] == OID_OF_TEXT and all(kind != OID_OF_TEXT for _, kind in columns[1:])
    if panel.kind == "table":
        named = {one["matcher"]["options"] for one in panel.json["fieldConfig"]["overrides"]}
        assert set(names) <= named, "a column without a title"


MEANT = {"verdict", "standing", "role", "measure", "whose", "grain"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_the_platform_is_told_in_the_viewers_language(ask, variables, language):
    told = set()
    for name, board in BOARDS[language].items():
        for panel in (panel for panel in grafana.panels(name, board, POSTGRES) if panel.kind == "table"):
            named = {one["matcher"]["options"]: {property["id"]: property["value"] for property in one["properties"]}
                     for one in panel.json["fieldConfig"]["overrides"]}  # fmt: skip
            if MEANT.isdisjoint(named):
                continue
            columns, rows = ask(grafana.expand(panel.target["rawSql"], RANGES["all"], variables[name]))
            for place, (column, _) in enumerate(columns):
                if column in MEANT:
                    words = named[column]["mappings"][0]["options"]
                    assert {row[place] for row in rows} <= words.keys(), column
                    is_chinese = all(re.search("[\u4e00-\u9fff]", word["text"]) for word in words.values())
                    assert is_chinese == (language != "en"), column
                    told.add(column)
    assert told == MEANT


# What was loaded as history is neither early nor late: see test_quality.py.
FILLED = [name for name, panel in PANELS.items() if "'events_on_time'" not in panel.target.get("rawSql", "")]


@pytest.mark.parametrize("name", FILLED)
def test_no_panel_is_empty_over_the_demos_time(ask, variables, name):
    panel = PANELS[name]
    _, rows = ask(grafana.expand(panel.target["rawSql"], RANGES["all"], variables[panel.board]))
    assert any(cell is not None for row in rows for cell in row)


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_has_a_time_and_a_text(ask, variables, name):
    board, mark = MARKS[name]
    columns, rows = ask(grafana.expand(mark["target"]["rawSql"], RANGES["all"], variables[board]))
    assert [column for column, _ in columns] == ["time", "text", "tags"] and columns[0][1] in OIDS_OF_TIME
    assert all(row[0] and row[1] for row in rows)
    assert rows or "promotions" not in mark["name"]


@pytest.fixture(scope="module")
def facts(lake):
    """DuckDB over the lake's files, with the facts that formulas are made of."""
    with duck.connect(lake) as connection:
        cells.prepare(connection)
        yield connection


BY_HAND = {name: panel for name, panel in PANELS.items() if panel.title in by_hand.EXPECTED}


def choice(variables: dict[str, str | list[str]], cities: str) -> dict[str, str | list[str]]:
    """All that a board has, or some of each."""
    if cities == "all":
        return variables
    some = {"city": SOME_CITIES, "timezone": SOME_ZONE, "stream": ["usage", "invoices"]}
    some["forwarder"] = variables.get("forwarder", [])[::2]
    return {name: some.get(name, value) for name, value in variables.items()}


@pytest.mark.parametrize("cities", ["all", "some"])
@pytest.mark.parametrize("name", BY_HAND)
def test_a_panel_made_by_hand_says_what_the_oracle_finds(ask, variables, facts, name, cities):
    panel, chosen = BY_HAND[name], choice(variables[BY_HAND[name].board], cities)
    for over in (*RANGES.values(), AHEAD, EARLIER):
        _, rows = ask(grafana.expand(panel.target["rawSql"], over, chosen))
        lists = (chosen.get(name, []) for name in ("city", "forwarder"))
        query = by_hand.query(panel.title, grafana.stamp(over.start), grafana.stamp(over.end), *lists)
        wanted = facts.execute(query).fetchall()
        assert sorted(map(plain, rows)) == sorted(map(plain, wanted))


def plain(row) -> list[str]:
    """Cells as texts that are equal where the values are: figures to nine digits or more, instants to the second."""
    return [shown(cell) for cell in row]


def shown(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell.astimezone(UTC) if cell.tzinfo else cell).strftime("%Y-%m-%d %H:%M:%S")
    text = str(cell)
    try:
        value = float(text)
        # What is left of a difference that is nothing.
        return "0" if abs(value) < 1e-15 else f"{value:.12g}" if abs(value) > 1e9 else f"{value:.9g}"
    except ValueError:
        return text[:19] if re.match(r"\d{4}-\d\d-\d\d \d\d:", text) else text


@pytest.fixture(scope="module")
def oracle(facts) -> dict[str, dict[cells.Key, cells.Cell]]:
    """Every cell by relation, found by formulas that share no text with the product."""
    return {relation: cells.cells(facts, relation) for relation in cells.GRAINS}


@pytest.fixture(scope="module")
def go_lives(facts) -> dict[str, date]:
    """The local day of each city's first invoice."""
    return dict(facts.execute("SELECT city, min(day_of(moment, city)) FROM received GROUP BY 1").fetchall())


OF_MANY = {**cell_panels.EXPECTED, **scores.EXPECTED, **lake_panels.EXPECTED}
MADE = {name: panel for name, panel in PANELS.items() if f"{panel.board}/{panel.title}" in OF_MANY}


@pytest.mark.parametrize("cities", ["all", "some"])
@pytest.mark.parametrize("name", MADE)
def test_a_panel_of_many_cells_or_of_the_lake_says_what_the_oracle_finds(
        ask, variables, lake, oracle, go_lives, name, cities):  # fmt: skip
    panel, chosen = MADE[name], choice(variables[MADE[name].board], cities)
    made = OF_MANY[f"{panel.board}/{panel.title}"]

    def differing(over: grafana.Range) -> list | None:
        columns, rows = ask(grafana.expand(panel.target["rawSql"], over, chosen))
        ended = datetime.now(UTC).replace(second=0, microsecond=0) - GRACE
        found = cell_panels.add_minutes(oracle, judged(minutes_of(lake), ended))
        wanted = made(cell_panels.Asked([name for name, _ in columns], over, chosen, found, go_lives, lake))
        return None if alike(rows, wanted) else [rows, wanted]

    for over in RANGES.values():
        until(lambda: differing(over) is None, AGREED_WITHIN_S, lambda: differing(over))  # noqa: B023


def alike(rows: list[list[str | None]], wanted: list[list]) -> bool:
    """Whether all rows are there, in this order."""
    return len(rows) == len(wanted) and all(
        near(cell, value) if isinstance(value, Decimal) else shown(cell) == shown(value)
        for row, values in zip(rows, wanted, strict=True) for cell, value in zip(row, values, strict=True))


def kpi_panel(panel: grafana.Panel) -> re.Match | None:
    """A figure, a course or a ranking of one KPI: its relation and its id."""
    text = panel.target["rawSql"]
    is_whole = re.search(r"FROM (\S+)\nWHERE kpi = '(\w+)' AND (?:\$__timeFilter|bucket BETWEEN)", text)
    is_nested = text.count("SELECT") > 1 or 'AS "hour"' in text or "IS NULL" in text or "DISTINCT" in text
    return None if is_nested else is_whole


# The platform's own KPI is made of no events: see test_availability.py.
KPI_PANELS = {name: PANELS[name] for name in FILLED if kpi_panel(PANELS[name]) and PANELS[name].board != "platform"}


@pytest.mark.parametrize("cities", ["all", "some"])
@pytest.mark.parametrize("name", KPI_PANELS)
def test_a_kpis_panel_says_what_the_oracle_finds(ask, variables, oracle, name, cities):
    panel = KPI_PANELS[name]
    chosen = dict(variables[panel.board])
    chosen["city"] = chosen["city"] if cities == "all" else SOME_CITIES
    compare(ask, oracle, panel, chosen)


@pytest.mark.parametrize("grain", ["kpi_hourly", "kpi_monthly"])
@pytest.mark.parametrize("name", [name for name, panel in KPI_PANELS.items() if "${grain}" in panel.target["rawSql"]])
def test_a_kpis_course_by_hour_and_month_is_the_oracles(ask, variables, oracle, name, grain):
    panel = KPI_PANELS[name]
    compare(ask, oracle, panel, {**variables[panel.board], "grain": grain, "city": SOME_CITIES})


def compare(ask, oracle: dict, panel: grafana.Panel, chosen: dict) -> None:
    relation, kpi = kpi_panel(panel).groups()
    relation = grafana.interpolate(relation, chosen)
    for span, over in RANGES.items():
        columns, rows = ask(grafana.expand(panel.target["rawSql"], over, chosen))
        if "date_trunc" in panel.target["rawSql"]:
            over = replace(over, start=over.start.replace(day=1))
        wanted = cell_panels.expected(panel, kpi, cell_panels.within(oracle[relation], kpi, over, chosen["city"]))
        found = {keyed(panel, row): row[-1] for row in without_target(columns, rows)}
        assert found.keys() == wanted.keys(), span
        differing = {key: (found[key], wanted[key]) for key in wanted if not near(found[key], wanted[key])}
        assert not differing, span


def keyed(panel: grafana.Panel, row: list[str]) -> tuple[str, ...]:
    """All but the value; an hour by its first thirteen characters, as the oracle has it."""
    return (row[0][:13].replace(" ", "T"), *row[1:-1]) if panel.is_over_time else tuple(row[:-1])


def without_target(columns: list[tuple[str, int]], rows: list[list]) -> list[list]:
    width = len(columns) - (columns[-1][0] == "target")
    return [row[:width] for row in rows]


def near(found: str | None, wanted: Decimal | None) -> bool:
    if found is None or wanted is None:
        return found is None and wanted is None
    return abs(Decimal(found) - wanted) <= Decimal("1e-9") * max(1, abs(wanted))


def test_every_panel_is_compared():
    assert KPI_PANELS.keys() | BY_HAND.keys() | MADE.keys() == PANELS.keys()
    assert {panel.title for panel in BY_HAND.values()} == by_hand.EXPECTED.keys()
    assert {f"{panel.board}/{panel.title}" for panel in MADE.values()} == OF_MANY.keys()
    assert {kpi_panel(panel)[2] for panel in KPI_PANELS.values()} == set(cells.FORMULAS)


def test_every_city_counts_in_the_all_of_a_board(ask, variables):
    """What has no city is a choice too: shared costs are in the sums of all."""
    cost = next(panel for panel in KPI_PANELS.values() if panel.board == "ai" and panel.title == "AI cost")
    _, [[shown]] = ask(grafana.expand(cost.target["rawSql"], RANGES["all"], variables["ai"]))
    _, [[whole]] = ask("SELECT sum(numerator) FROM kpi_daily WHERE kpi = 'ai_cost_hkd'")
    assert Decimal(shown) == Decimal(whole)


def test_an_hour_has_its_place_by_the_chosen_zones_clock(ask, variables):
    panel = next(panel for panel in PANELS.values() if panel.title == "Settled by hour of day")
    by_zone = {}
    for zone in ("UTC", "Asia/Hong_Kong"):
        chosen = {**variables["invoices"], "timezone": zone}
        _, rows = ask(grafana.expand(panel.target["rawSql"], RANGES["all"], chosen))
        by_zone[zone] = {int(hour): value for hour, value in rows}
    assert {(hour + 8) % 24: value for hour, value in by_zone["UTC"].items()} == by_zone["Asia/Hong_Kong"]


def test_drill_down_from_a_row_asks_for_that_row_alone(ask, variables):
    """A link puts one value where several may stand."""
    panel = next(panel for panel in PANELS.values() if panel.title == "All forwarders")
    _, rows = ask(grafana.expand(panel.target["rawSql"], RANGES["all"], variables["forwarders"]))
    one = {**variables["forwarders"], "forwarder": [rows[0][0]]}
    assert ask(grafana.expand(panel.target["rawSql"], RANGES["all"], one))[1] == [rows[0]]


def test_provisioning_names_the_boards_and_the_data_sources_that_they_ask():
    text = (ROOT / "provisioning" / "datasources" / "tidemark.yaml").read_text()
    uids = set(re.findall(r"uid: (\S+)", text))
    asked = {panel.target["datasource"]["uid"] for name, board in BOARDS["en"].items()
             for kind in (POSTGRES, PROMETHEUS) for panel in grafana.panels(name, board, kind)}
    assert asked == uids
    folders = re.findall(r'path: "(\S+)"', (ROOT / "provisioning" / "dashboards" / "tidemark.yaml").read_text())
    assert [Path(folder).name for folder in folders] == list(LANGUAGES)
