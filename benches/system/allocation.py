"""How long a month's cost allocation takes: in a new process (cold), and again and again in a service (warm).

A lake is made with one month of usage and invoices in eleven cities, and pools by every driver. Cold is the wall time of
`tidemark report cost-allocation` from its start to its end, with the files in the page cache. Warm is the time of
`SELECT * FROM cost_allocation WHERE month = ...` over the PostgreSQL door of a service that has read what it keeps. That
the parts add up to the pools is checked each time.

    PYTHONPATH=tests:benches ~/.cache/tidemark-venv/bin/python -m system.allocation --work FOLDER
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from system import measure
from system.engines.process import Service
from system.measure import note, percentile

MONTH, FIRST, DAYS = "2026-03", datetime(2026, 3, 1, tzinfo=UTC), 31
CITIES = ("HKG", "SIN", "SHA", "SZX", "CAN", "TPE", "TYO", "SEL", "BKK", "SGN", "SYD")
METERS = (("llm.tokens_in", "azure-openai", "USD"), ("llm.tokens_out", "azure-openai", "USD"),
          ("di.pages", "document-intelligence", "HKD"), ("compute.seconds", "container-apps", "HKD"))  # fmt: skip
POOLS = {"ai": "direct_cost", "infrastructure": "invoices", "licences": "active_users", "rent": "even",
         "storage": "storage"}  # fmt: skip
AMOUNT = Decimal("123456.78")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for the lake; one that is there is used again")
    parser.add_argument("--usage", type=int, default=5_000_000, help="usage events (default: %(default)s)")
    parser.add_argument("--invoices", type=int, default=500_000, help="invoices (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=20, help="of each kind (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the events (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments())
    lake = asked.work / f"lake-{asked.usage}-{asked.invoices}-{asked.seed}"
    if not lake.is_dir():
        make(binary, lake, asked)
    cold = [once(binary, lake) for _ in range(max(3, asked.runs // 4))]
    with tempfile.TemporaryDirectory() as home, Service(binary, lake, Path(home)) as service:
        service.settle()
        query = f"SELECT * FROM cost_allocation WHERE month = '{MONTH}'"
        service.rows(query)
        warm = []
        for _ in range(asked.runs):
            start = time.perf_counter()
            rows = service.rows(query)
            warm.append(1e3 * (time.perf_counter() - start))
            check(sum(Decimal(row[7]) for row in rows))
        peak = service.peak_mib()
    title = f"allocation of a month of {asked.usage:,} usage events and {asked.invoices:,} invoices, in ms"
    told = [{"what": name, "runs": len(times), "p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
            for name, times in (("cold, a process of its own", cold), ("warm, in a service", warm))]  # fmt: skip
    measure.show(title, told)
    print(f"the service took {peak:,.0f} MiB at most")
    measure.keep(asked, binary, cold=cold, warm=warm, peak_mib=peak)


def once(binary: Path, lake: Path) -> float:
    start = time.perf_counter()
    command = [str(binary), "report", "cost-allocation", "--month", MONTH, "--format", "json", "--dir", str(lake)]
    done = subprocess.run(command, check=True, capture_output=True)
    took = 1e3 * (time.perf_counter() - start)
    check(sum(Decimal(row["amount"]) for row in json.loads(done.stdout, parse_float=Decimal)))
    return took


def check(total: Decimal) -> None:
    if total != AMOUNT * len(POOLS):
        sys.exit(f"the parts add up to {total}, the pools to {AMOUNT * len(POOLS)}")


def make(binary: Path, lake: Path, asked: argparse.Namespace) -> None:
    """Events are drawn, written in the order of their times, and loaded."""
    note("events are made")
    with tempfile.TemporaryDirectory(dir=asked.work) as made:
        folder, dice = Path(made), random.Random(asked.seed)
        written = [write(folder / "usage.jsonl", usage(dice, asked.usage)),
                   write(folder / "invoices.jsonl", invoices(dice, asked.invoices)),
                   write(folder / "sessions.jsonl", activity(dice, asked.invoices // 100))]  # fmt: skip
        pools = folder / "pools.csv"
        rows = [f"{MONTH},{pool},{AMOUNT},HKD,{driver}\n" for pool, driver in POOLS.items()]
        pools.write_text("month,pool,amount,currency,driver\n" + "".join(rows))
        note("events are loaded")
        run = lambda *command: subprocess.run([binary, *command, "--dir", lake], check=True, capture_output=True)  # noqa: E731
        run("load", *written)
        run("finance", "import", "--pools", pools)
        run("maintain", "compact")


def at(share: float) -> str:
    return (FIRST + share * timedelta(days=DAYS)).isoformat()


def write(path: Path, events) -> Path:
    with path.open("w") as file:
        for kind, number, time_, city, data in events:
            event = {"specversion": "1.0", "id": f"{kind}-{number}", "source": "/bench/allocation", "type": kind,
                     "time": time_, "city": city, "data": data}  # fmt: skip
            file.write(json.dumps(event, separators=(",", ":")) + "\n")
    return path


def usage(dice: random.Random, num: int):
    readings = DAYS * len(CITIES)
    for number in range(num):
        city, time_ = dice.choice(CITIES), at(number / num)
        if number % max(1, num // readings) == 0:
            data = {"meter": "storage.bytes", "quantity": str(dice.randrange(10**12)), "service": "blob-storage"}
        else:
            meter, service, currency = dice.choice(METERS)
            cost = f"{dice.randrange(1, 10**7) / 10**9:.9f}"
            data = {"meter": meter, "quantity": str(dice.randrange(1, 9999)), "service": service, "status": "ok",
                    "cost": cost, "currency": currency}  # fmt: skip
        yield "usage.recorded", number, time_, city, data


def invoices(dice: random.Random, num: int):
    for number in range(num):
        city, share = dice.choice(CITIES), number / num
        data = {"invoice_id": f"inv-{number}"}
        yield "invoice.received", number, at(share), city, data | {"channel": "api", "pages": 2}
        yield "invoice.completed", number, at(share + 0.00001), city, data


def activity(dice: random.Random, num: int):
    for number in range(num):
        yield "user.activity", number, at(number / num), dice.choice(CITIES), {
            "user_id": f"u-{dice.randrange(1000)}", "feature": "search"}  # fmt: skip


if __name__ == "__main__":
    main()
