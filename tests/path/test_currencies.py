"""Amounts in currencies without a minor unit, by the real binary: no tenth of a yen is borne, stated or shown. Expected values
by Python's decimals."""

import csv
import io
import json
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest

from path.histories import event, lines, load, rows
from path.test_finance import import_files
from path.test_reports import HEADER, report

RATES = {"JPY": "0.0523", "KRW": "0.00571", "VND": "0.000305", "SGD": "5.81"}
OF_CITIES = {"TYO": "JPY", "SEL": "KRW", "SGN": "VND", "SIN": "SGD", "HKG": "HKD"}
SHARES = {"TYO": "33.33", "SEL": "21.07", "SGN": "11.1", "SIN": "17.5", "HKG": "17"}
POLICY = """version = "shares"
effective_from = "2026-03"
[pools.rent]
driver = "fixed"
fixed = { %s }
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("currencies")
    load(folder / "lake", folder / "files", lines([event("invoice.received", "2026-03-02T01:00:00Z", "HKG", invoice_id="i-1", channel="api")]))
    import_files(folder / "lake", folder / "in", pools=[("2026-03", "rent", "1000", "HKD", "fixed"), ("2026-04", "rent", "100001", "JPY", "fixed")],
                 rates=[("2026-03", currency, rate) for currency, rate in RATES.items()],
                 policy=POLICY % ", ".join(f"{city} = {share}" for city, share in SHARES.items()))  # fmt: skip
    return folder / "lake"


def own_amount(city: str) -> Decimal:
    """A city's part in its own currency, to what can be paid in it."""
    unit = Decimal("1") if OF_CITIES[city] in ("JPY", "KRW", "VND") else Decimal("0.01")
    rate = Decimal(RATES.get(OF_CITIES[city], "1"))
    return (Decimal(SHARES[city]) * 10 / rate).quantize(unit, ROUND_HALF_UP)


def test_statements_in_own_currency_end_at_what_can_be_paid_in_it(lake):
    found = json.loads(report(lake, "document", kind="regional"), parse_float=Decimal)
    [section] = [section for section in found["sections"] if section["name"] == "cities"]
    names = [column["name"] for column in section["columns"]]
    told = {row["city"]: Decimal(row["local_amount"]) for row in (dict(zip(names, row)) for row in section["rows"]) if row["city"] in SHARES}
    assert told == {city: own_amount(city) for city in SHARES}


def test_budgets_in_own_currency_are_spent_to_what_can_be_paid_in_it(lake, tmp_path):
    budgets = [("2026-03", city, "rent", "9000000", currency) for city, currency in OF_CITIES.items()]
    import_files(lake, tmp_path / "in", budgets=budgets)
    told = rows(lake, "SELECT city, actual, forecast FROM budget_status WHERE month = '2026-03'")
    assert {row["city"]: (Decimal(row["actual"]), Decimal(row["forecast"])) for row in told} == {
        city: (own_amount(city), own_amount(city)) for city in SHARES}


def test_yen_are_shown_without_hundredths_and_dollars_with_them(lake):
    book = openpyxl.load_workbook(io.BytesIO(report(lake, "xlsx", kind="regional")))
    formats = {}
    for sheet in book:
        titles = [cell.value for cell in sheet[HEADER]]
        if "In own currency" in titles:
            for row in sheet.iter_rows(min_row=HEADER + 1):
                city = next((cell.value for cell in row if cell.value in SHARES), None)
                formats[city] = row[titles.index("In own currency")].number_format.split(";")[0]
    assert {city: formats[city] for city in SHARES} == {
        city: "#,##0" if currency in ("JPY", "KRW", "VND") else "#,##0.00" for city, currency in OF_CITIES.items()}


def test_an_allocation_in_yen_is_of_whole_yen_and_adds_up(lake, tmp_path):
    policy = POLICY.replace('"shares"', '"yen"').replace('"2026-03"', '"2026-04"\ncurrency = "JPY"')
    import_files(lake, tmp_path / "in", policy=policy % ", ".join(f"{city} = {share}" for city, share in SHARES.items()))
    amounts = {row["city"]: Decimal(row["amount"]) for row in rows(lake, "SELECT city, amount FROM cost_allocation WHERE month = '2026-04'")}
    assert sum(amounts.values()) == 100001 and all(amount == amount.to_integral() for amount in amounts.values()), amounts
    for city, share in SHARES.items():
        assert abs(amounts[city] - Decimal(share) * Decimal("1000.01")) < 1, (city, amounts)
    text = report(lake, "excel-csv", month="2026-04").decode("utf-8-sig")
    [of_tokyo] = [row for row in csv.reader(io.StringIO(text)) if "TYO" in row]
    assert str(int(amounts["TYO"])) in of_tokyo, of_tokyo
