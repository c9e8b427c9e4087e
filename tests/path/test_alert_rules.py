"""Rules and configuration by themselves: what Prometheus's and Alertmanager's own tools say of them, that each alert is
tested and explained, and that what rules ask for is there.
"""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from path.alerting import ALERTS
from path.harness import READY_WITHIN_S, TOPICS, run, sql, until
from path.histories import lines, load
from path.insights import evidence, write_results

RUNBOOKS = ALERTS.parent / "docs" / "runbooks"
BOARDS_FOLDER = ALERTS.parent / "dashboards" / "grafana" / "boards"
RULES = sorted((ALERTS / "rules").glob("*.yml"))
TESTS = sorted((ALERTS / "tests").glob("*.yml"))


def rules() -> dict[str, str]:
    """The text of each alert's rule by its name. A name is there once."""
    found = {}
    for text in (path.read_text() for path in RULES):
        for rule in re.split(r"^  - alert: ", text, flags=re.M)[1:]:
            name, _, rest = rule.partition("\n")
            assert found.setdefault(name, rest) is rest, f"{name} is there twice"
    return found


ALL = rules()


def boards() -> dict[str, list[str]]:
    """The variables of each board by its uid, by which alone Grafana finds it."""
    found = map(json.loads, (path.read_text() for path in BOARDS_FOLDER.glob("*/*.json")))
    return {board["uid"]: [variable["name"] for variable in board["templating"]["list"]] for board in found}


BOARDS = boards()


def tool(*command, **given) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, cwd=ALERTS, timeout=300, **given)


def test_promtool_finds_nothing_wrong_with_the_rules_and_the_configuration():
    for command in (["rules", *RULES], ["config", "prometheus.yml"]):
        done = tool("promtool", "check", *command)
        assert done.returncode == 0 and "FAILED" not in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_rules_fire_and_resolve_when_they_should(path):
    done = tool("promtool", "test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_amtool_finds_nothing_wrong_with_the_configuration():
    done = tool("amtool", "check-config", "alertmanager.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("labels", "receivers"), [
    ("severity=page team=sre", "webhook,pages"),
    ("severity=page team=finance kpi=ai_cost_hkd", "webhook,pages,finance"),
    ("severity=ticket team=scm city=HKG", "webhook,supply-chain"),
    ("severity=ticket team=ai city=HKG", "webhook,tickets"),
    ("severity=none", "webhook"),
])
def test_an_alert_reaches_those_who_must_know(labels, receivers):
    done = tool("amtool", "config", "routes", "test", "--config.file=alertmanager.yml", *labels.split())
    assert done.stdout.strip() == receivers, done.stderr


@pytest.mark.parametrize("name", ALL)
def test_every_alert_is_tested_for_firing_and_for_silence(name):
    state = f'ALERTS{{alertname="{name}",alertstate="firing"'
    expected = re.findall(rf"^  - eval_time: \S+\n    expr: '{re.escape(state)}}}'\n    exp_samples:\n    - (.*)$",
                          "\n".join(path.read_text() for path in TESTS), flags=re.M)
    silent = sum(path.read_text().count(f"expr: '{state}}}', exp_samples: []") for path in TESTS)
    assert expected, "no test in which it fires"
    assert silent >= 2, "it must be silent in one test, and once more when the condition is over"


@pytest.mark.parametrize("name", ALL)
def test_every_alert_says_how_bad_it_is_whose_it_is_and_what_to_do(name):
    rule = ALL[name]
    assert re.search(r"severity: '?(page|ticket)'?\b", rule), rule
    assert re.search(r"team: '?\w+", rule) and "summary: " in rule and "description: " in rule
    uid, variables = re.search(r"dashboard_url: '?http://localhost:3000/d/([\w-]+)(?:\?(.*?))?'?$", rule, flags=re.M).groups()
    assert uid in BOARDS, f"{uid} is no board"
    for variable in re.findall(r"var-(\w+)=", variables or ""):
        assert variable in BOARDS[uid], f"{uid} is not asked by {variable}"
    file, anchor = re.search(r"runbook_url: '?https://tidemark\.example/runbooks/(\w+\.md)#(\w+)", rule).groups()
    headings = re.findall(r"^## (\w+)", (RUNBOOKS / file).read_text(), flags=re.M)
    assert anchor in [heading.lower() for heading in headings], f"{file} has no heading {anchor}"


def test_every_runbook_is_of_some_alert():
    linked = set(re.findall(r"runbooks/(\w+\.md)#(\w+)", "\n".join(ALL.values())))
    for path in RUNBOOKS.glob("*.md"):
        for heading in re.findall(r"^## (\w+)$", path.read_text(), flags=re.M):
            assert (path.name, heading.lower()) in linked, f"{path.name} explains {heading}, which no alert has"


STATEMENTS = [(path.name, statement) for path in sorted(RUNBOOKS.glob("*.md"))
              for statement in re.findall(r"^```sql\n(.*?)^```", path.read_text(), flags=re.M | re.S)]


@pytest.mark.parametrize(("page", "statement"), STATEMENTS)
def test_every_statement_of_a_runbook_is_answered(loaded, page, statement):
    sql(loaded, statement)


def budget_of_this_month(lake, folder) -> None:
    """Finance's files of the month that Hong Kong has now, or in a moment."""
    now = datetime.now(UTC)
    months = sorted({f"{now + timedelta(hours=hours):%Y-%m}" for hours in (8, 9)})
    pools, budgets = folder / "pools.csv", folder / "budgets.csv"
    pools.write_text("month,pool,amount,currency,driver\n" + "".join(f"{month},rent,900,HKD,even\n" for month in months))
    budgets.write_text(
        "month,city,category,amount,currency\n" + "".join(f"{month},HKG,rent,500,HKD\n" for month in months))
    run("finance", "import", "--pools", pools, "--budgets", budgets, "--dir", lake)


@pytest.fixture(scope="module")
def metrics(module_kafka, servers, loaded, tmp_path_factory) -> str:
    """What a service over loaded files says that has been asked something at both doors."""
    lake = tmp_path_factory.mktemp("metrics") / "lake"
    shutil.copytree(loaded, lake)
    folder = tmp_path_factory.mktemp("given")
    budget_of_this_month(lake, folder)
    load(lake, folder / "events", lines(evidence()))
    write_results(lake, datetime.now(UTC), seed=1)
    module_kafka.create_topics(*TOPICS)
    server = servers(lake, module_kafka.bootstrap, "[kpis]\ngauge_interval_s = 1\n").start()
    assert server.by_http("SELECT 1 AS one") == [["1"]]
    assert server.by_psycopg("SELECT 1 AS one") == [(1,)]
    read = lambda: server.request("GET", "/metrics")[2].decode()  # noqa: E731
    # The last that a reading of the KPIs sets, and what is read beside it or waits for a job.
    last = ("tidemark_budget_forecast_used{", "tidemark_quality_level{", "tidemark_rule_level{")
    until(lambda: all(name in read() for name in last), READY_WITHIN_S, server.log_tail)
    return read()


def test_promtool_finds_nothing_wrong_with_the_metrics(metrics):
    done = tool("promtool", "check", "metrics", input=metrics)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_that_a_rule_asks_for_is_there(metrics):
    """A rule over a name that is misspelt never fires, and nothing tells."""
    asked = set(re.findall(r"\b(tidemark_\w+)[{\[ )\n]", "\n".join(ALL.values())))
    there = set(re.findall(r"^(tidemark_\w+)[{ ]", metrics, flags=re.M))
    assert asked and asked <= there, f"rules ask for {sorted(asked - there)}"
