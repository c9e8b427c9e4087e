"""Panels over Prometheus: a real one reads a real service for some seconds, then it is asked what each panel asks.

The committed files under `dashboards/grafana` are judged. All metrics exist from the start or from the first commit on,
so no panel is empty, and none waits for a failure.
"""

import itertools
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from judges import grafana
from judges.identity import TABLES
from path.alerting import Watch
from path.harness import READY_WITHIN_S, TOPICS, until
from path.histories import event, lines

FOLDER = Path(__file__).resolve().parents[2] / "dashboards" / "grafana" / "boards"
PROMETHEUS = "prometheus"
BOARDS = {language: grafana.boards(FOLDER / language) for language in ("en", "zh-hant", "zh-hans")}
TARGETS = {f"{name}-{panel.id}{panel.target['refId']}-{panel.title}": panel for name, board in BOARDS["en"].items()
           for panel in grafana.panels(name, board, PROMETHEUS)}
SCRAPE = timedelta(seconds=1)
NUM_READINGS = 10


@pytest.fixture(scope="module")
def service(module_kafka, servers, tmp_path_factory):
    module_kafka.create_topics(*TOPICS)
    lake = tmp_path_factory.mktemp("watched") / "lake"
    return servers(lake, module_kafka.bootstrap, "[kpis]\ngauge_interval_s = 1\n").start()


@pytest.fixture(scope="module")
def watch(service, tmp_path_factory):
    """A Prometheus with the committed configuration, but that it reads more often and has no rules."""
    watch = Watch(tmp_path_factory.mktemp("watch"), service.http)
    try:
        interval = {"scrape_interval: 5s": f"scrape_interval: {SCRAPE.total_seconds():.0f}s"}
        watch.write("prometheus.yml", {"127.0.0.1:8080": service.http, **interval})
        watch.spawn("prometheus", watch.prometheus, "prometheus.yml", "storage.tsdb")
        yield watch
    finally:
        watch.close()


@pytest.fixture(scope="module")
def over(watch, service, module_kafka) -> grafana.Range:
    """The time in which events came, bad ones and repeats among them, and both doors were asked."""
    start, producer, numbers = datetime.now(UTC), module_kafka.producer(), itertools.count()

    def has_read_enough() -> bool:
        send(producer, next(numbers))
        assert service.by_http("SELECT 1 AS one") == [["1"]]
        assert service.by_psycopg("SELECT 1 AS one") == [(1,)]
        return number(watch, "count_over_time(up[5m])") >= NUM_READINGS

    until(has_read_enough, READY_WITHIN_S, watch.log_tail, every_s=0.5)
    service.wait_landed(module_kafka)
    until(lambda: number(watch, "sum(tidemark_ingest_lag_records)") == 0, READY_WITHIN_S, service.log_tail)
    return grafana.Range(start, datetime.now(UTC), SCRAPE)


def send(producer, number: int) -> None:
    at = datetime.now(UTC).isoformat()
    made = [event("invoice.received", at, invoice_id=f"inv-{number}", channel="upload"),
            event("session.requested", at, session_id=f"s-{number}", device_id="d-1"),
            event("usage.recorded", at, meter="llm.calls", quantity="1")]
    for topic, found in lines(made).items():
        for line in 2 * found:
            producer.produce(topic, value=line)
        producer.produce(topic, value=f"{{bad {number}")
    assert producer.flush(30) == 0


def query(watch: Watch, kind: str, **given) -> list[dict]:
    try:
        answer = watch.get(watch.prometheus, f"/api/v1/{kind}?{urlencode(given)}")
    except HTTPError as error:
        pytest.fail(f"{given}: {error.read().decode()}")
    assert answer["status"] == "success" and not answer.get("warnings"), answer
    return answer["data"]["result"]


def number(watch: Watch, expression: str) -> float:
    """One figure as of now; not a number where there is none yet."""
    found = query(watch, "query", query=expression)
    return float(found[0]["value"][1]) if found else math.nan


@pytest.fixture(scope="module")
def ask(watch, over) -> Callable[[grafana.Panel], list[tuple[dict, list[float]]]]:
    """What Prometheus answers to a panel of a board as it is opened: each series' labels, and its values."""
    def answer(panel: grafana.Panel) -> list[tuple[dict, list[float]]]:
        listed = BOARDS["en"][panel.board]["templating"]["list"]
        chosen = {variable["name"]: [option["value"] for option in variable["options"]] for variable in listed}
        text = grafana.promql(panel.target["expr"], over, chosen, SCRAPE)
        if panel.target["instant"]:
            found = query(watch, "query", query=text, time=over.end.timestamp())
            return [(series["metric"], [float(series["value"][1])]) for series in found]
        span = {"start": over.start.timestamp(), "end": over.end.timestamp(), "step": over.interval.total_seconds()}
        found = query(watch, "query_range", query=text, **span)
        return [(series["metric"], [float(value) for _, value in series["values"]]) for series in found]

    return answer


def test_an_expression_is_sent_as_grafana_sends_it():
    """A window is as long as four readings, or as a point is wide and one reading."""
    end = datetime(2026, 3, 1, tzinfo=UTC)
    minute = grafana.Range(end - timedelta(hours=6), end, timedelta(seconds=60))
    chosen, scrape = {"stream": ["a.b", "c"]}, timedelta(seconds=15)
    text = 'sum(rate(x{s=~"$stream"}[$__rate_interval])) + increase(x[$__range])'
    assert grafana.promql(text, minute, chosen, scrape) == (
        r'sum(rate(x{s=~"(a\\.b|c)"}[75s])) + increase(x[21600s])')
    second = grafana.Range(minute.start, end, timedelta(seconds=1))
    assert grafana.promql('x{s=~"${stream}"}[$__rate_interval]', second, {"stream": ["c"]}, scrape) == 'x{s=~"c"}[60s]'


def test_boards_ask_prometheus_the_same_in_all_languages():
    asked = {language: [(panel.board, panel.id, panel.target) for name, board in boards.items()
                        for panel in grafana.panels(name, board, PROMETHEUS)] for language, boards in BOARDS.items()}
    assert asked["en"] == asked["zh-hant"] == asked["zh-hans"]
    assert len(asked["en"]) == len(TARGETS) > 20


def test_every_metric_that_a_panel_asks_for_is_read(watch, over):
    asked = set(re.findall(r"\btidemark_\w+", "\n".join(panel.target["expr"] for panel in TARGETS.values())))
    answer = watch.get(watch.prometheus, "/api/v1/label/__name__/values")
    assert asked and asked <= set(answer["data"]), f"panels ask for {sorted(asked - set(answer['data']))}"


@pytest.mark.parametrize("name", TARGETS)
def test_a_panel_is_answered_with_figures_and_with_the_labels_of_its_legend(ask, name):
    panel = TARGETS[name]
    found = ask(panel)
    assert any(math.isfinite(value) for _, values in found for value in values), found
    if panel.target["instant"]:
        assert len(found) == 1, "a figure is one"
    for label in re.findall(r"\{\{\s*(\w+)\s*\}\}", panel.target["legendFormat"]):
        assert all(labels.get(label) for labels, _ in found), f"a series without {label}: {found}"


def test_panels_say_what_was_done(ask):
    by_title = {panel.title: ask(panel) for panel in TARGETS.values() if panel.target["refId"] == "A"}
    assert [values for _, values in by_title["Instances up"]] == [[1]]
    assert [values for _, values in by_title["Records behind"]] == [[0]]
    assert by_title["Dead letters in this time"][0][1][0] > 0
    labels = lambda title, name: {labels[name] for labels, _ in by_title[title]}  # noqa: E731
    assert labels("Records taken", "stream") == labels("Lag", "stream") == set(TOPICS)
    assert labels("Files", "table") >= set(TABLES.values())
    assert labels("Query latency", "door") >= {"http", "postgres"}
    moved = ("Records taken", "Dead letters and repeats", "Time of a commit", "Query latency", "Queries by outcome")
    still = [title for title in moved if not any(value > 0 for _, values in by_title[title] for value in values)]
    assert not still, f"panels that saw nothing: {still}"
