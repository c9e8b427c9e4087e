"""Finance by the real binary: what is imported, what is refused, and what each city bears. The drivers' quantities come
from DuckDB over the same files, the rows from the oracle in whole numbers (`judges/allocation.py`)."""

import hashlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from judges import allocation, cells, duck
from judges.allocation import ONE
from path.harness import TOPICS, binary, csv_rows, run, until
from path.histories import awkward, event, lines, load, rows

CENT = ONE // 100
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
    "plans": "effective_from,tenant,meter,included,quota",
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


def storage_events() -> list[dict]:
    """Gauges: several readings a day, of which the last counts, and one that is another month's by the local clock."""
    at = [("HKG", "2026-03-30T15:00:00Z", "100"), ("HKG", "2026-03-30T15:30:00Z", "70"),
          ("HKG", "2026-03-31T15:59:59Z", "50"), ("HKG", "2026-03-31T16:00:00Z", "9999"),
          ("SYD", "2026-03-31T12:59:59.999999Z", "33"), ("SYD", "2026-03-31T13:00:00Z", "7777"),
          (None, "2026-03-31T23:59:59Z", "11.5")]
    return [event("usage.recorded", time, city, meter="storage.bytes", quantity=quantity) for city, time, quantity in at]


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    """Events of every kind around the end of March in four cities, one of them unknown; nothing imported yet."""
    folder = tmp_path_factory.mktemp("finance")
    return load(folder / "lake", folder / "files", lines(awkward(1) + storage_events()))


@pytest.fixture
def copy(lake, tmp_path) -> Path:
    subprocess.run(["cp", "-r", lake, tmp_path / "lake"], check=True)
    return tmp_path / "lake"


def quantities(directory: Path, month: str, usd: str) -> tuple[list[list], list[str]]:
    """What was measured in a month, and its live cities, by formulas of their own over the event tables."""
    connection = duck.connect(directory)
    cells.prepare(connection)
    first = f"DATE '{month}-01'"
    in_month = f"month_of(day_of(time, city)) = {first}"
    rate = f"CASE currency WHEN 'USD' THEN {usd}::DECIMAL(10, 9) WHEN 'HKD' THEN 1::DECIMAL(10, 9) END"
    asked = {
        "invoices": f"SELECT city, count(*) FROM settled WHERE month_of(day_of(moment, city)) = {first} GROUP BY city",
        "direct_cost": f"SELECT city, round(sum(cost * {rate}), 9) FROM usage_events WHERE {in_month} GROUP BY city",
        "storage": f"""SELECT city, sum(reading) FROM (
            SELECT city, last(quantity ORDER BY time, event_id) AS reading FROM usage_events
            WHERE meter = 'storage.bytes' AND {in_month} GROUP BY city, day_of(time, city)) GROUP BY city""",
        "active_users": f"SELECT city, count(DISTINCT user_id) FROM active WHERE month_of(day) = {first} GROUP BY city",
    }
    found = []
    for driver, query in asked.items():
        for city, quantity in connection.execute(query).fetchall():
            found.append([driver, city, int(Decimal(quantity or 0) * ONE)])
    live = connection.execute(f"""SELECT city FROM invoice_events WHERE type = 'invoice.received' GROUP BY city
        HAVING min(day_of(time, city)) < {first} + INTERVAL 1 MONTH""").fetchall()
    return found, [city for (city,) in live]


def expected(directory: Path, month: str, usd: str, policy: dict) -> list[list]:
    """The rows that must come out: pool, city, measured, weight, quantity, total, ratio, amount, reason."""
    measures, live = quantities(directory, month, usd)
    pools = [[name, int(Decimal(amount) * ONE), currency, driver]
             for of, name, amount, currency, driver in POOLS if of == month]
    return allocation.allocate({"live": live, "measures": measures, "pools": pools, "policy": policy,
                                "rates": {"USD": int(Decimal(usd) * ONE)}})


def report(source: list, month: str, *more) -> list[dict]:
    done = run("report", "cost-allocation", "--month", month, "--format", "json", *source, *more)
    return json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)


def as_rows(found: list[dict]) -> list[list]:
    whole = lambda value: int(Decimal(value) * ONE)  # noqa: E731
    return [[row["pool"], row["city"], whole(row["measured"]), whole(row["weight"]), whole(row["driver_quantity"]),
             whole(row["driver_total"]), int(Decimal(row["ratio"]) * 10**12), whole(row["amount"]),
             row.get("reason") or ""] for row in found]


def test_every_quantity_is_the_sum_of_events_that_are_in_the_tables(copy):
    wanted, _ = quantities(copy, "2026-03", "7.812345678")
    rates = {"USD": Decimal("7.812345678")}
    parts = rows(copy, "SELECT * FROM driver_events WHERE month = '2026-03'")
    sums: dict = {}
    for part in parts:
        of = (part["driver"], part["city"])
        sums[of] = sums.get(of, 0) + Decimal(part["quantity"]) * rates.get(part["unit"], 1)
    found = {of: int(round(quantity, 9) * ONE) for of, quantity in sums.items()}
    assert found == {(driver, city or ""): quantity for driver, city, quantity in wanted if quantity}
    known = set()
    for table in ("invoice_events", "session_events", "usage_events"):
        events = rows(copy, f"SELECT event_id, source, type, time, _topic, _partition, _offset FROM {table}")
        known |= {(table, *event.values()) for event in events}
    # An invoice is its first event's city's, wherever it was completed.
    place = ("table_name", "event_id", "source", "type", "time", "_topic", "_partition", "_offset")
    assert {tuple(part[column] for column in place) for part in parts} <= known


def test_each_city_bears_what_the_oracle_says(copy, tmp_path):
    import_files(copy, tmp_path / "in", pools=POOLS, rates=RATES, policy=POLICY)
    march = report(["--dir", copy], "2026-03")
    assert as_rows(march) == expected(copy, "2026-03", "7.812345678", {"currency": "HKD", "unit": CENT})
    assert {row["policy_version"] for row in march} == {"standard"}
    april = report(["--dir", copy], "2026-04")
    policy = {"currency": "HKD", "unit": CENT, "order": ["parking"], "exclude": ["ZZZ"],
              "weights": {"SYD": 3 * ONE // 2},
              "pools": {"parking": {"driver": "fixed", "fixed": {"HKG": 60 * ONE, "SIN": 25 * ONE // 2}}}}
    assert as_rows(april) == expected(copy, "2026-04", "7.9", policy)
    assert {(row["policy_version"], row["status"], row["currency"], row["method"]) for row in april} == {
        ("2026-1", "open", "HKD", "largest_remainder")}
    assert len({row["city"] for row in march}) > 3 and "unallocated" in {row["city"] for row in march}


def test_parts_add_up_in_sql_and_a_citys_report_is_its_rows(copy, tmp_path):
    import_files(copy, tmp_path / "in", pools=POOLS, rates=RATES)
    off = rows(copy, """SELECT a.month, a.pool FROM cost_allocation a JOIN cost_pools p USING (month, pool)
        WHERE p.currency = 'HKD' GROUP BY a.month, a.pool, p.amount
        HAVING sum(a.amount) <> p.amount OR sum(a.ratio) <> 1 OR sum(a.driver_quantity) <> min(a.driver_total)""")
    assert off == []
    whole, of_city = report(["--dir", copy], "2026-03"), report(["--dir", copy], "2026-03", "--city", "HKG")
    assert of_city == [row for row in whole if row["city"] == "HKG"] and of_city
    by_csv = run("report", "cost-allocation", "--month", "2026-03", "--format", "csv", "--dir", copy).stdout
    assert [Decimal(row[7]) for row in csv_rows(by_csv)] == [Decimal(row["amount"]) for row in whole]
    again = run("report", "cost-allocation", "--month", "2026-03", "--format", "csv", "--dir", copy).stdout
    assert again == by_csv


def test_the_domains_example_to_the_cent(tmp_path):
    """One invoice stands for a thousand."""
    shares = {"HKG": 15, "SIN": 12, "SHA": 10, "SZX": 13}
    events = [event(kind, "2026-03-10T04:00:00Z", city, invoice_id=f"{city}-{n}", channel="api")
              for city, count in shares.items() for n in range(count)
              for kind in ("invoice.received", "invoice.completed")]
    load(tmp_path / "lake", tmp_path / "files", lines(events))
    import_files(tmp_path / "lake", tmp_path / "in", pools=[("2026-03", "all", "25000", "HKD", "invoices")])
    paid = {row["city"]: (Decimal(row["ratio"]), Decimal(row["amount"]))
            for row in report(["--dir", tmp_path / "lake"], "2026-03")}
    assert paid == {"HKG": (Decimal("0.3"), 7500), "SIN": (Decimal("0.24"), 6000), "SHA": (Decimal("0.2"), 5000),
                    "SZX": (Decimal("0.26"), 6500)}


def test_a_lake_into_which_nothing_was_imported_has_empty_relations(copy):
    assert not (copy / "finance_entries").exists() and not (copy / "finance_closes").exists()
    for relation in ("finance_entries", "finance_imports", "cost_pools", "budgets", "prices", "allocation_policies",
                     "cost_allocation", "finance_closes", "month_closes", "close_watermarks", "late_events"):
        assert rows(copy, f"SELECT * FROM {relation}") == [], relation
    assert rows(copy, "SELECT valid_from, valid_until, hkd, import FROM exchange_rates WHERE currency = 'USD'") == [
        {"valid_from": "2015-01-01", "valid_until": "", "hkd": "7.800000000", "import": ""}]
    assert rows(copy, "SELECT kpi FROM kpi_monthly WHERE kpi = 'ai_cost_hkd' LIMIT 1") == [{"kpi": "ai_cost_hkd"}]


def test_a_month_without_pools_is_said(copy):
    done = run("report", "cost-allocation", "--month", "2026-03", "--dir", copy, code=1)
    assert "there are no cost pools of 2026-03" in done.stderr
    assert run("report", "cost-allocation", "--month", "2026-3", "--dir", copy, code=2).stdout == ""


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
    assert as_rows(report(["--dir", copy], "2026-03")) == expected(
        copy, "2026-03", "7.812345678", {"currency": "HKD", "unit": CENT})


def test_imports_over_http_are_taken_and_refused_as_those_of_the_command(kafka, servers, copy, tmp_path):
    kafka.create_topics(*TOPICS)
    server = servers(copy, kafka.bootstrap).start()

    def post(folder: str = "sent", **files) -> tuple[int, dict]:
        texts = {kind: write(tmp_path / folder, kind, found) for kind, found in files.items()}
        body = {kind: {"name": path.name, "text": path.read_bytes().decode()} for kind, path in texts.items()}
        status, _, said = server.request("POST", "/v1/finance/imports", json.dumps(body), content_type="application/json")
        return status, json.loads(said)

    status, said = post(pools=[("2026-03", "ai", "1e3", "HKD", "even"), POOLS[1]], budgets=[
        ("2026-03", "hkg", "ai", "100", "HKD")])
    assert (status, [(row["file"], row["line"], row["column"]) for row in said["refused"]]) == (
        422, [("pools.csv", 2, "amount"), ("budgets.csv", 2, "city")])
    assert server.by_psycopg("SELECT count(*) FROM finance_entries") == [(0,)]
    # What a service took, it answers from the next statement on.
    assert post(pools=POOLS, rates=RATES, policy=POLICY) == (200, {"import": 1, "files": [
        {"kind": "pools", "file": "pools.csv", "num_rows": 7}, {"kind": "rates", "file": "rates.csv", "num_rows": 2},
        {"kind": "policy", "file": "policy.toml", "num_rows": 1}]})
    audit = server.by_psycopg("SELECT kind, file_sha256, imported_by FROM finance_imports ORDER BY kind")
    assert audit == [(kind, hashlib.sha256((tmp_path / "sent" / name).read_bytes()).hexdigest(), "local")
                     for kind, name in [("policy", "policy.toml"), ("pools", "pools.csv"), ("rates", "rates.csv")]]
    assert as_rows(report(["--server", f"http://{server.http}"], "2026-03")) == expected(
        copy, "2026-03", "7.812345678", {"currency": "HKD", "unit": CENT})
    status, said = post(policy=POLICY.replace("1.5", "2"))
    assert (status, said["refused"][0]["column"]) == (422, "version")
    assert "is there with another text" in said["refused"][0]["reason"]
    # Beside imports by the command, each gets a number of its own.
    with ThreadPoolExecutor(4) as racing:
        sent = [racing.submit(post, f"raced-{n}", pools=[("2026-05", "a", "1", "HKD", "even")]) for n in range(4)]
        for n in range(2):
            import_files(copy, tmp_path / str(n), rates=RATES)
    assert [one.result()[0] for one in sent] == [200] * 4
    numbers = sorted(int(row["import"]) for row in rows(copy, "SELECT DISTINCT import FROM finance_entries"))
    assert numbers == list(range(1, 8))


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
    policy = {"currency": "HKD", "unit": CENT}
    assert as_rows(report(["--server", f"http://{server.http}"], "2026-03")) == expected(
        copy, "2026-03", "7.812345678", policy)
    total = "SELECT sum(amount) FROM cost_allocation WHERE month = '2026-04'"
    for name, ask in server.doors().items():
        assert Decimal(ask(total)[0][0]) == Decimal("12445.67"), name


def test_a_command_sends_files_to_a_service_and_tells_what_it_refused(kafka, servers, copy, tmp_path):
    kafka.create_topics(*TOPICS)
    server = servers(copy, kafka.bootstrap).start()
    there = ("--server", f"http://{server.http}")

    def send(folder: str, code: int = 0, **files):
        given = [part for kind, found in files.items() for part in (f"--{kind}", write(tmp_path / folder, kind, found))]
        return run("finance", "import", *given, *there, "--as", "ann", code=code)

    refused = send("bad", code=1, pools=[("2026-03", "ai", "1e3", "HKD", "even")], rates=RATES).stderr
    assert "nothing was imported" in refused and "pools.csv: line 2, amount: " in refused
    assert send("good", pools=POOLS, policy=POLICY).stdout.splitlines() == ["import 1: 7 rows of pools", "import 1: 1 rows of policy"]
    assert server.by_psycopg("SELECT DISTINCT import, imported_by FROM finance_imports") == [(1, "ann")]
    assert "is there with another text" in send("other", code=1, policy=POLICY.replace("1.5", "2")).stderr
    server.stop()
    assert "is the server running?" in send("late", code=1, rates=RATES).stderr
