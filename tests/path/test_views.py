"""Views over the events: the rule of automation, what counts when events come late, twice and in any order, and on
which local day; each view's columns are those that its file tells."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from path.harness import TOPICS, run
from path.histories import awkward, corrected, event, extracted, lines, load, reviewed, rows, shuffled

VIEWS = Path(__file__).parents[2] / "sql" / "views"
CELLS = ("kpi_hourly", "kpi_daily", "kpi_monthly", "kpi_daily_by_forwarder")
# Made of what instances record and of what finance imports and closes.
# Views that are not made of events, or that say where an event came from, which is another place when it is loaded anew.
NOT_OF_EVENTS = {"platform_hours", "ai_degradation", "allocation_policies", "anomalies", "budget_status", "budgets",
                 "capacity", "close_watermarks", "cost_pools", "driver_events", "experiments", "finance_imports", "forecast_scores", "foretold_series",
                 "late_events", "latest_forecasts", "metered_costs", "month_closes", "prices", "report_runs", "rule_feedback", "rule_patterns",
                 "rules_watched", "tenant_plans", "tenant_statements"}
# They look at the clock, and at how events arrived.
OF_ARRIVALS = ("event_arrivals", "quality_")
NINE, TEN, ELEVEN, NOON = (f"2025-03-31T{hour:02}:00:00Z" for hour in (9, 10, 11, 12))


def completed(invoice_id: str, time: str = NOON, city: str = "HKG") -> dict:
    return event("invoice.completed", time, city, invoice_id=invoice_id)


def failed(invoice_id: str, time: str = NOON, stage: str = "map", code: str = "E1") -> dict:
    return event("invoice.failed", time, invoice_id=invoice_id, stage=stage, code=code)


def corrections(invoice_id: str, *fields: str) -> list[dict]:
    return [corrected(invoice_id, field, TEN) for field in fields]


# Of a completed invoice: its route (None: it was never extracted), its reviews, its corrections; its automation.
AUTOMATION = {
    "untouched": ("auto", [], "", "full"),
    "quick, nobody came": ("quick_review", [], "", "assisted"),
    "full, nobody came": ("full_review", [], "", "manual"),
    "never extracted": (None, [], "", "assisted"),
    "auto, confirmed": ("auto", [("confirmed", "quick")], "", "assisted"),
    "auto, said to be corrected": ("auto", [("corrected", "quick")], "", "assisted"),
    "quick, confirmed": ("quick_review", [("confirmed", "quick")], "", "assisted"),
    "full, confirmed": ("full_review", [("confirmed", "full")], "", "assisted"),
    "one field": ("auto", [], "a", "partial"),
    "one field, confirmed": ("full_review", [("confirmed", "full")], "a", "partial"),
    "three fields": ("quick_review", [("corrected", "quick")], "abc", "partial"),
    "three fields five times": ("quick_review", [("corrected", "quick")], "aabcb", "partial"),
    "four fields": ("auto", [("confirmed", "quick")], "abcd", "manual"),
}


@pytest.mark.parametrize("last", ["completed", "failed", "both", "neither"])
def test_automation_follows_the_rule_of_the_contract(tmp_path, last):
    events = []
    for invoice_id, (route, reviews, fields, _) in AUTOMATION.items():
        events += [event("invoice.received", NINE, invoice_id=invoice_id, channel="api")]
        events += [extracted(invoice_id, NINE, route=route)] if route else []
        events += [reviewed(invoice_id, TEN, outcome, review) for outcome, review in reviews]
        events += corrections(invoice_id, *fields)
        events += [failed(invoice_id, ELEVEN)] if last in ("failed", "both") else []
        events += [completed(invoice_id)] if last in ("completed", "both") else []
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    found = {row["invoice_id"]: row for row in rows(tmp_path / "lake", "SELECT * FROM invoices")}
    rule = {"failed": lambda _: "manual", "neither": lambda _: ""}.get(last, lambda automation: automation)
    assert {name: row["automation"] for name, row in found.items()} == {
        name: rule(automation) for name, (*_, automation) in AUTOMATION.items()}
    assert {name: int(row["fields_corrected"]) for name, row in found.items()} == {
        name: len(set(fields)) for name, (_, _, fields, _) in AUTOMATION.items()}
    status, settled_at = {"failed": ("failed", ELEVEN), "neither": ("open", "")}.get(last, ("completed", NOON))
    assert {(row["status"], row["settled_at"]) for row in found.values()} == {(status, settled_at)}


def test_a_failure_before_or_after_a_completion_is_completed(tmp_path):
    events = [failed("a", TEN, "ocr", "E1"), failed("a", ELEVEN, "map", "E2"), completed("a", NOON),
              completed("b", TEN), failed("b", NOON)]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    query = "SELECT invoice_id, status, settled_at, failed_at, failure_stage, failure_code FROM invoices ORDER BY 1"
    assert [list(row.values()) for row in rows(tmp_path / "lake", query)] == [
        ["a", "completed", NOON, TEN, "ocr", "E1"], ["b", "completed", TEN, NOON, "map", "E1"]]


def test_a_late_correction_counts_on_the_day_the_invoice_settled(tmp_path):
    lake = tmp_path / "lake"
    kpis = ("automation_rate", "ai_accuracy", "invoice_accuracy", "manual_intervention_rate")
    cells = "SELECT bucket, kpi, numerator, denominator FROM {} WHERE kpi IN {} ORDER BY kpi, bucket"
    asked = [cells.format(relation, kpis) for relation in CELLS]
    load(lake, tmp_path / "first", lines([
        event("invoice.classified", NINE, invoice_id="a", forwarder="fw", supported=True),
        extracted("a", NINE), completed("a", "2025-03-31T15:59:59Z")]))
    before = [figures(rows(lake, query)) for query in asked]
    load(lake, tmp_path / "late", lines([corrected("a", "f1", "2025-04-02T09:00:00Z")]))
    [invoice] = rows(lake, "SELECT automation, fields_corrected, settled_at FROM invoices")
    assert list(invoice.values()) == ["partial", "1", "2025-03-31T15:59:59Z"]
    buckets = ["2025-03-31T15:00:00Z", "2025-03-31", "2025-03-01", "2025-03-31"]
    right = {"automation_rate": (1, 1), "ai_accuracy": (5, 5), "invoice_accuracy": (1, 1), kpis[3]: (0, 1)}
    wrong = {"automation_rate": (0, 1), "ai_accuracy": (4, 5), "invoice_accuracy": (0, 1), kpis[3]: (1, 1)}
    assert before == [{(bucket, kpi): right[kpi] for kpi in kpis} for bucket in buckets]
    assert [figures(rows(lake, query)) for query in asked] == [
        {(bucket, kpi): wrong[kpi] for kpi in kpis} for bucket in buckets]


def figures(cells: list[dict]) -> dict:
    return {(c["bucket"], c["kpi"]): (Decimal(c["numerator"]), Decimal(c["denominator"])) for c in cells}


# Local days that a second divides. Sydney's is 25 h long on 6 April 2025 and 23 h on 5 October.
MIDNIGHTS = {
    ("HKG", "2025-03-31T15:59:59.999999Z"): "2025-03-31", ("HKG", "2025-03-31T16:00:00Z"): "2025-04-01",
    ("SYD", "2025-04-05T12:59:59Z"): "2025-04-05", ("SYD", "2025-04-05T13:00:00Z"): "2025-04-06",
    ("SYD", "2025-04-06T13:00:00Z"): "2025-04-06", ("SYD", "2025-04-06T13:59:59Z"): "2025-04-06",
    ("SYD", "2025-04-06T14:00:00Z"): "2025-04-07",
    ("SYD", "2025-10-04T13:59:59Z"): "2025-10-04", ("SYD", "2025-10-04T14:00:00Z"): "2025-10-05",
    ("SYD", "2025-10-05T12:59:59Z"): "2025-10-05", ("SYD", "2025-10-05T13:00:00Z"): "2025-10-06",
    ("XXX", "2025-03-31T23:59:59Z"): "2025-03-31", ("XXX", "2025-04-01T00:00:00Z"): "2025-04-01",
}


def test_an_invoice_settles_on_its_citys_local_day(tmp_path):
    events = [completed(f"inv-{number}", time, city) for number, (city, time) in enumerate(MIDNIGHTS)]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    for relation, cut in (("kpi_daily", lambda day: day), ("kpi_monthly", lambda day: day[:8] + "01")):
        expected = {}
        for (city, _), day in MIDNIGHTS.items():
            expected[city, cut(day)] = expected.get((city, cut(day)), 0) + 1
        query = f"SELECT city, bucket, numerator FROM {relation} WHERE kpi = 'invoices_settled'"
        found = {(row["city"], row["bucket"]): Decimal(row["numerator"]) for row in rows(tmp_path / "lake", query)}
        assert found == expected


def test_the_last_extraction_by_time_then_id_counts(tmp_path):
    once = lambda event_id, time, num_fields, route: {  # noqa: E731
        **extracted("a", time, route=route, num_fields=num_fields, confidence=num_fields / 10,
                    charges=[{"code": "OF", "amount": str(num_fields), "currency": "USD"}], duration_ms=num_fields),
        "id": event_id}
    events = [once("m", TEN, 3, "auto"), once("z", NINE, 9, "full_review"), once("n", TEN, 4, "quick_review"),
              once("b", TEN, 2, "auto"), completed("a")]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    query = "SELECT route, confidence, fields_extracted, charge_total, extraction_ms FROM invoices"
    [row] = rows(tmp_path / "lake", query)
    assert (row["route"], *map(float, list(row.values())[1:])) == ("quick_review", 0.4, 4, 4, 4)
    assert len(rows(tmp_path / "lake", "SELECT * FROM invoice_fields")) == 4
    assert [row["event_id"] for row in rows(tmp_path / "lake", "SELECT event_id FROM invoice_extractions")] == ["n"]


def test_two_extractions_of_one_time_and_id_but_two_sources_are_still_one(tmp_path):
    twins = [extracted("a", TEN, source=source, event_id="same", num_fields=3,
                       charges=[{"code": "OF", "amount": "1", "currency": "USD"}]) for source in ("/one", "/two")]
    load(tmp_path / "lake", tmp_path / "files", lines([*twins, completed("a")]))
    assert rows(tmp_path / "lake", "SELECT fields_extracted FROM invoices") == [{"fields_extracted": "3"}]
    counts = ("invoice_extractions", "invoice_fields", "invoice_charges")
    assert [len(rows(tmp_path / "lake", f"SELECT * FROM {view}")) for view in counts] == [1, 3, 1]


def test_a_rule_read_what_the_last_extraction_has(tmp_path):
    def read(value, event_id, time, source="/one"):
        fields = [{"name": "etd", "confidence": 0.9, "value": value, "required": True, "rule_id": "R-1",
                   "rule_version": "v1", "rule_layer": "learned"}]
        return extracted("a", time, source=source, event_id=event_id, fields=fields)

    events = [read("early", "z", NINE), read("smaller id", "m", TEN), read("smaller source", "n", TEN),
              read("last", "n", TEN, "/two"), completed("a"), corrected("a", "etd", TEN)]
    for order in (events, events[::-1]):
        lake = tmp_path / order[0]["id"]
        load(lake / "lake", lake / "files", lines(order))
        asked = "SELECT value, rule_id, forwarder, corrected_at IS NULL AS stood, correct FROM rule_readings"
        assert rows(lake / "lake", asked) == [
            {"value": "last", "rule_id": "R-1", "forwarder": "", "stood": "false", "correct": "false"}]


def test_two_events_of_one_time_and_id_but_two_sources_count_alike_in_either_order(tmp_path):
    same = {"time": TEN, "event_id": "same"}
    twins = [[event("invoice.classified", **same, source=f"/{name}", invoice_id="a", forwarder=name, supported=True),
              event("device.offline", **same, source=f"/{name}", device_id="d", reason=name),
              event("ticket.status_changed", **same, source=f"/{name}", ticket_id="t", status="open", assigned_to=name)]
             for name in ("one", "two")]
    found = []
    for order in (twins, twins[::-1]):
        lake = tmp_path / order[0][0]["source"][1:]
        for number, events in enumerate(order):
            load(lake / "lake", lake / f"files-{number}", lines(events))
        asked = {"invoices": "forwarder", "devices": "offline_reason", "tickets": "assigned_to"}
        found.append([rows(lake / "lake", f"SELECT {column} FROM {view}") for view, column in asked.items()])
    assert found[0] == found[1]


CHARGES = {
    "none told": (None, "0", "", ""), "none": ([], "0", "", ""),
    "one": ([("1.10", "USD")], "1", "1.10", "USD"),
    "one currency": ([("0.1", "HKD"), ("0.2", "HKD"), ("999999999999999999.999999999", "HKD")], "3",
                     "1000000000000000000.299999999", "HKD"),
    "two currencies": ([("1", "HKD"), ("2", "USD"), ("3", "HKD")], "3", "", ""),
    "a credit note": ([("10", "USD"), ("-10.5", "USD")], "2", "-0.5", "USD"),
}


def test_charges_add_up_exactly_within_one_currency(tmp_path):
    events = []
    for invoice_id, (charges, *_) in CHARGES.items():
        told = [{"code": "OF", "amount": amount, "currency": currency} for amount, currency in charges or []]
        events.append(extracted(invoice_id, TEN, **({} if charges is None else {"charges": told})))
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    query = "SELECT invoice_id, charge_lines, charge_total, currency FROM invoices"
    found = {row["invoice_id"]: list(row.values())[1:] for row in rows(tmp_path / "lake", query)}
    exact = lambda total: total and Decimal(total)  # noqa: E731
    assert {name: (num, exact(total), currency) for name, (num, total, currency) in found.items()} == {
        name: (num, exact(total), currency) for name, (_, num, total, currency) in CHARGES.items()}


def used(meter: str, cost: str | None, currency: str | None, invoice_id: str | None = "a", **more) -> dict:
    given = {"meter": meter, "quantity": "1", "cost": cost, "currency": currency, "invoice_id": invoice_id, **more}
    return event("usage.recorded", NOON, **{name: value for name, value in given.items() if value is not None})


def test_ai_costs_are_exact_in_hkd(tmp_path):
    events = [
        used("llm.calls", "0.00000001", "USD"), used("di.pages", "0.1", "HKD"), used("di.calls", "0.2", "HKD"),
        used("llm.tokens_in", "123456789.12345678", "USD"), used("llm.tokens_out", None, None),
        used("storage.bytes", "5", "HKD"), used("api.requests", "5", "USD"),  # No services of AI.
        used("llm.calls", "7", "XAU"),  # No rate is stated.
        used("llm.calls", "0.5", "HKD", invoice_id=None), extracted("a", TEN), completed("a"), completed("b"),
    ]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    total = Decimal("0.3") + Decimal("123456789.12345679") * Decimal("7.8")
    found = rows(tmp_path / "lake", "SELECT invoice_id, ai_cost_hkd FROM invoices ORDER BY invoice_id")
    assert [(row["invoice_id"], Decimal(row["ai_cost_hkd"])) for row in found] == [("a", total), ("b", 0)]
    query = "SELECT kpi, bucket, numerator, denominator FROM kpi_daily WHERE kpi LIKE 'ai_cost%'"
    assert figures(rows(tmp_path / "lake", query)) == {
        ("2025-03-31", "ai_cost_hkd"): (total + Decimal("0.5"), 1),
        ("2025-03-31", "ai_cost_per_invoice_hkd"): (total + Decimal("0.5"), 2)}


def test_a_device_is_online_for_all_of_the_day_on_which_clocks_go_back(tmp_path):
    """Sydney, 6 April 2025: 25 h. Online from 02:30 summer time to 02:10 winter time, 40 minutes later."""
    events = [event("device.registered", "2025-04-04T13:00:00Z", "SYD", device_id="d"),
              event("device.online", "2025-04-05T15:30:00Z", "SYD", device_id="d"),
              event("device.offline", "2025-04-05T16:10:00Z", "SYD", device_id="d"),
              event("user.login", "2025-04-06T14:00:00Z", "SYD", user_id="u")]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    query = "SELECT day, registered_ms, online_ms FROM device_days WHERE registered_ms > 0 ORDER BY day"
    minutes = [(row["day"], int(row["registered_ms"]) // 60_000, int(row["online_ms"]) // 60_000)
               for row in rows(tmp_path / "lake", query)]
    assert minutes == [("2025-04-05", 24 * 60, 0), ("2025-04-06", 25 * 60, 40)]


def test_a_device_that_registers_again_has_one_status_in_both_views(tmp_path):
    """Registered does not mean online: the day's figures and the device's status must not disagree."""
    events = [event("device.online", NINE, device_id="d"), event("device.registered", TEN, device_id="d"),
              event("user.login", NOON, user_id="u")]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    [days] = rows(tmp_path / "lake", "SELECT registered_ms, online_ms FROM device_days")
    [device] = rows(tmp_path / "lake", "SELECT status FROM devices")
    assert (days["registered_ms"], days["online_ms"], device["status"]) == ("10800000", "3600000", "registered")


def test_a_session_of_no_length_does_not_make_fewer_than_no_sessions_run(tmp_path):
    events = [event(f"session.{kind}", NOON, session_id="s") for kind in ("started", "ended")]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    assert {row["running"] for row in rows(tmp_path / "lake", "SELECT running FROM session_load")} == {"0"}


def test_sessions_that_end_at_one_instant_run_no_longer_after_it(tmp_path):
    """Three run; two end together. Alone in that hour, the instant leaves one, in whichever order the two are taken."""
    ends = {"a": ELEVEN, "b": ELEVEN, "c": NOON}
    events = [event(f"session.{kind}", time, session_id=session)
              for session, end in ends.items() for kind, time in (("started", NINE), ("ended", end))]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    query = "SELECT bucket, numerator FROM kpi_hourly WHERE kpi = 'sessions_concurrent_peak' ORDER BY bucket"
    found = [(row["bucket"], Decimal(row["numerator"])) for row in rows(tmp_path / "lake", query)]
    assert found == [(NINE, 3), (ELEVEN, 1)]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[dict[str, list], dict[str, list]]:
    """Lines by stream, of a generated history and an awkward one, and each relation's rows once they are loaded."""
    folder = tmp_path_factory.mktemp("told")
    run("generate", "--days", 4, "--seed", 5, "--end", "2026-04-07", "--scale", "0.05", "--out", folder)
    drawn = lines(awkward(6))
    found = {stream: [*(folder / f"{stream}.jsonl").read_bytes().splitlines(), *drawn[stream]] for stream in TOPICS}
    return found, every_row(load(folder / "lake", folder / "files", found))


def every_row(directory: Path) -> dict[str, list]:
    of_events = [name for name in view_names() if name not in NOT_OF_EVENTS and not name.startswith(OF_ARRIVALS)]
    found = {name: rows(directory, f"SELECT * FROM {name}") for name in (*CELLS, *of_events)}
    return {name: sorted(tuple(row.values()) for row in found[name]) for name in found}


@pytest.mark.parametrize("seed", [1, 2])
def test_events_in_any_order_and_twice_give_the_same_rows(told, tmp_path, seed):
    found, expected = told
    for number, file in enumerate(shuffled(found, seed)):
        load(tmp_path / "lake", tmp_path / f"files-{number}", file)
    answered = every_row(tmp_path / "lake")
    for name, wanted in expected.items():
        assert wanted, f"{name} has no rows"
        differing = sorted(set(wanted) ^ set(answered[name]))
        assert not differing and len(wanted) == len(answered[name]), f"{name}: {len(differing)}: {differing[:4]}"


def view_names() -> list[str]:
    return sorted(path.stem for path in VIEWS.glob("*.sql"))


@pytest.mark.parametrize("name", view_names())
def test_a_views_columns_are_those_that_its_file_tells(loaded, name):
    text = (VIEWS / f"{name}.sql").read_text()
    documented = re.findall(r"^-- column (\w+): \S", text, re.MULTILINE)
    schema = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{name}' ORDER BY ordinal_position"
    assert [row["column_name"] for row in rows(loaded, schema)] == documented
    shown = run("sql", f"SELECT * FROM {name} LIMIT 1", "--dir", loaded, "--format", "csv").stdout
    assert shown.splitlines()[0].split(",") == documented


@pytest.mark.parametrize("stream", TOPICS)
def test_relations_answer_where_only_one_stream_has_events(tmp_path, stream):
    load(tmp_path / "lake", tmp_path / "files", {stream: lines(awkward(7))[stream]})
    counts = [f"SELECT '{name}' AS name, count(*) AS num_rows FROM {name}" for name in (*CELLS, *view_names())]
    found = {row["name"]: int(row["num_rows"]) for row in rows(tmp_path / "lake", " UNION ALL ".join(counts))}
    assert found["kpi_daily"] > 0
    assert {"sessions": "user_days", "invoices": "invoices", "usage": "usage_costs"}[stream] in {
        name for name, num_rows in found.items() if num_rows}
