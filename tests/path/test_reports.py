"""Reports by the real binary: workbooks read back by two readers, CSV, JSON and FOCUS, for whom they are and in which
language. What must stand in them comes from the oracle in whole numbers, through `closing.Business`."""

import csv
import io
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from judges import libreoffice
from judges.allocation import ONE
from path.closing import Business, small
from path.harness import TOPICS, binary, run
from path.test_finance import import_files

FORMULAS = {"=1+1": "10", "@x": "5.55", "-2": "-3.33", "+a": "1"}
HEADER = 5
LANGUAGES = ("en", "zh-hant", "zh-hans")
FOCUS_VALIDATOR = os.environ.get(
    "FOCUS_VALIDATOR", str(Path.home() / ".cache/tidemark-tools/focus/bin/focus-validator"))


def hostile(folder: Path) -> Business:
    """The small business, whose finance also has pools that spreadsheets take for formulas, and budgets."""
    made = small(folder)
    of_march = [("2026-03", *pool) for pool in made.pools["2026-03"]]
    made.states(of_march + [("2026-03", name, amount, "HKD", "even") for name, amount in FORMULAS.items()])
    import_files(made.lake, folder / "budgets", budgets=[
        ("2026-03", "HKG", "platform", "400", "HKD"), ("2026-03", "SIN", "platform", "20", "USD"),
        ("2026-03", "HKG", "=1+1", "100", "HKD"), ("2026-03", "SHA", "travel", "1", "HKD")])
    return made


@pytest.fixture(scope="module")
def business(tmp_path_factory) -> Business:
    return hostile(tmp_path_factory.mktemp("reports"))


def report(source: list | Path, form: str, *more, kind: str = "cost-allocation", month: str = "2026-03", code: int = 0):
    """The bytes of a report, or what the command says where it refuses."""
    source = ["--dir", source] if isinstance(source, Path) else source
    command = [binary(), "report", kind, "--month", month, "--format", form, *source, *more]
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=120)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout if code == 0 else done.stderr.decode()


def workbook(content: bytes, **how) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), **how)


def table(sheet) -> list[dict]:
    """The rows below the titles of a sheet, without the row of totals."""
    titles = [cell.value for cell in sheet[HEADER]]
    found = [dict(zip(titles, row)) for row in sheet.iter_rows(min_row=HEADER + 1, values_only=True)]
    return [row for row in found if row[titles[0]] not in ("Total", "合計", "合计", None)]


def whole(value) -> int:
    """A figure in billionths; a float of Excel's is the nearest decimal of nine digits."""
    return int((Decimal(repr(value)) if isinstance(value, float) else Decimal(value)).quantize(Decimal(1) / ONE) * ONE)


def test_the_workbook_has_the_oracles_figures_as_two_readers_see_them(business):
    content = report(business.lake, "xlsx")
    shares = business.bears("2026-03")
    by_openpyxl = table(workbook(content, data_only=True)["Allocation"])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Allocation")
    titles, *values = sheet.to_python(skip_empty_area=False)[HEADER - 1:]
    by_calamine = [dict(zip(titles, row)) for row in values if row[0] not in ("Total", "")]
    for found in (by_openpyxl, by_calamine):
        shown = {(pool, row["City code"]): whole(row[f"{pool} (HKD)"])
                 for row in found for pool in {pool for pool, _ in shares} if row[f"{pool} (HKD)"] not in (None, "")}
        assert shown == shares
        assert {row["City code"]: whole(row["Total (HKD)"]) for row in found} == {
            city: sum(amount for (_, of), amount in shares.items() if of == city) for _, city in shares}
    detail = table(workbook(content, data_only=True)["Detail"])
    assert {(row["Pool"], row["City code"]): whole(row["Amount (HKD)"]) for row in detail} == shares
    assert [row["Pool"] for row in detail if row["Pool"] in FORMULAS] and all(
        isinstance(row["Pool"], str) for row in detail)


def test_budgets_and_what_is_left_of_them_stand_beside_the_allocation(business):
    rows = {row["City code"]: row for row in table(workbook(report(business.lake, "xlsx"), data_only=True)["Allocation"])}
    shares, rate = business.bears("2026-03"), business.rate("2026-03")["USD"]
    spent = {"HKG": shares["platform", "HKG"] + shares["=1+1", "HKG"], "SIN": shares["platform", "SIN"]}
    budget = {"HKG": 500 * ONE, "SIN": 20 * rate}
    for city in ("HKG", "SIN"):
        assert whole(rows[city]["Budget (HKD)"]) == budget[city]
        assert whole(rows[city]["Spent of it (HKD)"]) == spent[city]
        assert whole(rows[city]["Variance (HKD)"]) == budget[city] - spent[city]
    assert rows["SHA"]["Budget (HKD)"] is None, "a budget of no pool has no part in the allocation"


def worked_out(sheet, formula: str, values) -> float | str:
    """What a formula of the few forms that reports have comes to, from the values of the cells that it names."""
    number = lambda cell: values[cell].value or 0  # noqa: E731
    if found := re.fullmatch(r"=ROUND\((.*),9\)", formula):
        terms = re.findall(r"([+-]?)([A-Z]+\d+)", found[1])
        return round(sum((-1 if sign == "-" else 1) * number(cell) for sign, cell in terms), 9)
    if found := re.fullmatch(r"=SUBTOTAL\(109,([A-Z]+)(\d+):([A-Z]+)(\d+)\)", formula):
        column, first, other, last = found.groups()
        assert column == other
        return sum(number(f"{column}{row}") for row in range(int(first), int(last) + 1))
    found = re.fullmatch(r'=IF\(ABS\(([A-Z]+\d+)\)<=([0-9.]+),"(.*)","(.*)"\)', formula)
    assert found, formula
    return found[3] if abs(number(found[1])) <= float(found[2]) else found[4]


def test_live_formulas_come_to_the_results_that_are_set(business):
    content = report(business.lake, "xlsx")
    live, shown = workbook(content), workbook(content, data_only=True)
    seen = set()
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    values = shown[sheet.title]
                    seen.add((sheet.title, cell.value.split("(")[0]))
                    result = worked_out(sheet, cell.value, values)
                    expected = values[cell.coordinate].value
                    close = expected == result if isinstance(result, str) else abs(expected - result) < 1e-6
                    assert close, (sheet.title, cell.coordinate, cell.value, expected, result)
    assert {("Reconciliation", "=ROUND"), ("Allocation", "=SUBTOTAL"), ("Summary", "=IF")} <= seen
    results = [row[5].value for row in shown["Summary"].iter_rows() if len(row) > 5 and row[5].value in ("passed", "FAILED")]
    assert results == ["passed"] * (len(business.pools["2026-03"]) + 1)


def test_libreoffice_comes_to_the_same_results(business, tmp_path):
    """It is given the formulas without what they come to."""
    asked = [(kind, language) for kind in ("cost-allocation", "regional", "trend", "budget") for language in LANGUAGES]
    contents = [report(business.lake, "xlsx", "--language", language, kind=kind) for kind, language in asked]
    num = 0
    for content, calculated in zip(contents, libreoffice.worked_out(tmp_path, *contents)):
        live, shown = workbook(content), workbook(content, data_only=True)
        for sheet in live:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                expected, result = (book[sheet.title][cell.coordinate].value for book in (shown, calculated))
                same = expected == result if isinstance(expected, str) else abs(expected - result) < 1e-6
                assert same, (sheet.title, cell.coordinate, cell.value, expected, result)
                num += 1
        assert libreoffice.without_results(content)[1] > 0
    assert num == sum(libreoffice.without_results(content)[1] for content in contents), "a formula without a result"


def test_each_pool_reconciles_with_what_was_paid(business):
    rows = {row["Pool"]: row for row in table(workbook(report(business.lake, "xlsx"), data_only=True)["Reconciliation"])}
    assert set(rows) == {name for name, *_ in business.pools["2026-03"]}
    shares = business.bears("2026-03")
    for name, amount, currency, _ in business.pools["2026-03"]:
        row = rows[name]
        assert (row["Billed in"], whole(row["Billed"])) == (currency, int(Decimal(amount) * ONE))
        assert whole(row["Unallocated (HKD)"]) == shares.get((name, "unallocated"), 0)
        assert whole(row["Total (HKD)"]) == sum(share for (pool, _), share in shares.items() if pool == name)
        assert abs(row["Difference (HKD)"]) <= row["Tolerance (HKD)"]


def test_sheets_are_ready_to_print_and_codes_are_texts(business):
    book = workbook(report(business.lake, "xlsx"))
    assert book.sheetnames == ["Summary", "Allocation", "Detail", "Rules and drivers", "Unallocated and idle",
                               "Exchange rates", "Reconciliation", "Adjustments", "Notes and glossary"]
    for sheet in book.worksheets[1:]:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.freeze_panes == f"A{HEADER + 1}"
        assert sheet.print_title_rows == f"${HEADER}:${HEADER}" and "&P" in sheet.oddFooter.right.text
        assert len({cell.value.lower() for cell in sheet[HEADER] if cell.value}) == len([c for c in sheet[HEADER] if c.value])
    allocation = book["Allocation"]
    assert list(allocation.tables) == ["t_allocation"]
    assert "[Red]-" in allocation.cell(HEADER + 1, 5).number_format


def test_the_same_data_gives_the_same_bytes(business):
    for form in ("xlsx", "excel-csv", "document", "focus", "csv"):
        assert report(business.lake, form) == report(business.lake, form), form


def test_csv_round_trips_and_excels_has_no_formula(business):
    shares = business.bears("2026-03")
    plain = report(business.lake, "csv")
    rows = list(csv.DictReader(io.StringIO(plain.decode())))
    assert {(row["pool"], row["city"]): whole(row["amount"]) for row in rows} == shares
    excel = report(business.lake, "excel-csv")
    assert excel.startswith(b"\xef\xbb\xbf") and excel.count(b"\r\n") == excel.count(b"\n") == len(rows) + 1
    shown = list(csv.DictReader(io.StringIO(excel.decode("utf-8-sig"))))
    assert {(row["Pool"], row["City code"]): whole(row["Amount (HKD)"]) for row in shown} == {
        (f"'{pool}" if pool in FORMULAS else pool, city): amount for (pool, city), amount in shares.items()}
    texts = [text for row in shown for title, text in row.items() if title in ("Pool", "City code", "Driver code")]
    assert texts and not [text for text in texts if text[:1] in tuple("=+-@")]


def test_the_whole_document_is_json_in_three_languages(business):
    titles = {}
    for language, title in (("en", "Cost allocation"), ("zh-hant", "成本分攤"), ("zh-hans", "成本分摊")):
        found = json.loads(report(business.lake, "document", "--language", language), parse_float=Decimal)
        assert (found["title"], found["status"], found["period"]) == (title, "draft", "2026-03")
        assert [check["passed"] for check in found["checks"]] == [True] * len(found["checks"]) and found["checks"]
        titles[language] = [section["title"] for section in found["sections"]]
        allocation = found["sections"][0]
        names = {row[0]: row[1] for row in allocation["rows"]}
        assert names["HKG"] == {"en": "Hong Kong", "zh-hant": "香港", "zh-hans": "香港"}[language]
        assert names["unallocated"] == {"en": "Unallocated", "zh-hant": "未分攤", "zh-hans": "未分摊"}[language]
        book = workbook(report(business.lake, "xlsx", "--language", language))
        assert book.sheetnames[1:] == titles[language]
    assert len({tuple(words) for words in titles.values()}) == 3


def principals(folder: Path) -> Path:
    file = folder / "principals.toml"
    file.write_text('[principals]\nann = "all"\nbob = ["HKG", "SIN"]\neve = []\n')
    return file


def test_two_principals_see_their_cities_of_one_definition(business, tmp_path):
    known = ["--principals", principals(tmp_path)]
    shares = business.bears("2026-03")
    seen = {}
    for name in ("ann", "bob"):
        found = json.loads(report(business.lake, "document", *known, "--as", name), parse_float=Decimal)
        sections = {section["name"]: section for section in found["sections"]}
        assert "reconciliation" in sections if name == "ann" else "reconciliation" not in sections
        text = json.dumps([section["rows"] for section in found["sections"] if section["name"] != "glossary"], default=str)
        seen[name] = {row[1] for row in sections["detail"]["rows"]}
        assert ("SHA" in text) == (name == "ann") and ("unallocated" in text) == (name == "ann")
        for form in ("csv", "focus", "xlsx"):
            content = report(business.lake, form, *known, "--as", name)
            if form == "xlsx":
                content = "".join(str(cell) for sheet in workbook(content) for row in sheet.values for cell in row).encode()
            assert (b"SHA" in content) == (name == "ann"), (form, name)
    assert seen == {"ann": {city for _, city in shares}, "bob": {"HKG", "SIN"}}
    assert "may see no report" in report(business.lake, "csv", *known, code=1)
    assert "may see no report" in report(business.lake, "xlsx", *known, "--as", "mallory", code=1)
    assert "may not see the city \"SHA\"" in report(business.lake, "csv", *known, "--as", "bob", "--city", "SHA", code=1)
    assert "there are no cost pools" in report(business.lake, "csv", *known, "--as", "eve", code=1)


def test_a_citys_report_is_its_part(business):
    found = json.loads(report(business.lake, "document", "--city", "SIN", "--language", "zh-hans"), parse_float=Decimal)
    assert found["entity"] == "新加坡 (SIN)"
    detail = next(section for section in found["sections"] if section["name"] == "detail")
    assert {(row[2], row[1]): whole(row[7]) for row in detail["rows"]} == {
        key: amount for key, amount in business.bears("2026-03").items() if key[1] == "SIN"}
    said = report(business.lake, "xlsx", "--city", "SYD", code=1)
    assert "SYD has no part in the cost pools of 2026-03" in said


def test_a_month_without_pools_and_an_unknown_form_are_said(business):
    assert "there are no cost pools of 2026-09" in report(business.lake, "xlsx", month="2026-09", code=1)
    assert run("report", "cost-allocation", "--month", "2026-03", "--format", "doc", "--dir", business.lake, code=2)
    assert run("report", "nothing", "--month", "2026-03", "--dir", business.lake, code=2)


def test_a_closed_month_is_final_and_what_came_later_is_shown_as_adjusted(tmp_path):
    made = small(tmp_path / "made")
    pack = made.closes("2026-03")
    first = json.loads(report(made.lake, "document"), parse_float=Decimal)
    assert (first["status"], first["facts"]["close_id"]) == ("final", pack)
    assert first["facts"]["prepared_by"].startswith("ann") and first["facts"]["approved_by"].startswith("bob")
    booked = made.bears("2026-03")
    made.invoice("late", "SHA", "2026-03-20").load()
    made.states([("2026-05", "rent", "1", "HKD", "even")], {"2026-05": "8.5", "2026-03": "7.7"})
    second = json.loads(report(made.lake, "document"), parse_float=Decimal)
    assert second["status"] == "adjusted"
    strip = lambda found: [section["rows"] for section in found["sections"]]  # noqa: E731
    assert strip(second) == strip(first), "a closed month stays, its rates with it"
    assert all(check["passed"] for check in second["checks"])
    rates = next(section for section in second["sections"] if section["name"] == "rates")
    assert [row[1] for row in rates["rows"] if row[0] == "USD"] == [Decimal("7.9")]
    april = json.loads(report(made.lake, "document", month="2026-04"), parse_float=Decimal)
    found = next(section for section in april["sections"] if section["name"] == "adjustments")
    now = made.bears("2026-03")
    moved = {key: now.get(key, 0) - booked.get(key, 0) for key in now | booked}
    assert {(row[1], row[2]): whole(row[4]) for row in found["rows"]} == {key: n for key, n in moved.items() if n}
    assert all(check["passed"] for check in april["checks"])


def test_focus_has_one_row_a_part_and_passes_its_validator(business, tmp_path):
    file = tmp_path / "focus.csv"
    file.write_bytes(report(business.lake, "focus"))
    rows = list(csv.DictReader(file.open(newline="")))
    shares = business.bears("2026-03")
    assert {(row["ServiceName"], row["SubAccountId"]): whole(row["BilledCost"]) for row in rows} == shares
    ratios = {}
    for row in rows:
        details = json.loads(row["AllocatedMethodDetails"], parse_float=Decimal)["Elements"]
        ratios[row["ResourceId"]] = ratios.get(row["ResourceId"], 0) + details[0]["AllocatedRatio"]
        assert (row["BillingPeriodStart"], row["BillingPeriodEnd"]) == ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
        assert row["AllocatedMethodId"] == "largest_remainder/1"
    assert set(ratios.values()) == {1}
    assert broken_rules(file) == NOT_APPLICABLE
    wrong = file.with_name("wrong.csv")
    wrong.write_text(file.read_text().replace("Usage-Based", "Sometimes"))
    assert broken_rules(wrong) == NOT_APPLICABLE | {"ChargeFrequency_Enum"}


# Rules of the validator that are none of FOCUS 1.0: it asks for a column ResourceID, which FOCUS calls ResourceId, and
# judges SkuPriceId by a column ChargeType, which FOCUS renamed to ChargeCategory before 1.0.
NOT_APPLICABLE = {"ResourceID_Required", "SkuPriceId_Nullable"}


def broken_rules(file: Path) -> set[str]:
    """The rules that the validator finds broken; its list of currencies lies where it must be started."""
    folder = next(Path(FOCUS_VALIDATOR).parent.parent.glob("lib/python*/site-packages"))
    done = subprocess.run([FOCUS_VALIDATOR, "--data-file", str(file), "--validate-version", "1.0"], cwd=folder,
                          capture_output=True, text=True, timeout=300)
    assert "Validation" in done.stdout, done.stderr
    return set(re.findall(r"^(\w+) failed:", done.stdout, re.MULTILINE))


def document(business: Business, kind: str, month: str, *more) -> dict[str, list[dict]]:
    """The sections of a report by name, their rows by the columns' names; all checks must have passed."""
    found = json.loads(report(business.lake, "document", *more, kind=kind, month=month), parse_float=Decimal)
    assert all(check["passed"] for check in found["checks"])
    named = lambda section: [column["name"] for column in section["columns"]]  # noqa: E731
    return {section["name"]: [dict(zip(named(section), row)) for row in section["rows"]] for section in found["sections"]}


def test_regions_are_their_cities_also_in_their_own_currency(business):
    found, by_city = document(business, "regional", "2026-03"), {}
    for (_, city), amount in business.bears("2026-03").items():
        by_city[city] = by_city.get(city, 0) + amount
    assert {row["city"]: whole(row["amount"]) for row in found["cities"]} == by_city
    totals = {row["region"]: whole(row["total"]) for row in found["regions"]}
    assert totals == {"Greater China": by_city["HKG"] + by_city["SHA"], "South East Asia": by_city["SIN"],
                      "No region": by_city["unallocated"]}
    of_hong_kong = next(row for row in found["cities"] if row["city"] == "HKG")
    assert (of_hong_kong["local_amount"], of_hong_kong["local_currency"]) == (of_hong_kong["amount"], "HKD")


def test_the_trend_adds_months_to_quarters(business):
    found = document(business, "trend", "2026-04")["quarters"]
    sums = [sum(business.bears(month).values()) for month in ("2026-03", "2026-04")]
    assert [(row["quarter"], whole(row["total"])) for row in found] == [("2026-Q1", sums[0]), ("2026-Q2", sums[1])]
    assert abs(found[1]["change"] - (Decimal(sums[1]) / sums[0] - 1)) < Decimal("1e-8")


def test_budgets_are_reported_against_what_the_pools_came_to(business):
    found = document(business, "budget", "2026-03", "--city", "HKG")["budget"]
    shares = business.bears("2026-03")
    assert {row["category"]: (whole(row["budget"]), whole(row["actual"]), whole(row["variance"])) for row in found} == {
        pool: (budget * ONE, shares[pool, "HKG"], budget * ONE - shares[pool, "HKG"])
        for pool, budget in (("platform", 400), ("=1+1", 100))}


def test_forwarders_are_compared_by_what_their_invoices_charge(loaded):
    charged = json.loads(run("sql", """SELECT i.forwarder, c.currency, count(*) AS lines, sum(c.amount) AS amount,
        substr(CAST(local_month(i.settled_at, i.city) AS VARCHAR), 1, 7) AS month FROM settled_invoices i
        JOIN invoice_charges c ON c.invoice_id = i.invoice_id GROUP BY 1, 2, 5""", "--format", "json", "--dir",
                             loaded).stdout, parse_float=Decimal)
    month = max(row["month"] for row in charged)
    content = report(loaded, "document", kind="forwarders", month=month)
    found = json.loads(content, parse_float=Decimal)
    rows = found["sections"][0]["rows"]
    assert rows and all(check["passed"] for check in found["checks"])
    assert {(row[0], row[1]): (row[3], whole(row[4])) for row in rows} == {
        (row["forwarder"], row["currency"]): (row["lines"], whole(row["amount"])) for row in charged if row["month"] == month}


def test_a_server_gives_the_same_reports_over_http(kafka, servers, business, tmp_path):
    kafka.create_topics(*TOPICS)
    config = f'[reports]\nprincipals = "{principals(tmp_path)}"\n'
    server = servers(business.lake, kafka.bootstrap, config).start()

    def get(path: str, by: str = "ann") -> tuple[int, dict, bytes]:
        url = f"http://{server.http}/v1/reports/{path}"
        request = urllib.request.Request(url, headers={"tidemark-principal": by})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, dict(reply.headers), reply.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    status, headers, content = get("cost-allocation/2026-03?format=xlsx&language=zh-hant&city=HKG")
    assert status == 200 and headers["content-type"].endswith("spreadsheetml.sheet")
    name = re.search(r"filename\*=UTF-8''(\S+)", headers["content-disposition"])[1]
    assert urllib.parse.unquote(name) == "成本分攤 2026-03 香港 (HKG).xlsx"
    shown = table(workbook(content, data_only=True)["明細"])
    assert {row["城市代碼"] for row in shown} == {"HKG"}
    assert get("cost-allocation/2026-03?format=csv", "mallory")[0] == 403
    assert get("cost-allocation/2026-03?format=csv&city=SHA", "bob")[0] == 403
    assert get("cost-allocation/2026-09")[0] == 422
    source = ["--server", f"http://{server.http}", "--as", "bob"]
    by_command = report(source, "focus")
    assert by_command == get("cost-allocation/2026-03?format=focus", "bob")[2]
    rows = json.loads(report(source, "json"), parse_float=Decimal)
    assert {(row["pool"], row["city"]): whole(row["amount"]) for row in rows} == {
        key: amount for key, amount in business.bears("2026-03").items() if key[1] in ("HKG", "SIN")}
