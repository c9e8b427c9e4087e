"""Random months of cost pools, and what each city must bear, in whole numbers of Python alone.

Written from the domain (sections 4 and 6), not from the product's code: the files of finance as text, what was measured
as numbers, and the rows that must come out. `python3 allocation.py --months 1000 --seed 7` prints one month a line.

All figures are whole numbers of billionths, as many digits as an amount has; ratios are of 10^-12.
"""

import argparse
import json
import random

ONE = 10**9
WHOLE = 10**12
CITIES = ["HKG", "SIN", "SHA", "SZX", "CAN", "TPE", "TYO", "SEL", "BKK", "SGN", "SYD", "XX1"]
DRIVERS = ["invoices", "direct_cost", "storage", "active_users", "fixed", "even"]
UNITS = [ONE // 100] * 6 + [ONE // 20, ONE, 100 * ONE, 1]


def divided(dividend: int, divisor: int) -> int:
    """The quotient as a whole number, halves rounded away from zero; the divisor is positive."""
    size, rest = divmod(abs(dividend), divisor)
    size += 2 * rest >= divisor
    return size if dividend > 0 else -size


def share_out(whole: int, weights: list[int]) -> list[int]:
    """The largest remainder: the floor of each exact share, then one more for the largest fractions, first come first."""
    total = sum(weights)
    shares = [divmod(abs(whole) * weight, total) for weight in weights]
    parts = [part for part, _ in shares]
    left = abs(whole) - sum(parts)
    for i in sorted(range(len(shares)), key=lambda i: -shares[i][1])[:left]:
        parts[i] += 1
    return [-part for part in parts] if whole < 0 else parts


def place_of(party: str) -> tuple[int, str]:
    return {"unallocated": 1, "idle": 2}.get(party, 0), party


def measured_quantities(month: dict, rule: dict, driver: str) -> dict[str, int]:
    """What was measured of a driver by city, live cities with nothing among them."""
    found = {city: ONE if driver == "even" else 0 for city in month["live"]}
    if driver == "fixed":
        found |= rule.get("fixed", {})
        rest = 100 * ONE - sum(rule.get("fixed", {}).values())
        if rule.get("fixed") and rest > 0:
            found["unallocated"] = rest
    elif driver != "even":
        for what, city, quantity in month["measures"]:
            if what == driver:
                found[city or "unallocated"] = found.get(city or "unallocated", 0) + quantity
    return found


def weight_and_reason(policy: dict, rule: dict, driver: str, party: str) -> tuple[int, str]:
    if party == "unallocated":
        if driver == "fixed":
            return ONE, "not_fixed"
        return (0, "spread") if rule.get("shared") == "spread" else (ONE, "no_city")
    if driver == "fixed":
        return ONE, ""
    if party in policy.get("exclude", []) or party in rule.get("exclude", []):
        return 0, "excluded"
    return rule.get("weights", {}).get(party, policy.get("weights", {}).get(party, ONE)), ""


def split_pool(month: dict, name: str, billed: int, currency: str, driver: str) -> list[list]:
    """The rows of one pool."""
    policy = month["policy"]
    rule, unit, into = policy.get("pools", {}).get(name, {}), policy["unit"], policy["currency"]
    driver = rule.get("driver", driver)
    rate = {"HKD": ONE} | month["rates"]
    amount = billed
    if currency != into:
        amount = unit * divided(billed * rate[currency], rate[into] * unit)
    rows = {}
    for party, measured in measured_quantities(month, rule, driver).items():
        weight, reason = weight_and_reason(policy, rule, driver, party)
        rows[party] = [measured, weight, divided(measured * weight, ONE), reason]
    if "capacity" in rule:
        capacity = rule["capacity"]
        if capacity == "billed":
            capacity = billed if currency == "HKD" else divided(billed * rate[currency], ONE)
        unused = max(0, capacity - sum(quantity for _, _, quantity, _ in rows.values()))
        rows["idle"] = [unused, ONE, unused, "unused"]
    parties = sorted(rows, key=place_of)
    quantities = [rows[party][2] for party in parties]
    total, stuck = sum(quantities), ""
    if any(quantity < 0 for quantity in quantities):
        stuck = "negative_quantity"
    elif total == 0:
        stuck = "no_quantity"
    if stuck:
        amounts, ratios, rest = [0] * len(parties), [0] * len(parties), amount
    else:
        units = abs(amount) // unit * (1 if amount > 0 else -1)
        amounts = [part * unit for part in share_out(units, quantities)]
        ratios, rest = share_out(WHOLE, quantities), amount - units * unit
    answer = {party: [*rows[party][:3], ratio, part, rows[party][3]] for party, ratio, part in zip(parties, ratios, amounts)}
    if stuck or rest:
        left = answer.setdefault("unallocated", [0, ONE, 0, 0, 0, "below_unit"])
        left[4] += rest
        if stuck:
            left[3], left[5] = WHOLE, stuck
    assert sum(row[4] for row in answer.values()) == amount
    return [[name, party, *answer[party][:3], total, *answer[party][3:]] for party in sorted(answer, key=place_of)]


def allocate(month: dict) -> list[list]:
    """The rows of a month: pool, city, measured, weight, quantity, total, ratio, amount, reason."""
    order = month["policy"].get("order", [])
    place = lambda pool: (order.index(pool[0]) if pool[0] in order else len(order), pool[0])  # noqa: E731
    return [row for pool in sorted(month["pools"], key=place) for row in split_pool(month, *pool)]


def decimal(figure: int) -> str:
    sign, size = ("-" if figure < 0 else ""), abs(figure)
    return f"{sign}{size // ONE}.{size % ONE:09d}"


def toml_table(values: dict[str, int]) -> str:
    return "{ " + ", ".join(f'{key} = "{decimal(value)}"' for key, value in values.items()) + " }"


def policy_file(policy: dict) -> str:
    """The policy as finance writes it."""
    lines = ['version = "random"', 'effective_from = "2026-01"', f'currency = "{policy["currency"]}"']
    lines.append(f'rounding_unit = "{decimal(policy["unit"])}"')

    def add(rule: dict) -> None:
        lines.extend(f"{key} = {json.dumps(rule[key])}" for key in ("order", "exclude", "driver", "shared") if key in rule)
        lines.extend(f"{key} = {toml_table(rule[key])}" for key in ("weights", "fixed") if key in rule)
        if "capacity" in rule:
            billed = rule["capacity"] == "billed"
            lines.append('capacity = "billed"' if billed else f'capacity = {decimal(rule["capacity"])}')

    add(policy)
    for name, rule in policy.get("pools", {}).items():
        lines.append(f'[pools."{name}"]')
        add(rule)
    return "\n".join(lines)


def random_rule(dice: random.Random, live: list[str], excluded: list[str]) -> dict:
    kind = dice.randrange(4)
    if kind == 0:
        open_cities = [city for city in CITIES if city not in excluded]
        cities = dice.sample(open_cities, dice.randint(1, 4))
        if dice.random() < 0.5:
            return {"driver": "fixed", "fixed": {city: dice.randint(0, 25 * ONE) for city in cities}}
        return {"driver": "fixed", "fixed": {city: dice.choice([25 * ONE, 10 * ONE, 12_500_000_000]) for city in cities}}
    rule = {}
    if dice.random() < 0.5:
        rule["weights"] = {city: dice.choice([0, ONE, 3 * ONE, dice.randint(0, 5 * ONE)]) for city in dice.sample(CITIES, 2)}
    if dice.random() < 0.3:
        rule["exclude"] = dice.sample(CITIES, 2)
    if dice.random() < 0.4:
        rule["shared"] = dice.choice(["show", "spread"])
    if kind == 1:
        rule |= {"driver": "direct_cost", "capacity": "billed"}
    elif kind == 2:
        rule["capacity"] = dice.randint(1, 10**6) * ONE
    elif dice.random() < 0.5:
        rule["driver"] = dice.choice([driver for driver in DRIVERS if driver != "fixed"])
    return rule


def random_amount(dice: random.Random) -> int:
    """Cents mostly; credits, nothing, fractions of a cent, and the largest there are."""
    kind = dice.randrange(10)
    if kind < 6:
        amount = dice.randint(0, 10**8) * (ONE // 100)
    elif kind == 6:
        amount = dice.randint(0, 10**16)
    elif kind == 7:
        amount = dice.randint(0, 200) * (ONE // 100)
    elif kind == 8:
        amount = 0
    else:
        amount = dice.randint(10**26, 10**27 - 1)
    return -amount if dice.random() < 0.2 else amount


def random_quantity(dice: random.Random) -> int:
    """Small whole numbers tie often; others are long."""
    kind = dice.randrange(8)
    if kind < 4:
        return dice.randint(0, 4) * ONE
    if kind < 6:
        return dice.randint(0, 10**6) * ONE
    return dice.randint(0, 10**15) if kind == 6 else dice.randint(0, 10**24)


def random_month(dice: random.Random) -> dict:
    live = dice.sample(CITIES, dice.randint(0, len(CITIES)))
    policy = {"currency": "HKD", "unit": ONE // 100}
    names = dice.sample(["infrastructure", "ai", "storage", "rent, and power"], dice.randint(1, 3))
    if dice.random() < 0.6:
        policy = {"currency": dice.choice(["HKD"] * 5 + ["USD", "SGD"]), "unit": dice.choice(UNITS)}
        if dice.random() < 0.3:
            policy["exclude"] = dice.sample(CITIES, dice.randint(1, 3))
        if dice.random() < 0.3:
            policy["weights"] = {city: dice.randint(0, 3 * ONE) for city in dice.sample(CITIES, dice.randint(1, 4))}
        if dice.random() < 0.3:
            policy["order"] = dice.sample(names, dice.randint(1, len(names)))
        ruled = [name for name in names if dice.random() < 0.5]
        policy["pools"] = {name: random_rule(dice, live, policy.get("exclude", [])) for name in ruled}
    measures = []
    for driver in dice.sample(DRIVERS[:4], dice.randint(1, 4)):
        for city in dice.sample(CITIES, dice.randint(0, len(CITIES))):
            measures.append([driver, city, random_quantity(dice)])
        if dice.random() < 0.4:
            measures.append([driver, None, random_quantity(dice)])
        if dice.random() < 0.1:
            measures.append([driver, dice.choice(CITIES), -random_quantity(dice)])
    pools = []
    for name in names:
        amount, currency = random_amount(dice), dice.choice(["HKD"] * 4 + ["USD", "SGD"])
        pools.append([name, amount, currency, dice.choice(DRIVERS)])
    rates = {"USD": dice.randint(7 * ONE, 8 * ONE), "SGD": dice.choice([58 * ONE // 10, 1, dice.randint(1, 10**10)])}
    return {"live": live, "policy": policy, "measures": measures, "pools": pools, "rates": rates}


def as_files(month: dict) -> dict:
    """A month as the product is given it, and the rows that must come out."""
    pools = [f'2026-03,"{name}",{decimal(amount)},{currency},{driver}\n' for name, amount, currency, driver in month["pools"]]
    rates = [f"2026-03,{currency},{decimal(rate)}\n" for currency, rate in month["rates"].items()]
    return {
        "pools": "month,pool,amount,currency,driver\n" + "".join(pools),
        "rates": "month,currency,rate_to_hkd\n" + "".join(rates),
        "policy": policy_file(month["policy"]),
        "live": month["live"],
        "measures": [[driver, city, str(quantity)] for driver, city, quantity in month["measures"]],
        "rows": ["|".join(map(str, row)) for row in allocate(month)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    for _ in range(arguments.months):
        print(json.dumps(as_files(random_month(dice)), separators=(",", ":")))


if __name__ == "__main__":
    main()
