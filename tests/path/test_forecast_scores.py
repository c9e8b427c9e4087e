"""How good past forecasts were: every step of which it is known what came is scored, and no other. What came is counted
in plain Python from events written by hand; forecasts are laid beside them as another Delta writer makes them."""

import random
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from judges.kpis import ZONES
from path.harness import run
from path.histories import event, lines, load, rows
from path.insights import BOUNDS, DAY, HOUR, append

SEED = 11
CITIES = ("HKG", "SYD", "BKK")
FORWARDERS = ("kestrel-forwarding", "pearl-delta-cargo")
TODAY = datetime.now(UTC).date()
# No event is newer than noon of the last day: whether nothing came after it, nobody knows.
FIRST, LAST = TODAY - timedelta(days=40), TODAY - timedelta(days=6)
NEWEST = datetime.combine(LAST, time(12), UTC)
# In Sydney that day is over; elsewhere it is not.
MADE_AT = datetime.combine(FIRST + timedelta(days=20), time(15, 30), UTC)
KEY = ("series", "grain", "city", "forwarder", "horizon_at")


def zone(city: str) -> ZoneInfo:
    return ZoneInfo(ZONES[city]) if city else ZoneInfo("UTC")


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


class History:
    """Events of five weeks, and what came of each series, city and forwarder in each hour and day."""

    def __init__(self):
        print("seed", SEED)
        self.chance, self.events = random.Random(SEED), []
        self.counted, self.users, self.stored = Counter(), defaultdict(set), defaultdict(dict)
        for nth in range((LAST - FIRST).days):
            for city in CITIES:
                self.add_day(city, FIRST + timedelta(days=nth))
        self.events.append(event("user.login", stamp(NEWEST), "HKG", user_id="u-0"))
        self.users["HKG", LAST].add("u-0")

    def add_day(self, city: str, day: date) -> None:
        midnight = datetime.combine(day, time(), UTC)
        drawn = lambda: midnight + timedelta(seconds=self.chance.randrange(86_400))  # noqa: E731
        for _ in range(self.chance.randrange(4)):
            self.receive(city, drawn(), self.chance.choice((*FORWARDERS, "")))
        for _ in range(self.chance.randrange(3)):
            at, quantity = drawn(), self.chance.randrange(1, 50)
            self.use(city, at, "api.requests", quantity)
            self.counted["api_requests", city, "", at.astimezone(zone(city)).date()] += quantity
        if self.chance.random() < 0.6:
            at, user = drawn(), f"u-{self.chance.randrange(3)}"
            self.events.append(event("user.login", stamp(at), city, user_id=user))
            self.users[city, at.astimezone(zone(city)).date()].add(user)
        if self.chance.random() < 0.7:
            # Noon by UTC is the same date in all three cities.
            quantity = self.chance.randrange(10**6, 10**7)
            self.use(city, midnight + 12 * HOUR, "storage.bytes", quantity)
            self.stored[city][day] = quantity

    def receive(self, city: str, at: datetime, forwarder: str) -> None:
        invoice = f"inv-{len(self.events)}"
        self.events.append(event("invoice.received", stamp(at), city, invoice_id=invoice, channel="api"))
        if forwarder:
            named = {"invoice_id": invoice, "forwarder": forwarder, "supported": True}
            self.events.append(event("invoice.classified", stamp(at + timedelta(seconds=30)), city, **named))
        day = at.astimezone(zone(city)).date()
        hour = at.replace(minute=0, second=0)
        for of_city in (city, ""):
            self.counted["invoices_received", of_city, "", day] += 1
            self.counted["invoices_received", of_city, "", hour] += 1
        if forwarder:
            self.counted["invoices_received", "", forwarder, day] += 1

    def use(self, city: str, at: datetime, meter: str, quantity: int) -> None:
        data = {"meter": meter, "quantity": str(quantity), "service": "gateway", "status": "ok"}
        self.events.append(event("usage.recorded", stamp(at), city, **data))

    def came(self, series: str, city: str, forwarder: str, step: date | datetime, over_at: datetime) -> float | None:
        """What came in a step; none where that is not known."""
        if series == "dau":
            return len(self.users[city, step]) or None
        if series == "storage_bytes":
            read = [self.stored[one] for one in ([city] if city else CITIES)]
            if not any(step in days for days in read):
                return None
            return sum(days[max(day for day in days if day <= step)] for days in read if min(days) <= step)
        if series == "api_requests" and not city:
            return self.sum_of_cities(series, step, over_at)
        found = self.counted.get((series, city, forwarder, step))
        return 0 if found is None and over_at <= NEWEST else found

    def sum_of_cities(self, series: str, step: date, over_at: datetime) -> float | None:
        found = [self.counted[key] for city in CITIES if (key := (series, city, "", step)) in self.counted]
        return sum(found) if found or over_at <= NEWEST else None


def foretold(chance: random.Random) -> list[dict]:
    """Forecasts of the past weeks, of the days after the last event, and of some that are not over."""
    made = []

    def foretell(series: str, grain: str, first: datetime, num_steps: int, **whose) -> None:
        for step in range(num_steps):
            mean = chance.uniform(0.5, 6) * (10**6 if series == "storage_bytes" else 1)
            bounds = [mean * (1 + side * width) for width in (0.4, 0.6, 0.9) for side in (-1, 1)]
            made.append({"made_at": MADE_AT, "series": series, "grain": grain, "step": step + 1, "model": "drawn",
                         "horizon_at": first + step * (DAY if grain == "day" else HOUR),
                         **dict(zip(BOUNDS, [mean, *bounds])), **whose})  # fmt: skip

    midnight = datetime.combine(MADE_AT.date(), time(), UTC)
    num_days = (TODAY - MADE_AT.date()).days + 3
    for series in ("invoices_received", "api_requests", "storage_bytes", "dau"):
        for city in (*CITIES, None):
            if series != "dau" or city:
                foretell(series, "day", midnight, num_days, city=city)
    for forwarder in FORWARDERS:
        foretell("invoices_received", "day", midnight, num_days, forwarder=forwarder)
    for city in ("HKG", "SYD", None):
        # The first hour was over when it was foretold.
        foretell("invoices_received", "hour", MADE_AT.replace(hour=14, minute=0), 40, city=city)
    return made


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """A lake, and the rows that it must have of the forecasts in it."""
    folder = tmp_path_factory.mktemp("scores")
    history = History()
    lake = load(folder / "lake", folder / "events", lines(history.events))
    # Makes the table; what it foretells now was over before or is not over yet.
    run("forecast", "--dir", lake, "--refresh", within_s=600)
    forecasts = foretold(history.chance)
    append(lake, "forecasts", forecasts)
    return lake, dict(filter(None, (score(history, row) for row in forecasts)))


def score(history: History, row: dict) -> tuple[tuple, tuple] | None:
    """A forecast's key with the day, what came, and how far that was off; none where it is not to be scored."""
    at, city, forwarder = row["horizon_at"], row.get("city") or "", row.get("forwarder") or ""
    if row["grain"] == "day":
        step = day = at.date()
        over_at = datetime.combine(at.date() + timedelta(days=1), time(), zone(city)).astimezone(UTC)
    else:
        step, day, over_at = at, at.astimezone(zone(city)).date(), at + HOUR
    came = history.came(row["series"], city, forwarder, step, over_at)
    if came is None or not MADE_AT < over_at <= datetime.now(UTC):
        return None
    inside = [row[f"lower{level}"] <= came <= row[f"upper{level}"] for level in (80, 95)]
    off = abs(came - row["mean"]) / came if came else None
    key = (row["series"], row["grain"], city, forwarder, stamp(at))
    return key, (str(day), came, came - row["mean"], off, *inside)


def answered(lake, condition: str = "true") -> dict[tuple, tuple]:
    found = rows(lake, f"SELECT * FROM forecast_scores WHERE {condition}")
    figure = lambda text: float(text) if text else None  # noqa: E731
    made = {tuple(row[name] for name in KEY): (
        row["day"], *(figure(row[name]) for name in ("actual", "error", "ape")), row["covered80"] == "true",
        row["covered95"] == "true") for row in found}  # fmt: skip
    assert len(made) == len(found), "a step is scored twice"
    return made


def assert_same(found: dict, wanted: dict) -> None:
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        assert found[key] == (row[0], *map(pytest.approx, row[1:3]), row[3] and pytest.approx(row[3]), *row[4:]), key


def test_every_step_whose_truth_is_known_is_scored_and_no_other(scored):
    lake, wanted = scored
    assert_same(answered(lake), wanted)


def test_the_history_has_every_kind_of_step(scored):
    _, wanted = scored
    kinds = {(series, grain, city != "", forwarder != "") for series, grain, city, forwarder, _ in wanted}
    volumes = ("invoices_received", "api_requests", "storage_bytes")
    days = {(series, "day", of_city, False) for series in volumes for of_city in (True, False)}
    assert kinds == days | {("dau", "day", True, False), ("invoices_received", "day", False, True),
                            ("invoices_received", "hour", True, False), ("invoices_received", "hour", False, False)}
    nothing = {key[1:3] for key, row in wanted.items() if row[1] == 0}
    assert {("day", "HKG"), ("hour", "HKG"), ("hour", "")} <= nothing
    first_day = stamp(datetime.combine(MADE_AT.date(), time(), UTC))
    assert ("invoices_received", "day", "SYD", "", first_day) not in wanted, "it was over when it was foretold"


@pytest.mark.parametrize(("condition", "keeps"), [
    ("grain = 'day' AND city IS NULL AND forwarder IS NULL", lambda key: key[1:4] == ("day", "", "")),
    ("series = 'storage_bytes'", lambda key: key[0] == "storage_bytes"),
    ("grain = 'hour' AND city = 'SYD'", lambda key: key[1:3] == ("hour", "SYD")),
    (f"forwarder = '{FORWARDERS[0]}'", lambda key: key[3] == FORWARDERS[0]),
    (f"made_at = TIMESTAMPTZ '{stamp(MADE_AT)}' AND day > DATE '{LAST - timedelta(days=3)}'",
     lambda key: key[1] == "day" and key[4] > f"{LAST - timedelta(days=2)}"),
])  # fmt: skip
def test_a_choice_leaves_out_rows_and_changes_none(scored, condition, keeps):
    lake, wanted = scored
    chosen = {key: row for key, row in wanted.items() if keeps(key)}
    assert chosen
    assert_same(answered(lake, condition), chosen)


def test_only_the_cells_of_what_is_foretold_by_the_grain_that_is_asked_for_are_read(scored):
    def read(condition: str) -> dict[str, set[str]]:
        """KPIs by the relation of cells that the plan reads."""
        query = f"EXPLAIN SELECT * FROM forecast_scores WHERE {condition}"
        plan = run("sql", query, "--dir", scored[0], "--format", "csv").stdout
        found = defaultdict(set)
        for relation, kpis in re.findall(r"KpiCells: (\w+) of ([\w, ]*):", plan):
            found[relation] |= set(filter(None, kpis.split(", ")))
        return found

    foretold = {row["kpi"] for row in rows(scored[0], "SELECT kpi FROM kpis WHERE forecast LIKE '%day%'")}
    assert read("true")["kpi_daily"] == foretold
    of_days = read("grain = 'day'")
    assert of_days["kpi_daily"] == foretold and "kpi_hourly" not in of_days
    assert set(read("grain = 'hour'")) == {"kpi_hourly"}
