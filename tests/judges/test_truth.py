"""The truth judge against a small lake made by hand: equal figures pass, and each kind of wrong figure is told."""

import copy
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from judges import duck, truth
from judges.build import TableBuilder, event, letter

HK_APRIL = datetime(2026, 3, 31, 16, 30, tzinfo=timezone.utc)  # Half past midnight of 1 April in Hong Kong.
FIELDS = [{"name": "total", "required": True, "value": "1"}, {"name": "ref", "required": True, "value": ""}]

CHARGES = [{"code": "OF", "amount": Decimal("12.500000000"), "currency": "USD"}]


def invoice(offset: int, number: int, kind: str, **columns) -> dict:
    return event(offset, type=f"invoice.{kind}", invoice_id=f"inv-{number}", **columns)


def invoice_rows() -> list[dict]:
    """Four invoices: full, assisted (settled in April, local time), partial, failed; and one still open."""
    auto = {"route": "auto", "fields": FIELDS, "charges": CHARGES, "multimodal": False}
    quick = {**auto, "route": "quick_review", "multimodal": True}
    return [
        *(invoice(number, number, "received") for number in range(5)),
        invoice(5, 0, "extracted", **auto), invoice(6, 0, "classified", supported=True),
        invoice(7, 1, "extracted", **quick), invoice(8, 2, "extracted", **quick),
        invoice(9, 1, "reviewed", outcome="confirmed", review="quick"),
        invoice(10, 2, "field_corrected", field="total"), invoice(11, 2, "field_corrected", field="total"),
        invoice(12, 0, "completed"), invoice(13, 1, "completed", time=HK_APRIL), invoice(14, 2, "completed"),
        invoice(15, 3, "failed"), event(16, type="golden.evaluated", correct=9, golden_fields=10),
        *(event(17 + i, type="feedback.nps", score=score) for i, score in enumerate((10, 8, 3, 2))),
    ]


VOLUMES = {"invoices_received": 5, "invoices_settled": 3, "sessions_requested": 2, "tickets_resolved": 1}
MARCH = {
    "automation_rate": (1, 3), "ai_accuracy": (3, 4), "invoice_accuracy": (2, 3), "manual_intervention_rate": (1, 3),
    "success_rate": (2, 3), "error_rate": (1, 3), "data_completeness": (2, 4), "charge_presence": (2, 2),
    "forwarder_coverage": (1, 3), "golden_accuracy": (9, 10), "multimodal_share": (1, 2), "nps": (-1, 4),
    "session_failure_rate": (1, 2), "ai_error_rate": (1, 1),
    "funnel_extracted": (3, 5), "funnel_reviewed": (2, 5), "funnel_completed": (3, 5), "funnel_exported": (0, 5),
}
APRIL = {
    "automation_rate": (1, 1), "ai_accuracy": (2, 2), "invoice_accuracy": (1, 1), "manual_intervention_rate": (0, 1),
    "success_rate": (1, 1), "error_rate": (0, 1), "data_completeness": (1, 2), "charge_presence": (1, 1),
    "forwarder_coverage": (0, 1), "multimodal_share": (1, 1),
}


def month(volumes: dict[str, int], ratios: dict[str, tuple[int, int]]) -> dict:
    counts = {name: {"numerator": count} for name, count in volumes.items()}
    return {**counts, **{name: {"numerator": n, "denominator": d} for name, (n, d) in ratios.items()}}


KPIS = {
    "HKG": {"2026-03": month(VOLUMES, MARCH), "2026-04": month({"invoices_settled": 1}, APRIL)},
    "": {"2026-04": month({}, {"ai_error_rate": (0, 1)})},
}
TRUTH = {
    "plan": {}, "late": 0,
    "records": {"sessions": 4, "invoices": 23, "usage": 2},
    "unique_events": {"sessions": 4, "invoices": 21, "usage": 2},
    "duplicates": {"sessions": 0, "invoices": 0, "usage": 0},
    "dead_letters": {"sessions": {}, "invoices": {"not_json": 1, "missing:invoice_id": 1}, "usage": {}},
    "dead_letters_total": 2,
    "events_by_city_month": {
        "sessions": {"HKG": {"2026-03": 4}}, "invoices": {"HKG": {"2026-03": 21}},
        "usage": {"HKG": {"2026-03": 1}, "": {"2026-04": 1}},
    },
    "events_by_type": {
        "session.requested": 2, "session.failed": 1, "ticket.closed": 1, "feedback.nps": 4,
        "invoice.received": 5, "invoice.extracted": 3,
        "invoice.classified": 1, "invoice.reviewed": 1, "invoice.field_corrected": 2, "invoice.completed": 3,
        "invoice.failed": 1, "golden.evaluated": 1, "usage.recorded": 2,
    },
    "sums": {
        "usage_cost": {"HKD": "0.3", "USD": "0"}, "usage_cost_by_meter": {"llm.calls": {"HKD": "0.3"}},
        "usage_quantity": {"llm.calls": "2"}, "charges": {"USD": "37.5"},
    },
    "kpi_by_city_month": KPIS,
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    root = tmp_path_factory.mktemp("lake")
    dead = TableBuilder(root, "dead_letters")
    dead.commit([dead.file([letter(21), letter(22, reason="missing:invoice_id")], city=None)])
    invoices = TableBuilder(root, "invoice_events")
    invoices.commit([invoices.file(invoice_rows())])
    # A file that no commit names must not count.
    invoices.file([event(99)])
    sessions = TableBuilder(root, "session_events")
    rows = [event(o, topic="sessions", type=f"session.{k}", session_id=s)
            for o, (k, s) in enumerate([("requested", "a"), ("requested", "b"), ("failed", "b")])]
    rows.append(event(3, topic="sessions", type="ticket.closed", ticket_id="t"))
    sessions.commit([sessions.file(rows)])
    usage = TableBuilder(root, "usage_events")
    meter = {"topic": "usage", "type": "usage.recorded", "meter": "llm.calls", "currency": "HKD"}
    april = datetime(2026, 4, 1, tzinfo=timezone.utc)
    in_city = event(0, **meter, cost=Decimal("0.100000000"), quantity=Decimal(1), status="error")
    of_none = event(1, **meter, cost=Decimal("0.200000000"), quantity=Decimal(1), status="ok", time=april)
    usage.commit([usage.file([in_city]), usage.file([of_none], None, "2026-04")])
    return root


def found(lake, *path, to) -> str:
    """The differences once the figure at this path of the truth is bent to another."""
    bent = copy.deepcopy(TRUTH)
    place = bent
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return "\n".join(truth.compare_directory(bent, lake))


def test_equal_figures_pass(lake):
    assert truth.compare_directory(TRUTH, lake) == []


@pytest.mark.parametrize(("path", "to", "told"), [
    (("unique_events", "usage"), 3, "unique_events.usage: expected 3, got 2"),
    (("events_by_city_month", "usage", ""), {}, "events_by_city_month.usage /2026-04: expected nothing, got 1"),
    (("events_by_type", "session.failed"), 2, "events_by_type session.failed: expected 2, got 1"),
    (("dead_letters", "invoices", "not_json"), 0, "dead_letters.invoices not_json: expected nothing, got 1"),
    (("dead_letters_total",), 3, "dead_letters_total: expected 3, got 2"),
    (("records", "invoices"), 20, "the truth has 20 records of invoices"),
    (("sums", "usage_cost_by_meter", "llm.calls", "HKD"), "0.300000001", "expected 0.300000001, got 0.3"),
    (("sums", "wages"), {"HKD": "1"}, "the truth has sums.wages, which no question checks"),
    (("sums", "charges", "USD"), "37.4", "sums.charges USD: expected 37.4, got 37.5"),
    (("sums",), {}, "the truth lacks sums.charges"),
    (("kpi_by_city_month", "HKG", "2026-03", "nps"), {"numerator": 1, "denominator": 4}, "expected 1 / 4, got -1 / 4"),
    (("kpi_by_city_month", "HKG", "2026-03", "success_rate"), {"numerator": 1, "denominator": 3},
     "kpi success_rate HKG/2026-03: expected 1 / 3, got 2 / 3"),
    (("kpi_by_city_month",), {}, "kpi success_rate HKG/2026-03: expected nothing, got 2 / 3"),
    (("kpi_by_city_month", "HKG", "2026-03", "luck"), {"numerator": 1}, "the truth has kpi luck, which no query"),
])
def test_a_wrong_figure_is_told(lake, path, to, told):
    assert told in found(lake, *path, to=to)


def test_a_missing_key_is_told(lake):
    short = {key: value for key, value in TRUTH.items() if key != "late"}
    assert truth.compare_directory(short, lake) == ["the truth lacks late"]


def test_the_order_of_a_kpis_keys_does_not_matter(lake):
    by_month = {"2026-03": {"HKG": KPIS["HKG"]["2026-03"]}}
    by_month["2026-04"] = {city: months["2026-04"] for city, months in KPIS.items()}
    assert found(lake, "kpi_by_city_month", to=by_month) == ""


def test_a_door_is_held_to_the_same_figures(lake):
    def text_door(sql: str) -> list[tuple[str, ...]]:
        with duck.connect(lake) as connection:
            return [tuple("" if v is None else str(v) for v in row) for row in connection.execute(sql).fetchall()]

    assert truth.compare(TRUTH, text_door) == []
    assert "no answer: gone" in truth.compare(TRUTH, lambda sql: 1 / 0 if "gone" in sql else fail())[0]


def test_a_float_is_no_exact_sum():
    with pytest.raises(ValueError, match="a float"):
        truth.rows_as_figures([("HKD", 0.3)])


def test_a_row_in_the_partition_of_another_month_is_told(tmp_path):
    table = TableBuilder(tmp_path, "invoice_events")
    table.commit([table.file([event(0)], month="2026-04")])
    told = "1 rows of invoice_events lie in the partition of another month"
    assert any(told in line for line in truth.compare_directory(TRUTH, tmp_path))


def fail():
    raise RuntimeError("gone")
