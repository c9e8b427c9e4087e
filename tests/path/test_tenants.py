"""Customers' statements by the real binary: plans are imported or refused by line, and what was used stands against them.
Expected rows are worked out from the same events in Python's decimals."""

import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

import pytest

from path.histories import event, lines, load, rows
from path.test_finance import import_files

NUMBERS = count(1)
COLUMNS = ("month", "tenant", "meter", "used", "included", "over", "quota", "quota_used", "status", "over_amount", "currency")


def usage(day: str, tenant: str, meter: str, quantity: str, **more) -> dict:
    # Noon in UTC is the same day in every city.
    return event("usage.recorded", f"{day}T12:00:00Z", "HKG", f"p-{next(NUMBERS)}", tenant=tenant, service="s", meter=meter,
                 quantity=quantity, **more)


def statements(lake) -> list[tuple]:
    found = rows(lake, f"SELECT {', '.join(COLUMNS)} FROM tenant_statements ORDER BY month, tenant, meter")
    number = lambda text: Decimal(text) if text else None  # noqa: E731
    return [(row["month"], row["tenant"], row["meter"], *(number(row[name]) for name in COLUMNS[3:8]), row["status"],
             number(row["over_amount"]), row["currency"]) for row in found]


def expected(events, plans, prices) -> list[tuple]:
    """The statement by its definition: own plan before everybody's, the newest that has begun; one price a meter."""
    used = defaultdict(Decimal)
    for made in events:
        used[made["time"][:7], made["tenant"], made["data"]["meter"]] += Decimal(made["data"]["quantity"])

    def plan(month, tenant, meter):
        for whose in (tenant, ""):
            begun = [row for row in plans if row[1] == whose and row[2] == meter and row[0] <= month]
            if begun:
                return max(begun)[3:]
        return None, None

    months = {month for month, _, _ in used}
    planned = {(month, row[1], row[2]) for month in months for row in plans if row[1] and row[0] <= month}
    told = []
    for key in sorted(used.keys() | planned):
        included, quota = plan(*key)
        quantity, quota = used.get(key, Decimal(0)), Decimal(quota) if quota else None
        over = quantity if included is None else max(quantity - Decimal(included), Decimal(0))
        share = (quantity / quota).quantize(Decimal("0.0001"), ROUND_HALF_UP) if quota else None
        status = ("exceeded" if quota is not None and quantity > quota else "no_plan" if included is None
                  else "over" if over > 0 else "within")  # fmt: skip
        price = prices.get(key[2]) if key in used else None
        told.append((*key, quantity, Decimal(included) if included is not None else None, over, quota, share, status,
                     over * price if price is not None else None, "HKD" if price is not None else ""))
    return told


@pytest.mark.parametrize("seed", [5, 6])
def test_what_was_used_stands_against_each_customers_plan(tmp_path, seed):
    print(f"seed {seed}")
    chance, lake = random.Random(seed), tmp_path / "lake"
    meters, tenants = ("llm.calls", "di.pages", "api.requests"), ("acme", "bolt", "coda")
    events = [usage(f"2026-{chance.randint(3, 5):02}-{chance.randint(1, 28):02}", chance.choice(tenants[:2]), chance.choice(meters),
                    str(Decimal(chance.randint(1, 400_000)) / 1000)) for _ in range(60)]  # fmt: skip
    load(lake, tmp_path / "files", lines(events))
    plans = [("2026-01", "acme", "llm.calls", "1000", "2000"), ("2026-04", "acme", "llm.calls", "0", "500.5"),
             ("2026-03", "", "llm.calls", "250.25", ""), ("2026-05", "", "di.pages", "10", "10"),
             ("2026-04", "coda", "llm.calls", "7", "8"), ("2026-09", "bolt", "di.pages", "1", "2")]
    prices = {"llm.calls": Decimal("0.003"), "di.pages": Decimal("2")}
    import_files(lake, tmp_path / "in", plans=plans,
                 prices=[("2026-01-01", "s", "", meter, str(price), "HKD") for meter, price in prices.items()])
    told = statements(lake)
    assert told == expected(events, plans, prices)
    assert {row[8] for row in told} == {"exceeded", "no_plan", "over", "within"}, "the seed shows every status"
    # A later import states a row anew.
    again = ("2026-04", "acme", "llm.calls", "100000", "200000")
    import_files(lake, tmp_path / "again", plans=[again])
    assert statements(lake) == expected(events, [again if row[:3] == again[:3] else row for row in plans], prices)


def test_several_prices_in_a_month_leave_the_amount_to_the_rows_of_usage(tmp_path):
    lake = tmp_path / "lake"
    load(lake, tmp_path / "files", lines([usage("2026-03-02", "acme", "llm.calls", "10"), usage("2026-03-20", "acme", "llm.calls", "5"),
                                          usage("2026-04-20", "acme", "llm.calls", "5")]))
    import_files(lake, tmp_path / "in", plans=[("2026-03", "acme", "llm.calls", "1", "")],
                 prices=[("2026-03-01", "s", "", "llm.calls", "1", "HKD"), ("2026-03-10", "s", "", "llm.calls", "2", "HKD")])
    told = [(row[0], row[5], row[9]) for row in statements(lake)]
    assert told == [("2026-03", Decimal(14), None), ("2026-04", Decimal(4), Decimal(8))]


def test_bad_rows_are_refused_by_line_and_nothing_is_taken(tmp_path):
    lake = tmp_path / "lake"
    load(lake, tmp_path / "files", lines([usage("2026-03-02", "acme", "llm.calls", "10")]))
    done = import_files(lake, tmp_path / "in", code=1, plans=[
        ("2026-03", "acme", "llm.calls", "10", "9"), ("2026-3", "acme", "di.pages", "1", ""), ("2026-03", "acme", "", "x", "0")])
    for told in ("line 2, quota: is less than what is included", "line 3, effective_from", "line 4, meter: must not be empty",
                 "line 4, included", "line 4, quota: must be more than 0"):
        assert told in done.stderr, done.stderr
    assert rows(lake, "SELECT * FROM tenant_plans") == []
