"""The oracle of cost allocation against figures written by hand."""

import random

import pytest

from judges import allocation
from judges.allocation import ONE, WHOLE, divided, share_out

CENT = ONE // 100


def month(amount: int, driver: str, measures: list, **policy) -> dict:
    policy = {"currency": "HKD", "unit": CENT} | policy
    return {"live": [], "policy": policy, "measures": measures, "rates": {}, "pools": [["all", amount, "HKD", driver]]}


def test_the_example_of_the_domain():
    invoices = {"HKG": 15_000, "SIN": 12_000, "SHA": 10_000, "SZX": 13_000}
    measures = [["invoices", city, count * ONE] for city, count in invoices.items()]
    rows = allocation.allocate(month(25_000 * ONE, "invoices", measures))
    paid = {row[1]: (row[6], row[7]) for row in rows}
    assert paid["HKG"] == (30 * WHOLE // 100, 7_500 * ONE)
    assert paid["SIN"] == (24 * WHOLE // 100, 6_000 * ONE)
    assert paid["SHA"] == (20 * WHOLE // 100, 5_000 * ONE)


def test_the_last_cents_and_halves():
    assert share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert share_out(-100, [1, 1, 1]) == [-34, -33, -33]
    assert share_out(10, [1, 2, 3]) == [2, 3, 5]
    assert [divided(value, 2) for value in (5, -5, 4, 0)] == [3, -3, 2, 0]
    assert [divided(value, 3) for value in (4, -4, 5, -5)] == [1, -1, 2, -2]


@pytest.mark.parametrize("seed", range(3))
def test_a_months_parts_add_up_and_are_within_a_unit_of_their_share(seed):
    dice = random.Random(seed)
    for _ in range(300):
        drawn = allocation.random_month(dice)
        unit = drawn["policy"]["unit"]
        rows = allocation.allocate(drawn)
        for name, *_ in drawn["pools"]:
            pool = [row for row in rows if row[0] == name]
            amount = sum(row[7] for row in pool)
            assert sum(row[6] for row in pool) == WHOLE
            for _, _, _, _, quantity, total, _, part, reason in pool:
                if reason in ("", "excluded") and all(row[8] not in ("no_quantity", "negative_quantity") for row in pool):
                    assert abs(part * total - amount * quantity) < 2 * unit * total
