"""Finance by the real binary: what is imported, and what is refused."""

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from judges import cells, duck
from path.harness import TOPICS, binary, run, until
from path.histories import awkward, lines, load, rows

POOLS = [
    ("2026-03", "AI, billed", "431.07", "USD", "direct_cost"),
    ("2026-03", "infrastructure", "25000", "HKD", "invoices"),
    ("2026-03", "licences", "-99.99", "HKD", "active_users"),
    ("2026-03", "rent", "1000.01", "HKD", "even"),
    ("2026-03", "storage", "77.777", "HKD", "storage"),
    ("2026-04", "infrastructure", "12345.67", "HKD", "invoices"),
    ("2026-04", "parking", "100", "HKD", "fixed"),
]
RATES = [("2026-03", "USD", "7.812345678"), ("2026-04", "USD", "7.9")]
POLICY = """version = "2026-1"
effective_from = "2026-04"
order = ["parking"]
exclude = ["ZZZ"]
weights = { SYD = 1.5 }
[pools.parking]
driver = "fixed"
fixed = { HKG = 60, SIN = 12.5 }
"""
HEADERS = {
    "pools": "month,pool,amount,currency,driver",
    "rates": "month,currency,rate_to_hkd",
    "budgets": "month,city,category,amount,currency",
    "prices": "effective_from,service,model,meter,unit_price,currency",
}


def write(folder: Path, kind: str, found: list[tuple] | str) -> Path:
    """A file of finance, as a spreadsheet would write it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (f"{kind}.toml" if kind == "policy" else f"{kind}.csv")
    if isinstance(found, str):
        path.write_text(found)
    else:
        quoted = [",".join(f'"{value}"' if "," in value else value for value in row) for row in found]
        path.write_text("\r\n".join([HEADERS[kind], *quoted]) + "\r\n")
    return path


def import_files(lake: Path, folder: Path, *more, code: int = 0, **files):
    given = [part for kind, found in files.items() for part in (f"--{kind}", write(folder, kind, found))]
    return run("finance", "import", *given, "--dir", lake, *more, code=code)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    """Events of every kind around the end of March in four cities, one of them unknown; nothing imported yet."""
    folder = tmp_path_factory.mktemp("finance")
    return load(folder / "lake", folder / "files", lines(awkward(1)))


@pytest.fixture
def copy(lake, tmp_path) -> Path:
    subprocess.run(["cp", "-r", lake, tmp_path / "lake"], check=True)
    return tmp_path / "lake"


def test_a_lake_into_which_nothing_was_imported_has_empty_relations(copy):
    assert not (copy / "finance_entries").exists()
    for relation in ("finance_entries", "finance_imports", "cost_pools", "budgets", "prices", "allocation_policies"):
        assert rows(copy, f"SELECT * FROM {relation}") == [], relation
    assert rows(copy, "SELECT valid_from, valid_until, hkd, import FROM exchange_rates WHERE currency = 'USD'") == [
        {"valid_from": "2015-01-01", "valid_until": "", "hkd": "7.800000000", "import": ""}]
    assert rows(copy, "SELECT kpi FROM kpi_monthly WHERE kpi = 'ai_cost_hkd' LIMIT 1") == [{"kpi": "ai_cost_hkd"}]


def test_one_problem_and_nothing_of_the_import_is_taken(copy, tmp_path):
    bad = [("2026-03", "ai", "1e3", "HKD", "invoices"), ("2026-13", "ai", "5", "hkd", "headcount")]
    done = import_files(copy, tmp_path / "in", pools=bad, rates=[("2026-03", "USD", "0")], budgets=[
        ("2026-03", "HKG", "ai", "100", "HKD")], code=1)
    said = [line.rsplit("/", 1)[-1].split(": ")[:2] for line in done.stderr.splitlines() if "/in/" in line]
    assert said == [["pools.csv", "line 2, amount"], ["pools.csv", "line 3, month"], ["pools.csv", "line 3, currency"],
                    ["pools.csv", "line 3, driver"], ["rates.csv", "line 2, rate_to_hkd"]]
    assert rows(copy, "SELECT * FROM finance_imports") == []
    assert run("finance", "import", "--dir", copy, code=2).stdout == ""


def test_a_later_import_restates_its_months_and_every_import_stays_on_record(copy, tmp_path):
    import_files(copy, tmp_path / "1", "--as", "ada", pools=POOLS, budgets=[
        ("2026-03", "HKG", "ai", "100", "HKD"), ("2026-03", "SIN", "ai", "50", "SGD")])
    import_files(copy, tmp_path / "2", "--as", "bob", pools=[("2026-03", "all", "10", "HKD", "even")], prices=[
        ("2026-03-01", "llm", "", "llm.tokens_in", "0.0000025", "USD"),
        ("2026-03-01", "llm", "large", "llm.tokens_in", "0.000001", "USD"),
        ("2026-03-15", "llm", "", "llm.tokens_in", "0.000003", "USD")], rates=RATES[:1])
    import_files(copy, tmp_path / "3", rates=[("2026-05", "USD", "8.1"), ("2026-03", "USD", "8")])
    assert rows(copy, "SELECT month, pool, import FROM cost_pools ORDER BY 1, 2") == [
        {"month": "2026-03", "pool": "all", "import": "2"},
        {"month": "2026-04", "pool": "infrastructure", "import": "1"},
        {"month": "2026-04", "pool": "parking", "import": "1"}]
    budgets = rows(copy, "SELECT * FROM budgets ORDER BY city")
    assert [list(row.values()) for row in budgets] == [
        ["2026-03", "HKG", "ai", "100.000000000", "HKD", "1"], ["2026-03", "SIN", "ai", "50.000000000", "SGD", "1"]]
    prices = rows(copy, "SELECT * FROM prices ORDER BY valid_from, unit_price DESC")
    assert [list(row.values()) for row in prices] == [
        ["llm", "", "llm.tokens_in", "2026-03-01", "2026-03-15", "0.000002500", "USD", "2"],
        ["llm", "large", "llm.tokens_in", "2026-03-01", "", "0.000001000", "USD", "2"],
        ["llm", "", "llm.tokens_in", "2026-03-15", "", "0.000003000", "USD", "2"]]
    usd = rows(copy, "SELECT valid_from, valid_until, hkd, import FROM exchange_rates WHERE currency = 'USD' ORDER BY 1")
    assert [list(row.values()) for row in usd] == [["2015-01-01", "2026-03-01", "7.800000000", ""],
                                                   ["2026-03-01", "2026-05-01", "8.000000000", "3"],
                                                   ["2026-05-01", "", "8.100000000", "3"]]
    audit = rows(copy, "SELECT import, kind, file, file_sha256, num_rows, imported_by FROM finance_imports ORDER BY 1, 2")
    assert [list(row.values()) for row in audit] == [
        [number, kind, f"{kind}.csv", hashlib.sha256((tmp_path / number / f"{kind}.csv").read_bytes()).hexdigest(), n, by]
        for number, kind, n, by in [("1", "budgets", "2", "ada"), ("1", "pools", "7", "ada"), ("2", "pools", "1", "bob"),
                                    ("2", "prices", "3", "bob"), ("2", "rates", "1", "bob"), ("3", "rates", "2", "local")]]


def test_a_version_of_the_policy_is_never_changed(copy, tmp_path):
    import_files(copy, tmp_path / "in", policy=POLICY)
    import_files(copy, tmp_path / "in", policy=POLICY)
    done = import_files(copy, tmp_path / "in", policy=POLICY.replace("1.5", "2"), code=1)
    assert 'policy.toml: line 1, version: "2026-1" is there with another text' in done.stderr
    assert rows(copy, "SELECT DISTINCT version, effective_from FROM allocation_policies") == [
        {"version": "2026-1", "effective_from": "2026-04"}]


def test_imports_at_once_each_land_as_a_whole(copy, tmp_path):
    def one(n: int) -> None:
        import_files(copy, tmp_path / str(n), pools=[(f"2026-{n:02}", "a", str(n), "HKD", "even"),
                                                     (f"2026-{n:02}", "b", str(n), "HKD", "even")])

    with ThreadPoolExecutor(4) as racing:
        list(racing.map(one, range(1, 9)))
    found = rows(copy, "SELECT import, count(*) AS n, count(DISTINCT month) AS months FROM finance_entries GROUP BY 1")
    assert sorted((int(row["import"]), row["n"], row["months"]) for row in found) == [
        (number, "2", "1") for number in range(1, 9)]


@pytest.mark.parametrize(("fault", "lands"), [
    ("rows.stored=crash", False), ("commit.put=crash@2", False), ("commit.done=crash", True),
    ("commit.put=lost@2", True)])
def test_a_crash_during_an_import_leaves_all_of_it_or_nothing(copy, tmp_path, fault, lands):
    """The first put creates the table."""
    files = {"pools": POOLS, "rates": RATES, "policy": POLICY}
    given = [str(part) for kind, found in files.items() for part in (f"--{kind}", write(tmp_path / "in", kind, found))]
    command = [str(binary()), "finance", "import", *given, "--dir", str(copy)]
    subprocess.run(command, env={**os.environ, "TIDEMARK_FAULTS": fault}, capture_output=True, timeout=60)
    kinds = {row["kind"]: row["num_rows"] for row in rows(copy, "SELECT kind, num_rows FROM finance_imports")}
    assert kinds == ({"pools": "7", "rates": "2", "policy": "1"} if lands else {})
    import_files(copy, tmp_path / "in", **files)
    assert rows(copy, "SELECT count(*) AS n, max(import) AS last FROM cost_pools") == [
        {"n": "7", "last": "2" if lands else "1"}]


def test_a_running_service_follows_imports_in_figures_that_it_keeps(kafka, servers, copy, tmp_path):
    kafka.create_topics(*TOPICS)
    server = servers(copy, kafka.bootstrap).start()
    cost = "SELECT sum(numerator) FROM kpi_monthly WHERE kpi = 'ai_cost_hkd' AND bucket = DATE '2026-03-01'"

    def by_duck(usd: str) -> Decimal:
        connection = duck.connect(copy)
        cells.prepare(connection)
        return connection.execute(f"""SELECT sum(round(cost * CASE currency WHEN 'USD' THEN {usd}::DECIMAL(10, 9)
            ELSE 1 END, 9)) FROM usage_events WHERE (meter[:3] = 'di.' OR meter[:4] = 'llm.')
            AND month_of(day_of(time, city)) = DATE '2026-03-01'""").fetchone()[0]

    assert server.by_psycopg(cost) == [(by_duck("7.8"),)]
    import_files(copy, tmp_path / "in", pools=POOLS, rates=RATES, policy=POLICY)
    until(lambda: server.by_psycopg(cost) == [(by_duck("7.812345678"),)], 30, lambda: str(server.by_psycopg(cost)))
