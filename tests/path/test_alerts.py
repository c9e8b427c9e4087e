"""From a condition to the people who must know, and back: a real Prometheus reads the service, a real Alertmanager
tells a webhook, a relay and a mail server. Rules and configuration are the committed ones.
"""

import itertools
import json
import time
from datetime import UTC, datetime

import pytest

from judges.kafka import free_port
from path.alerting import TOKENS, Watch
from path.harness import TOPICS, until
from path.histories import event, lines

NUM_FEW, NUM_MANY = 100, 1000
# One moment for all events, so that no midnight parts them.
AT = datetime.now(UTC).isoformat()
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def service(module_kafka, servers, tmp_path_factory):
    """A service at an address that outlives a restart, as a target of Prometheus must."""
    module_kafka.create_topics(*TOPICS)
    address = {"TIDEMARK_HTTP__LISTEN": f"127.0.0.1:{free_port()}"}
    lake = tmp_path_factory.mktemp("watched") / "lake"
    return servers(lake, module_kafka.bootstrap, "[kpis]\ngauge_interval_s = 1\n", address).start()


@pytest.fixture(scope="module")
def watch(service, tmp_path_factory):
    watch = Watch(tmp_path_factory.mktemp("watch"), service.http).start()
    yield watch
    watch.close()


def settled(city: str, num: int, num_failed: int = 0) -> list[dict]:
    """Invoices that settle, some of which fail."""
    made = []
    for number in range(num):
        invoice_id = f"inv-{next(NUMBERS)}"
        made.append(event("invoice.received", AT, city, invoice_id=invoice_id, channel="upload"))
        kind, more = ("failed", {"stage": "ocr", "code": "E1"}) if number < num_failed else ("completed", {})
        made.append(event(f"invoice.{kind}", AT, city, invoice_id=invoice_id, **more))
    return made


def spent(city: str, cost: int) -> list[dict]:
    return [event("usage.recorded", AT, city, meter="llm.calls", quantity="1", cost=str(cost), currency="HKD",
                  status="ok", latency_ms=5)]


def send(broker, events: list[dict]) -> float:
    """Sends events; answers the moment before."""
    producer, at = broker.producer(), time.monotonic()
    for topic, found in lines(events).items():
        for line in found:
            producer.produce(topic, value=line)
    assert producer.flush(30) == 0
    return at


def send_bad(broker, num: int) -> float:
    producer, at = broker.producer(), time.monotonic()
    for number in range(num):
        producer.produce("invoices", value=f"{{bad {number}")
    assert producer.flush(30) == 0
    return at


def test_a_flood_of_bad_events_pages_and_resolves(watch, module_kafka):
    at = send_bad(module_kafka, NUM_FEW)
    watch.wait("TidemarkDeadLetterFlood", "firing", at, stream="invoices", severity="page")
    watch.wait("TidemarkDeadLetterFlood", "resolved", at, stream="invoices")


def test_an_error_rate_above_5_percent_opens_a_ticket_for_the_city_and_resolves(watch, module_kafka):
    at = send(module_kafka, settled("HKG", NUM_FEW, num_failed=8) + settled("SIN", NUM_FEW, num_failed=4))
    watch.wait("TidemarkErrorRateWarn", "firing", at, city="HKG", severity="ticket", team="scm")
    told = watch.webhook.find("TidemarkErrorRateWarn", "firing")
    assert told["annotations"]["summary"] == "Error rate in HKG is 8%, above 5 %"
    assert told["annotations"]["dashboard_url"].endswith("/d/tidemark-invoices-en?var-city=HKG")
    at = send(module_kafka, settled("HKG", NUM_MANY))
    watch.wait("TidemarkErrorRateWarn", "resolved", at, city="HKG")
    assert watch.webhook.find("TidemarkErrorRateWarn", "firing", city="SIN") is None


def test_a_cost_spike_pages_once_and_resolves(watch, module_kafka):
    at = send(module_kafka, settled("SYD", NUM_FEW) + spent("SYD", 2 * NUM_FEW))
    watch.wait("TidemarkAiCostPerInvoiceHkdAct", "firing", at, city="SYD", severity="page", team="finance")
    until(lambda: "TidemarkAiCostPerInvoiceHkdWarn" in watch.suppressed(), 30, watch.state)
    at = send(module_kafka, settled("SYD", NUM_MANY))
    watch.wait("TidemarkAiCostPerInvoiceHkdAct", "resolved", at, city="SYD")
    assert watch.webhook.find("TidemarkAiCostPerInvoiceHkdWarn", "firing") is None


def test_a_stopped_broker_pages_and_resolves(watch, module_kafka):
    at = time.monotonic()
    module_kafka.stop()
    watch.wait("TidemarkNotReady", "firing", at, severity="page")
    at = time.monotonic()
    module_kafka.start()
    watch.wait("TidemarkNotReady", "resolved", at)


def test_a_service_that_dies_pages_and_resolves(watch, service):
    at = time.monotonic()
    service.kill()
    watch.wait("TidemarkDown", "firing", at, severity="page", instance=service.http)
    at = time.monotonic()
    service.start()
    watch.wait("TidemarkDown", "resolved", at)


def test_pages_reach_the_relay_and_the_mail_server_with_secrets_from_files(watch):
    """Those of the tests above."""
    page = until(lambda: watch.webhook.find("TidemarkDown", "resolved", "/on-call"), 60, watch.log_tail)
    assert page["token"] == f"Bearer {TOKENS['teams_token']}"
    assert watch.webhook.find("TidemarkDown", "resolved")["token"] == f"Bearer {TOKENS['webhook_token']}"
    mails = lambda: [mail for mail in watch.mail.mails if "TidemarkDown" in mail]  # noqa: E731
    assert "on-call@tidemark.example" in until(mails, 60, watch.log_tail)[0]
    assert watch.webhook.find("TidemarkErrorRateWarn", "firing", "/on-call") is None, "a ticket is no page"
    texts = json.dumps([alert["annotations"] for alert in watch.webhook.told])
    assert "<error expanding" not in texts and "<no value>" not in texts
