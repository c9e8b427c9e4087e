"""KPIs as relations: every cell against the truth and against an oracle that shares no text with the product's SQL."""

from decimal import Decimal
from pathlib import Path

import pytest

from judges import cells, duck, truth
from judges.cells import FORMULAS, GRAINS
from path.harness import TOPICS, run
from path.histories import awkward, event, extracted, lines, load, rows

# Across months' ends and the end of Sydney's daylight saving time, 5 April 2026; long enough for eight weeks after a
# week.
SPAN = ("--days", "70", "--end", "2026-04-20", "--scale", "0.02")
GENERATED, DRAWN = (3, 8), (1, 2)
HISTORIES = [*(f"generated-{seed}" for seed in GENERATED), *(f"awkward-{seed}" for seed in DRAWN)]
# Of the domain's table. Retention, the funnel and the use of features have no id there: those are the catalogue's.
DOMAIN = (
    "invoices_received invoices_settled automation_rate ai_accuracy invoice_accuracy golden_accuracy"
    " manual_intervention_rate success_rate error_rate straight_through_p50_ms straight_through_p95_ms"
    " ai_processing_p95_ms review_mean_ms throughput_peak_per_hour data_completeness charge_presence"
    " forwarder_coverage city_coverage nps adoption dau wau mau stickiness sessions_requested session_failure_rate"
    " connect_p50_ms connect_p95_ms session_mean_ms sessions_concurrent_peak device_availability"
    " ticket_resolution_p50_ms ticket_sla_breaches tickets_open ai_cost_hkd ai_cost_per_invoice_hkd multimodal_share"
    " ai_error_rate ai_latency_p95_ms"
    " retention_1w retention_2w retention_4w retention_8w funnel_extracted funnel_reviewed funnel_completed"
    " funnel_exported feature_usage features_per_user platform_availability"
).split()
# It is made of no events: see test_availability.py.
OF_MINUTES = "platform_availability"
# It has no cells of what was loaded from files: that came as one piece, late by design.
OF_ARRIVALS = "events_on_time"
TEXTS = ("title", "title_zh_hant", "title_zh_hans", "meaning", "meaning_zh_hant", "meaning_zh_hans", "formula", "owner")
FIGURES = ("numerator", "denominator", "value")
WANTED = {
    "kpi = 'nps'": lambda row: row["kpi"] == "nps",
    r"kpi LIKE 'ai\_%' AND city = 'SYD'": lambda row: row["kpi"].startswith("ai_") and row["city"] == "SYD",
    "kpi IN ('dau', 'wau', 'none_such')": lambda row: row["kpi"] in ("dau", "wau"),
    "kpi NOT IN ('dau') AND kpi < 'd'": lambda row: row["kpi"] < "d" and row["kpi"] != "dau",
    "kpi = 'nps' OR city IS NULL": lambda row: row["kpi"] == "nps" or row["city"] == "",
    "kpi = 'none_such'": lambda row: False,
    "bucket = DATE '2026-04-05'": lambda row: row["bucket"] == "2026-04-05",
    "kpi = 'nps' AND value > 0": lambda row: row["kpi"] == "nps" and Decimal(row["value"]) > 0,
}


@pytest.fixture(scope="module")
def histories(tmp_path_factory) -> dict[str, Path]:
    """Data directories by history."""
    found = {}
    for seed in GENERATED:
        folder = tmp_path_factory.mktemp("history")
        print("seed", seed)
        run("generate", *SPAN, "--seed", seed, "--out", folder)
        run("load", *(folder / f"{topic}.jsonl" for topic in TOPICS), "--dir", folder / "lake")
        found[f"generated-{seed}"] = folder / "lake"
    for seed in DRAWN:
        folder = tmp_path_factory.mktemp("history")
        found[f"awkward-{seed}"] = load(folder / "lake", folder / "files", lines(awkward(seed)))
    return found


@pytest.fixture(scope="module")
def judged(histories) -> dict[str, dict]:
    """By history and relation: the cells that the oracle finds and those that the product answers."""
    found = {}
    for name, directory in histories.items():
        with duck.connect(directory) as connection:
            cells.prepare(connection)
            wanted = {relation: cells.cells(connection, relation) for relation in GRAINS}
        found[name] = {relation: (wanted[relation], answered(directory, relation)) for relation in GRAINS}
    return found


def answered(directory: Path, relation: str) -> dict[cells.Key, cells.Cell]:
    """The product's cells. An hour is known by its first thirteen characters in UTC."""
    found = {}
    for row in rows(directory, f"SELECT * FROM {relation}"):
        assert GRAINS[relation] != cells.HOUR or row["bucket"].endswith(":00:00Z")
        key = (row["bucket"][:13], row["city"], row.get("forwarder", ""), row["kpi"])
        assert key not in found, f"two cells {key} in {relation}"
        found[key] = tuple(Decimal(row[name]) if row[name] else None for name in FIGURES)
    return found


def of_kpi(found: dict[cells.Key, cells.Cell], kpi: str, relation: str) -> dict[tuple[str, ...], cells.Cell]:
    return {(relation, *key): cell for key, cell in found.items() if key[-1] == kpi}


@pytest.mark.parametrize("seed", GENERATED)
def test_the_months_hold_every_figure_of_the_truth(histories, seed):
    directory = histories[f"generated-{seed}"]
    figures = truth.load(directory.parent / "truth.json")["kpi_by_city_month"]
    found = answered(directory, "kpi_monthly")
    differing = []
    for (city, month, kpi), pair in truth_cells(figures).items():
        cell = found.get((f"{month}-01", city, "", kpi), (Decimal(0), Decimal(0)))
        if cell[:2] != pair:
            differing.append(f"{kpi} {city} {month}: expected {pair}, got {cell}")
    assert differing == []


def truth_cells(figures: dict) -> dict[tuple[str, str, str], tuple[Decimal, Decimal]]:
    """Numerators and denominators. The truth counts scores; the KPI is in points, a hundred for a whole."""
    found = {}
    for city, months in figures.items():
        for month, kpis in months.items():
            for kpi, figure in kpis.items():
                scale = 100 if kpi == "nps" else 1
                pair = (Decimal(figure["numerator"]) * scale, Decimal(figure.get("denominator", 1)))
                is_nothing = not pair[0] and ("denominator" not in figure or not pair[1])
                found[city, month, kpi] = (Decimal(0), Decimal(0)) if is_nothing else pair
    return found


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("kpi", FORMULAS)
def test_every_cell_is_what_the_oracle_finds(judged, history, kpi):
    wanted, found = {}, {}
    for relation, (oracle, product) in judged[history].items():
        wanted |= of_kpi(oracle, kpi, relation)
        found |= of_kpi(product, kpi, relation)
    differing = [f"{'/'.join(key)}: expected {truth.text_of(wanted.get(key))}, got {truth.text_of(found.get(key))}"
                 for key in sorted(wanted.keys() | found.keys()) if wanted.get(key) != found.get(key)]
    assert not differing, f"{len(differing)} of {len(wanted)} cells:\n" + "\n".join(differing[:5])


@pytest.mark.parametrize("history", HISTORIES)
def test_no_cell_is_of_a_kpi_that_the_oracle_lacks(judged, history):
    assert {key[-1] for _, found in judged[history].values() for key in found} <= FORMULAS.keys()


def test_the_histories_have_cells_of_every_kpi_and_grain(judged):
    for relation, grain in GRAINS.items():
        due = {kpi for kpi, formula in FORMULAS.items() if grain in formula.grains}
        due = {kpi for kpi in due if FORMULAS[kpi].by_forwarder} if relation.endswith("_by_forwarder") else due
        assert {key[-1] for history in HISTORIES for key in judged[history][relation][0]} == due


@pytest.fixture(scope="module")
def every_day(histories) -> list[dict[str, str]]:
    return rows(histories["awkward-1"], "SELECT * FROM kpi_daily")


@pytest.mark.parametrize("wanted", WANTED)
def test_a_query_for_some_cells_gets_those_of_a_query_for_all(histories, every_day, wanted):
    some = rows(histories["awkward-1"], f"SELECT * FROM kpi_daily WHERE {wanted}")
    order = lambda row: tuple(row.values())  # noqa: E731
    assert sorted(some, key=order) == sorted(filter(WANTED[wanted], every_day), key=order)


def test_additive_cells_add_up_from_day_to_month(histories):
    differing = []
    for history, directory in histories.items():
        sums = ("SELECT date_trunc('month', bucket) AS month, city, kpi, sum(numerator) AS numerator,"
                " sum(denominator) AS denominator FROM kpi_daily GROUP BY 1, 2, 3")
        query = f"""SELECT m.kpi, m.city, m.bucket, m.numerator, d.numerator AS of_days, m.denominator,
            d.denominator AS over_days FROM kpi_monthly m JOIN kpis k ON k.kpi = m.kpi AND k.additive
            LEFT JOIN ({sums}) d ON d.kpi = m.kpi AND coalesce(d.city, '') = coalesce(m.city, '') AND d.month = m.bucket
            WHERE m.kpi IN (SELECT kpi FROM kpi_daily)"""
        for row in rows(directory, query):
            is_plain = FORMULAS[row["kpi"]].denominator == "1"
            if row["numerator"] != row["of_days"] or not is_plain and row["denominator"] != row["over_days"]:
                differing.append((history, *row.values()))
    assert not differing, f"{sorted({line[1] for line in differing})}: {differing[:3]}"


def test_the_catalogue_has_every_kpi_of_the_domain_and_no_other_than_the_oracle(histories):
    found = {row["kpi"]: row for row in rows(histories["awkward-1"], "SELECT * FROM kpis")}
    assert set(DOMAIN) <= found.keys()
    assert found.keys() == FORMULAS.keys() | {OF_MINUTES, OF_ARRIVALS}
    for kpi, row in found.items():
        assert all(row[name] for name in TEXTS)
        assert row["by_forwarder"] == str(kpi in FORMULAS and FORMULAS[kpi].by_forwarder).lower()


def test_the_catalogue_has_the_targets_of_the_domain(histories):
    """Those of `city_coverage` and `throughput_peak_per_hour` are the whole group's, not a city's."""
    query = "SELECT kpi, target_3m, target_6m, target_12m FROM kpis WHERE target_3m IS NOT NULL"
    told = rows(histories["awkward-1"], query)
    found = {row["kpi"]: [float(text) for text in list(row.values())[1:]] for row in told}
    assert found == {
        **dict.fromkeys(["automation_rate", "ai_accuracy", "golden_accuracy"], [0.9, 0.92, 0.95]),
        "manual_intervention_rate": [0.1, 0.08, 0.05], "ai_processing_p95_ms": [30_000] * 3,
        "review_mean_ms": [60_000] * 3, "data_completeness": [0.99] * 3, "charge_presence": [1] * 3,
        "forwarder_coverage": [0.85, 0.95, 1], "nps": [30, 35, 40], "adoption": [1] * 3,
        "ai_cost_per_invoice_hkd": [0.5] * 3, "multimodal_share": [0.2] * 3, OF_MINUTES: [0.999] * 3,
    }


def test_a_cell_with_a_currency_has_the_rate_that_is_stated(histories):
    found = rows(histories["awkward-1"], "SELECT currency, hkd FROM exchange_rates")
    assert {row["currency"]: Decimal(row["hkd"]) for row in found} == {
        currency: Decimal(rate) for currency, rate in cells.RATES.items()}


def settled(invoice_id: str, time: str, city: str = "HKG", last: str = "completed", **more) -> list[dict]:
    """An invoice that is received, extracted and settled at once."""
    data = {"stage": "map", "code": "E1"} if last == "failed" else {}
    end = event(f"invoice.{last}", time, city, invoice_id=invoice_id, **data)
    return [extracted(invoice_id, time, city, **more), end]


# 1 February in Hong Kong, where it is half past midnight; 30 November in Singapore, which has no 30 February after it.
GO_LIVES = {"HKG": "2025-01-31T16:30:00Z", "SIN": "2024-11-30T01:00:00Z"}
TARGETS = {
    ("HKG", "2025-02-01"): "0.9", ("HKG", "2025-04-30"): "0.9", ("HKG", "2025-05-01"): "0.92",
    ("HKG", "2025-07-31"): "0.92", ("HKG", "2025-08-01"): "0.95", ("HKG", "2026-01-01"): "0.95",
    ("HKG", "2025-01-31"): "0.9",
    ("SIN", "2025-02-27"): "0.9", ("SIN", "2025-02-28"): "0.92", ("SIN", "2025-05-29"): "0.92",
    ("SIN", "2025-05-30"): "0.95", ("SYD", "2025-05-01"): "",
}


@pytest.fixture(scope="module")
def targets(tmp_path_factory) -> Path:
    """Invoices that settle in the first minute of certain local days; Sydney never received one."""
    events = [event("invoice.received", time, city, invoice_id=f"first-{city}", channel="api")
              for city, time in GO_LIVES.items()]
    offsets = {"HKG": "+08:00", "SIN": "+08:00", "SYD": "+10:00"}
    for number, (city, day) in enumerate(TARGETS):
        events += settled(f"inv-{number}", f"{day}T00:00:30{offsets[city]}", city)
    folder = tmp_path_factory.mktemp("targets")
    return load(folder / "lake", folder / "files", lines(events))


def test_a_citys_target_rises_three_and_six_months_after_its_first_invoice(targets):
    query = "SELECT city, bucket, target FROM kpi_daily WHERE kpi = 'automation_rate'"
    found = {(row["city"], row["bucket"]): row["target"] for row in rows(targets, query)}
    assert {key: shown(target) for key, target in found.items()} == TARGETS


def test_an_hours_target_is_that_of_its_local_day(targets):
    query = "SELECT city, bucket, target FROM kpi_hourly WHERE kpi = 'automation_rate'"
    found = {(row["city"], row["bucket"]): shown(row["target"]) for row in rows(targets, query)}
    # The first hour of 1 May and of 1 August in Hong Kong.
    assert (found["HKG", "2025-04-30T16:00:00Z"], found["HKG", "2025-07-31T16:00:00Z"]) == ("0.92", "0.95")


def test_a_months_target_is_that_of_its_first_day(targets):
    query = "SELECT city, bucket, target FROM kpi_monthly WHERE kpi = 'automation_rate'"
    found = {(row["city"], row["bucket"]): shown(row["target"]) for row in rows(targets, query)}
    assert found == {
        ("HKG", "2025-01-01"): "0.9", ("HKG", "2025-02-01"): "0.9", ("HKG", "2025-04-01"): "0.9",
        ("HKG", "2025-05-01"): "0.92", ("HKG", "2025-07-01"): "0.92", ("HKG", "2025-08-01"): "0.95",
        ("HKG", "2026-01-01"): "0.95", ("SIN", "2025-02-01"): "0.9", ("SIN", "2025-05-01"): "0.92",
        ("SYD", "2025-05-01"): "",
    }


def shown(figure: str) -> str:
    return figure and format(Decimal(figure).normalize(), "f")


def test_a_cells_status_says_how_far_it_is_from_its_target(tmp_path):
    first = event("invoice.received", "2026-01-05T01:00:00Z", invoice_id="inv-0", channel="api")

    def day(number: int, corrected: int, completed: int, failed: int) -> list[dict]:
        at, name = f"2026-01-{number:02}T02:00:00Z", f"day{number}"
        made = [one for i in range(completed) for one in settled(f"{name}-{i}", at, num_fields=1)]
        made += [one for i in range(failed) for one in settled(f"{name}-f{i}", at, last="failed", num_fields=1)]
        return made + [event("invoice.field_corrected", at, invoice_id=f"{name}-{i}", field="f0", user_id="u")
                       for i in range(corrected)]

    events = [first, *day(5, 0, 20, 0), *day(6, 1, 9, 1), *day(7, 2, 9, 1), *day(8, 3, 9, 1), *day(9, 4, 9, 1)]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    kpis = ("automation_rate", "ai_accuracy", "error_rate", "invoice_accuracy", "invoices_settled")
    found = rows(tmp_path / "lake", "SELECT kpi, bucket, status FROM kpi_daily ORDER BY bucket")
    statuses = {kpi: [row["status"] for row in found if row["kpi"] == kpi] for kpi in kpis}
    assert statuses == {
        # Short of 90 % is a warning. Accuracy: 100, 90, 80, 70 and 60 %; below 80 warns, below 70 acts.
        "automation_rate": ["ok", "warn", "warn", "warn", "warn"], "ai_accuracy": ["ok", "ok", "ok", "warn", "act"],
        "error_rate": ["ok", "warn", "warn", "warn", "warn"],
        "invoice_accuracy": [""] * 5, "invoices_settled": [""] * 5,
    }
