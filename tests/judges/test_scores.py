"""The judge of KPIs against targets, by values written by hand: the domain's targets by phase and its thresholds."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from judges import cell_panels, grafana, scores

KPIS = scores.catalogue()
GO_LIVE = date(2025, 11, 30)


@pytest.mark.parametrize(("day", "target"), [
    (date(2025, 11, 1), "0.90"), (date(2026, 2, 27), "0.90"), (date(2026, 2, 28), "0.92"), (date(2026, 5, 29), "0.92"),
    (date(2026, 5, 30), "0.95")])  # fmt: skip
def test_a_target_rises_three_and_six_months_after_go_live(day, target):
    assert KPIS["automation_rate"].target(GO_LIVE, day) == Decimal(target)


def test_before_a_city_is_live_only_targets_without_phases_hold():
    assert KPIS["automation_rate"].target(None, GO_LIVE) is None
    assert KPIS["charge_presence"].target(None, GO_LIVE) == 1
    assert KPIS["error_rate"].target(GO_LIVE, GO_LIVE) is None


@pytest.mark.parametrize(("kpi", "value", "status"), [
    ("ai_cost_per_invoice_hkd", "0.75", "ok"), ("ai_cost_per_invoice_hkd", "0.76", "warn"),
    ("ai_cost_per_invoice_hkd", "1.01", "act"), ("ai_accuracy", "0.80", "ok"), ("ai_accuracy", "0.79", "warn"),
    ("ai_accuracy", "0.69", "act"), ("automation_rate", "0.91", "warn"), ("automation_rate", "0.92", "ok"),
    ("invoices_settled", "5", None)])  # fmt: skip
def test_a_status_is_by_thresholds_then_by_the_target(kpi, value, status):
    assert KPIS[kpi].status(Decimal(value), KPIS[kpi].target(GO_LIVE, date(2026, 3, 1))) == status


@pytest.mark.parametrize(("kpi", "value", "text"), [
    ("automation_rate", "0.93750", "93.8 %"), ("review_mean_ms", "35149", "35.1 s"), ("ai_cost_hkd", "1.005", "HK$ 1.01"),
    ("nps", "-4.4", "-4"), ("invoices_settled", "12", "12")])  # fmt: skip
def test_a_figure_is_written_by_its_unit(kpi, value, text):
    assert KPIS[kpi].written(Decimal(value)) == text


def test_only_what_adds_up_is_added():
    others = {kpi for kpi in KPIS if kpi not in cell_panels.OTHERS and not cell_panels.adds_up(kpi)}
    assert {"dau", "wau", "mau", "tickets_open", "throughput_peak_per_hour", "connect_p95_ms", "city_coverage"} <= others
    assert others.isdisjoint({"invoices_settled", "automation_rate", "ai_cost_hkd", "retention_4w", "nps"})


def test_an_hour_is_told_by_the_zones_clock_of_that_day():
    """Sydney is eleven hours ahead until 5 April 2026, then ten."""
    one = (Decimal(1), Decimal(1), Decimal(1))
    found = {(hour, "SYD", "", "invoices_settled"): one for hour in ("2026-04-04T01", "2026-04-06T01")}
    over = grafana.Range.before(datetime(2026, 4, 10, tzinfo=UTC), days=10)
    chosen = {"timezone": "Australia/Sydney", "city": ["SYD"]}
    asked = cell_panels.Asked([], over, chosen, {"kpi_hourly": found}, {}, None)
    assert cell_panels.by_hour_of_day("invoices_settled")(asked) == [["11", 1], ["12", 1]]


def test_shares_of_few_are_not_looked_at():
    cell = lambda good, known: (Decimal(good), Decimal(known), Decimal(good) / known)  # noqa: E731
    march = {("HKG", "invoices_settled"): cell(50, 1), ("HKG", "error_rate"): cell(19, 19), ("SHA", "error_rate"): cell(1, 1),
             ("SIN", "error_rate"): cell(2, 20), ("", "multimodal_share"): cell(11, 20)}
    found = {("2026-03-01", city, "", kpi): of for (city, kpi), of in march.items()}
    found["2026-02-01", "SIN", "", "error_rate"] = cell(9, 20)
    over = grafana.Range.before(datetime(2026, 3, 9, tzinfo=UTC), days=1)
    asked = cell_panels.Asked([], over, {"city": ["HKG", "SIN", "SHA", "-"]}, {"kpi_monthly": found}, {}, None)
    assert scores.to_look_at(asked) == [[None, "Multimodal share", "55.0 %", "20.0 %", "act", "ai"],
                                        ["SIN", "Error rate", "10.0 %", None, "warn", "scm"]]
