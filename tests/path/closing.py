"""A small business whose months are closed: its events and what finance states, by hand, and what each city must bear
of them, by the oracle in whole numbers. What is measured is counted here in Python, never asked of the product."""

import subprocess
from decimal import Decimal
from pathlib import Path

from judges import allocation
from judges.allocation import ONE
from path.harness import binary, run
from path.histories import event, lines, load, rows
from path.test_finance import import_files

CENT = ONE // 100
RELEASE = {"HKD": ONE, "USD": 78 * ONE // 10}


def whole(amount) -> int:
    return int(Decimal(amount) * ONE)


class Business:
    """A lake, and in Python what is in it. Months count by the day that an event is given; all are noon in Asia."""

    def __init__(self, folder: Path):
        self.folder, self.lake, self.loads = folder, folder / "lake", 0
        self.settled: dict[str, tuple[str, str]] = {}
        self.first: dict[str, str] = {}
        self.usage: list[tuple[str, str | None, str, str]] = []
        self.pools: dict[str, list[tuple[str, str, str, str]]] = {}
        self.usd: dict[str, int] = {}
        self.waiting: list[dict] = []
        self.sent: list[dict] = []

    def invoice(self, name: str, city: str, day: str, ends: str = "invoice.completed") -> "Business":
        """An invoice that comes and settles on one day."""
        for kind, hour in (("invoice.received", 3), (ends, 4)):
            more = {"invoice.received": {"channel": "api"}, "invoice.failed": {"stage": "map", "code": "E1"}}
            self.waiting.append(event(kind, f"{day}T{hour:02}:00:00Z", city, f"{name} {kind}", invoice_id=name,
                                      **more.get(kind, {})))
        self.settled[name] = (city, day[:7])
        self.first[city] = min(day[:7], self.first.get(city, "9999-12"))
        return self

    def completes(self, name: str, day: str) -> "Business":
        """An invoice that had failed completes after all: it settles then."""
        city, _ = self.settled[name]
        self.waiting.append(event("invoice.completed", f"{day}T05:00:00Z", city, f"{name} late", invoice_id=name))
        self.settled[name] = (city, day[:7])
        return self

    def cost(self, name: str, city: str | None, day: str, cost: str, currency: str = "USD") -> "Business":
        """Usage of language models."""
        self.waiting.append(event("usage.recorded", f"{day}T04:00:00Z", city, name, meter="llm.tokens_in", quantity="1",
                                  cost=cost, currency=currency))
        self.usage.append((day[:7], city, cost, currency))
        return self

    def again(self, *names: str) -> "Business":
        """Events that were sent before are sent once more, in another file."""
        self.waiting += [sent for sent in self.sent if sent["id"] in names]
        return self

    def load(self) -> "Business":
        self.loads += 1
        load(self.lake, self.folder / f"events-{self.loads}", lines(self.waiting))
        self.sent += self.waiting
        self.waiting = []
        return self

    def states(self, pools: list[tuple], usd: dict[str, str] | None = None) -> "Business":
        """Finance imports the pools of months, and rates of the US dollar."""
        self.loads += 1
        rates = [(month, "USD", rate) for month, rate in (usd or {}).items()]
        files = {"pools": pools} | ({"rates": rates} if rates else {})
        import_files(self.lake, self.folder / f"stated-{self.loads}", **files)
        for month in {pool[0] for pool in pools}:
            self.pools[month] = [pool[1:] for pool in pools if pool[0] == month]
        self.usd |= {month: whole(rate) for month, rate in (usd or {}).items()}
        return self

    def rate(self, month: str) -> dict[str, int]:
        stated = [self.usd[of] for of in sorted(self.usd) if of <= month]
        return RELEASE | ({"USD": stated[-1]} if stated else {})

    def expected(self, month: str) -> list[list]:
        """The month's rows as they must be today."""
        rates, measures = self.rate(month), []
        for city in {city for city, _ in self.settled.values()}:
            measures.append(["invoices", city, ONE * sum(of == (city, month) for of in self.settled.values())])
        for of, city, cost, currency in self.usage:
            if of == month:
                measures.append(["direct_cost", city, allocation.divided(whole(cost) * rates[currency], ONE)])
        pools = [[name, whole(amount), currency, driver] for name, amount, currency, driver in self.pools[month]]
        return allocation.allocate({
            "live": [city for city, first in self.first.items() if first <= month], "measures": measures,
            "pools": pools, "policy": {"currency": "HKD", "unit": CENT}, "rates": {"USD": rates["USD"]}})

    def bears(self, month: str) -> dict[tuple[str, str], int]:
        """Who bears what of the month today, by pool and city."""
        return {(row[0], row[1]): row[7] for row in self.expected(month)}

    def shown(self, month: str) -> list[dict[str, str]]:
        """The month's rows as the product shows them."""
        return rows(self.lake, f"SELECT * FROM cost_allocation WHERE month = '{month}' ORDER BY place")

    def booked(self, month: str) -> dict[tuple[str, str, str], int]:
        """The adjustments that the product shows in a month, by period, pool and city."""
        found = [row for row in self.shown(month) if row["status"] == "adjustment"]
        return {(row["period"], row["pool"], row["city"]): whole(row["amount"]) for row in found}

    def close(self, *arguments, code: int = 0, **environment) -> subprocess.CompletedProcess:
        if not environment:
            return run("close", *arguments, "--dir", self.lake, code=code)
        command = [str(part) for part in (binary(), "close", *arguments, "--dir", self.lake)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    def prepare(self, month: str, by: str = "ann") -> str:
        """Prepares a month; the pack."""
        return self.close("run", "--month", month, "--principal", by).stdout.strip()

    def approve(self, month: str, pack: str, by: str = "bob", code: int = 0) -> subprocess.CompletedProcess:
        return self.close("run", "--month", month, "--principal", by, "--approve", pack, code=code)

    def closes(self, month: str) -> str:
        """Two principals close a month; the pack."""
        pack = self.prepare(month)
        self.approve(month, pack)
        return pack

    def pack(self, month: str, name: str) -> dict[str, bytes]:
        """The files of a month's pack, written out."""
        folder = self.folder / name
        self.close("show", "--month", month, "--out", folder)
        return {path.name: path.read_bytes() for path in folder.iterdir()}


def difference(now: dict, booked: dict) -> dict:
    """What must be added to what was booked, by whatever keys."""
    moved = {key: now.get(key, 0) - booked.get(key, 0) for key in now | booked}
    return {key: amount for key, amount in moved.items() if amount}


def of_period(period: str, shares: dict[tuple[str, str], int]) -> dict[tuple[str, str, str], int]:
    return {(period, *key): amount for key, amount in shares.items()}


def small(folder: Path) -> Business:
    """March and April of three cities, with pools and rates; nothing is closed."""
    made = Business(folder)
    made.invoice("a", "HKG", "2026-03-05").invoice("b", "HKG", "2026-03-09").invoice("c", "HKG", "2026-03-30")
    made.invoice("d", "SIN", "2026-03-11").invoice("e", "SHA", "2026-03-12", ends="invoice.failed")
    made.invoice("f", "SIN", "2026-04-02").invoice("g", "HKG", "2026-04-03")
    made.cost("u1", "HKG", "2026-03-05", "10.01").cost("u2", "SIN", "2026-03-06", "7", "HKD")
    made.cost("u3", None, "2026-03-07", "1.5").cost("u4", "SIN", "2026-04-07", "2")
    made.load()
    return made.states([("2026-03", "ai, all", "90", "USD", "direct_cost"),
                        ("2026-03", "platform", "1000", "HKD", "invoices"),
                        ("2026-04", "platform", "700", "HKD", "invoices")], {"2026-03": "7.9"})
