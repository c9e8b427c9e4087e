"""Data that are not as they should be, until somebody is told and it is over: producers with three weeks of history, of
which one is silent for hours and another lost half of an hour; a real Prometheus reads the levels of the running
service, a real Alertmanager tells the webhook. Rules, configuration and the time between two readings are those that an
operator gets.
"""

import time
from datetime import UTC, datetime, timedelta

import pytest

from judges.kafka import free_port
from path.alerting import Watch
from path.harness import TOPICS, until
from path.histories import event, lines, load
from path.test_alerts import send

DAYS, INVOICES_EACH_HOUR, CALLS_EACH_HOUR = 22, 20, 120
SILENT, SOUND = "/extraction/hkg-1", "/extraction/sin-1"
SILENT_HOURS, HALF_HOURS_AGO = 7, 5
# A level is read anew after five minutes; what is to act waits one minute in the rule, what is to warn five.
READ_WITHIN_S, ACT_WITHIN_S = 480, 240
HOUR = timedelta(hours=1)


def history(now: datetime) -> tuple[list[dict], list[dict]]:
    """Events up to now: those that came, of one hour half, and those that the silent producer holds back."""
    came, held_back = [], []
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    for hours_ago in range(DAYS * 24, -1, -1):
        hour = this_hour - hours_ago * HOUR
        for source, city in ((SILENT, "HKG"), (SOUND, "SIN")):
            found = held_back if source == SILENT and hours_ago < SILENT_HOURS else came
            found += [made for made in invoices(hour, source, city) if made["time"] < now.isoformat()]
        calls = [made for made in usage(hour) if made["time"] < now.isoformat()]
        came += calls[::2] if hours_ago == HALF_HOURS_AGO else calls
    return came, held_back


def moments(hour: datetime, num: int) -> list[str]:
    return [(hour + number * HOUR / num).isoformat() for number in range(num)]


def invoices(hour: datetime, source: str, city: str) -> list[dict]:
    made = []
    for number, at in enumerate(moments(hour, INVOICES_EACH_HOUR)):
        about = {"source": source, "invoice_id": f"inv-{city}-{hour:%m%d%H}-{number}"}
        made.append(event("invoice.received", at, city, channel="upload", **about))
        made.append(event("invoice.completed", at, city, **about))
    return made


def usage(hour: datetime) -> list[dict]:
    return [event("usage.recorded", at, "HKG", source="/meter/hkg", meter="llm.calls", quantity="1", cost="0.01",
                  currency="HKD", status="ok", latency_ms=5)
            for at in moments(hour, CALLS_EACH_HOUR)]


@pytest.fixture(scope="module")
def planted(module_kafka, servers, tmp_path_factory):
    """A service over what came, under watch, when it was started, and what is held back."""
    module_kafka.create_topics(*TOPICS)
    folder = tmp_path_factory.mktemp("planted")
    came, held_back = history(datetime.now(UTC))
    lake = load(folder / "lake", folder / "came", lines(came))
    address = {"TIDEMARK_HTTP__LISTEN": f"127.0.0.1:{free_port()}"}
    at = time.monotonic()
    service = servers(lake, module_kafka.bootstrap, "[kpis]\ngauge_interval_s = 1\n", address).start()
    watch = Watch(tmp_path_factory.mktemp("watch"), service.http).start()
    yield watch, at, held_back
    watch.close()


def test_a_silent_producer_pages_until_its_events_are_there_and_half_an_hour_opens_a_ticket(planted, module_kafka):
    watch, at, held_back = planted
    invoices = {"stream": "invoices", "aspect": "completeness"}
    watch.wait("TidemarkQualityAct", "firing", at, ACT_WITHIN_S, severity="page", **invoices)
    told = watch.webhook.find("TidemarkQualityAct", "firing", **invoices)
    assert told["annotations"]["summary"].startswith("invoices: the completeness of the data is so bad")
    since = send(module_kafka, held_back)
    watch.wait("TidemarkQualityAct", "resolved", since, READ_WITHIN_S, **invoices)
    watch.wait("TidemarkQualityWarn", "firing", at, READ_WITHIN_S, severity="ticket", stream="usage", aspect="completeness")
    quality = {(alert["labels"]["stream"], alert["labels"]["aspect"]) for alert in watch.webhook.told
               if alert["labels"]["alertname"].startswith("TidemarkQuality")}
    assert quality == {("invoices", "completeness"), ("usage", "completeness")}


def test_only_the_lesser_threshold_of_the_same_kpi_is_silenced(planted):
    """Alerts without a KPI have nothing in common: neither two aspects of quality, nor a budget and another."""
    watch, _, _ = planted
    worse = {"threshold": "act", "city": "SYD"}
    lesser = {"threshold": "warn", "city": "SYD"}
    of_kpi = {"kpi": "error_rate"}
    watch.post(worse | of_kpi | {"alertname": "KpiAct"}, worse | {"alertname": "SpentRent", "category": "rent"},
               {"alertname": "Anomaly", "threshold": "act"})
    until(lambda: watch.webhook.find("KpiAct", "firing"), 60, watch.log_tail)
    watch.post(lesser | of_kpi | {"alertname": "KpiWarn"}, lesser | {"alertname": "WarnAi", "category": "ai"},
               {"alertname": "QualityWarn", "threshold": "warn", "stream": "usage"})
    for name in ("WarnAi", "QualityWarn"):
        until(lambda name=name: watch.webhook.find(name, "firing"), 60, lambda: f"{name}: {watch.suppressed()}")
    assert watch.suppressed() >= {"KpiWarn"} and watch.webhook.find("KpiWarn", "firing") is None
