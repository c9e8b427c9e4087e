"""Anomalies: what is planted in a believable history is found with its reason, and people's marks decide how it stands."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from path.harness import READY_WITHIN_S, run, until
from path.histories import event, lines, load

DAYS, SEED, SCALE = 120, 9, 0.1
WITHIN_S = 180


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def costly_calls(city: str, number: int) -> list[dict]:
    """Calls of a language model that cost far more than the city ever paid in an hour, all within the same hour."""
    data = {"meter": "llm.calls", "quantity": "1", "cost": "40.00", "currency": "HKD", "service": "llm",
            "model": "gpt-4o", "status": "ok"}  # fmt: skip
    last = datetime.now(UTC) - timedelta(minutes=2)
    since_the_hour = last - last.replace(minute=0, second=0, microsecond=0)
    span = min(since_the_hour, timedelta(minutes=6))
    times = (last - span * nth / number for nth in range(number))
    return [event("usage.recorded", time.isoformat().replace("+00:00", "Z"), city, **data) for time in times]


def usual_calls(city: str) -> list[dict]:
    """About what the city pays in an hour by day, since the day began: the history ends there, and who falls silent is
    found to. It is 20:00 in Singapore at noon of UTC."""
    now = datetime.now(UTC)
    data = {"meter": "llm.calls", "quantity": "1", "cost": "1.10", "currency": "HKD", "service": "llm",
            "model": "gpt-4o", "status": "ok"}  # fmt: skip
    times = (now.replace(hour=hour, minute=0, second=30, microsecond=0) for hour in range(min(now.hour, 12)))
    return [event("usage.recorded", time.isoformat().replace("+00:00", "Z"), city, **data) for time in times]


def twice(content: str) -> list[dict]:
    """One document that came in twice, under two ids."""
    return [made for nth, invoice in enumerate(("dup-1", "dup-2")) for made in (
        event("invoice.received", ago(90 - 30 * nth), invoice_id=invoice, channel="outlook", content_sha256=content),
        event("invoice.classified", ago(89 - 30 * nth), invoice_id=invoice, forwarder="kestrel-forwarding"),
    )]  # fmt: skip


def charged(invoice: str, minutes_ago: float, amount: float, port: str, read: str | None = None) -> list[dict]:
    """An invoice of freight from Yantian; `read` is what was read for its port of discharge before it was corrected."""
    ports = {"port_of_loading": "Yantian", "port_of_discharge": read or port}
    fields = [{"name": name, "confidence": 0.9, "value": value} for name, value in ports.items()]
    charges = [{"code": "FRT", "amount": f"{amount:.2f}", "currency": "HKD"}]
    made = [
        event("invoice.received", ago(minutes_ago), invoice_id=invoice, channel="api"),
        event("invoice.classified", ago(minutes_ago - 1), invoice_id=invoice, forwarder="two-routes"),
        event("invoice.extracted", ago(minutes_ago - 2), invoice_id=invoice, route="full_review", confidence=0.6,
              fields=fields, charges=charges),
    ]  # fmt: skip
    if read:
        made.append(event("invoice.field_corrected", ago(minutes_ago - 3), invoice_id=invoice, user_id="u-1",
                          field="port_of_discharge", old=read, new=port))  # fmt: skip
    return made


def two_routes() -> list[dict]:
    """Freight of one forwarder that costs about 1,000 to Busan and about 4,000 to Rotterdam, 60 invoices of each, and
    two new ones of 4,015: one to Rotterdam, one to Busan, of which Rotterdam was read first."""
    made = charged("to-rotterdam", 50, 4_015, "Rotterdam") + charged("to-busan", 40, 4_015, "BUSAN ", read="Rotterdam")
    for port, usual in (("Busan", 1_000), ("Rotterdam", 4_000)):
        for nth in range(60):
            amount = usual * (0.95 + nth * 7 % 60 / 600)
            made += charged(f"{port}-{nth}", (5 + nth) * 24 * 60, amount, port)
    return made


@pytest.fixture(scope="module")
def server(servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("anomalies")
    run("demo", "--dir", folder / "lake", "--days", DAYS, "--seed", SEED, "--scale", SCALE, "--once", within_s=600)
    load(folder / "lake", folder / "planted", lines(usual_calls("SIN") + costly_calls("SIN", 60) + twice("ab" * 32) + two_routes()))
    # Nobody listens where its broker should be: what is committed is watched all the same.
    service = servers(folder / "lake", "127.0.0.1:1").spawn()
    addresses = json.loads(until(service.announced, READY_WITHIN_S, lambda: f"announced\n{service.log_tail()}"))
    service.http, service.postgres = addresses["http"], addresses["postgres"]
    return service


def found(server, **wanted) -> list[dict]:
    asked = "&".join(f"{name}={value}" for name, value in {**wanted, "format": "jsonl"}.items())
    status, _, body = server.request("GET", f"/v1/anomalies?{asked}")
    assert status == 200, body
    return [json.loads(line) for line in body.splitlines()]


@pytest.fixture(scope="module")
def spike(server):
    spikes = lambda: found(server, series="ai_cost_hkd", city="SIN", kind="spike")  # noqa: E731
    return until(spikes, WITHIN_S, lambda: f"the spike is found\n{server.log_tail()}", every_s=0.5)[0]


def test_a_cost_spike_is_found_with_what_was_expected_and_what_made_it(spike):
    assert float(spike["observed"]) >= 60 * 40 * 0.5 > 100 * float(spike["expected"])
    assert float(spike["upper"]) < float(spike["observed"])
    assert (spike["severity"], spike["state"]) == ("act", "new")
    assert "gpt-4o" in spike["explanation"]


def test_a_document_that_came_twice_is_found_and_the_later_one_is_named(server):
    seen = lambda: [one for one in found(server, kind="duplicate_invoice") if one["subject"] == "dup-2"]  # noqa: E731
    [duplicate] = until(seen, WITHIN_S, lambda: f"the duplicate is found\n{server.log_tail()}", every_s=0.5)
    assert "dup-1" in duplicate["explanation"]


def test_a_charge_that_is_usual_only_on_another_route_is_found_and_the_route_is_named(server):
    seen = lambda: found(server, kind="charge", forwarder="two-routes")  # noqa: E731
    [charge] = until(seen, WITHIN_S, lambda: f"the charge is found\n{server.log_tail()}", every_s=0.5)
    assert charge["subject"] == "to-busan#0"
    assert charge["explanation"].startswith("FRT of two-routes, YANTIAN to BUSAN, is HKD 4,015.00: ")
    # The median by ratio of 1,000 × (0.95 + nth × 7 mod 60 / 600) over 60 invoices, in Python, to the cent.
    assert float(charge["expected"]) == pytest.approx(999.16, abs=0.005)
    assert " by 60 charges of " in charge["explanation"] and charge["explanation"].endswith(" on this route")


def test_cities_without_anything_planted_have_no_such_spike(server, spike):
    others = [one for one in found(server, series="ai_cost_hkd", kind="spike") if one.get("city") not in ("SIN", None)]
    assert [one for one in others if one["at"] >= spike["at"]] == []


def mark(server, anomaly: str, **said) -> tuple[int, dict]:
    body = json.dumps(said)
    status, _, answer = server.request("POST", f"/v1/anomalies/{anomaly}/marks", body, content_type="application/json")
    return status, json.loads(answer)


def state(server, anomaly: str) -> str:
    return found(server, anomaly_id=anomaly)[0]["state"]


def test_marks_move_an_anomaly_through_its_life_and_what_makes_no_sense_is_refused(server, spike):
    anomaly = spike["anomaly_id"]
    assert mark(server, "an-nothing", mark="acknowledge")[0] == 404
    assert mark(server, anomaly, mark="acknowledge") == (200, {"state": "acknowledged"})
    assert state(server, anomaly) == "acknowledged"
    status, refused = mark(server, anomaly, mark="acknowledge")
    assert status == 409 and "already" in refused["error"]["message"]
    assert mark(server, anomaly, mark="false_alarm")[0] == 409, "without a reason"
    assert mark(server, anomaly, mark="mute", until=ago(-60), why="a load test") == (200, {"state": "muted"})
    assert mark(server, anomaly, mark="shrug")[0] == 409
    # Another process marks it in the data directory; the service sees that.
    run("anomalies", "mark", anomaly, "resolve", "--dir", server.directory, "--as", "ann")
    until(lambda: state(server, anomaly) == "resolved", 20, "resolved by another process")
    assert mark(server, anomaly, mark="reopen", why="it came again") == (200, {"state": "acknowledged"})
    query = f"SELECT mark, marked_by FROM anomaly_marks WHERE anomaly_id = '{anomaly}' ORDER BY marked_at"
    assert server.by_psycopg(query) == [
        ("acknowledge", "local"), ("mute", "local"), ("resolve", "ann"), ("reopen", "local"),
    ]  # fmt: skip
