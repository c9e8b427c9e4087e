"""The promotion rules of the learning loop, told once more in plain Python, beside what the product says.

Random histories of corrections, promotions, complaints and readings go to `learning histories` in several orders; what
comes back must be what this model says, and the same for every order, ids included. Nothing is shared with the product:
the model walks through a history once, event by event, and keeps open groups.

    python model.py PROGRAM [--histories N] [--orders N] [--seed S]

Exits 3 with the first history that differs.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
from fractions import Fraction

HOUR = 3_600_000_000
DAY = 24 * HOUR
LIKENESS = Fraction(85, 100)


def edits(a: str, b: str) -> int:
    """Levenshtein's distance, by its definition as a recursion with a memory."""
    known = {}

    def least(i: int, j: int) -> int:
        if min(i, j) == 0:
            return max(i, j)
        if (i, j) not in known:
            change = least(i - 1, j - 1) + (a[i - 1] != b[j - 1])
            known[i, j] = min(change, least(i - 1, j) + 1, least(i, j - 1) + 1)
        return known[i, j]

    return least(len(a), len(b))


def alike(a: str, b: str) -> bool:
    longest = max(len(a), len(b))
    return longest == 0 or 1 - Fraction(edits(a, b), longest) >= LIKENESS


def shape(text: str | None) -> str:
    return "shape:" + "".join("9" if c.isnumeric() else "A" if c.isalpha() else c for c in text or "")


class Group:
    """Corrections alike in one forwarder's field since its last promotion."""

    def __init__(self, first: dict, pattern: str):
        self.first, self.pattern, self.members, self.said = first, pattern, [], False


def answer(history: dict) -> dict:
    """What must be told of a history."""
    return {
        "suggested": suggestions(history),
        "suspended": suspensions(history),
        "overrun": overruns(history),
        "accuracy": accuracies(history),
    }


def suggestions(history: dict) -> list:
    events = [("corrected", event) for event in history["corrections"]]
    events += [("promoted", event) for event in history["promotions"]]
    events = [(kind, event) for kind, event in events if event["at"] <= history["now"]]
    events.sort(key=lambda pair: (pair[1]["at"], pair[1]["id"]))
    slots, found = collections.defaultdict(list), []
    for kind, event in events:
        if kind == "promoted":
            for slot in list(slots):
                if slot[1] == event["field"] and event["forwarder"] in (None, slot[0]):
                    slots[slot] = []
        elif event["learn"] == "normal" and event["forwarder"] is not None:
            slot = event["forwarder"], event["field"]
            pattern = event["pattern"] if event["pattern"] is not None else shape(event["new"])
            group = next((group for group in slots[slot] if alike(group.pattern, pattern)), None)
            if group is None:
                group = Group(event, pattern)
                slots[slot].append(group)
            group.members.append(event)
            people = {member["user_id"] for member in group.members}
            if len(people) >= 3 and not group.said:
                group.said = True
                found.append(suggestion(history, group, event, len(people)))
    return sorted(found, key=repr)


def suggestion(history: dict, group: Group, last: dict, people: int) -> list:
    own = {member["invoice_id"] for member in group.members}
    misread = [member["old"] for member in group.members if member["old"] is not None]
    changed = set(own)
    for reading in history["readings"]:
        same = (reading["forwarder"], reading["field"]) == (last["forwarder"], last["field"])
        past = reading["judged_at"] < last["at"] and reading["judged_at"] <= history["now"]
        if same and past and reading["value"] is not None and any(alike(old, reading["value"]) for old in misread):
            changed.add(reading["invoice_id"])
    rules = [member["rule_id"] for member in group.members if member["rule_id"] is not None]
    rule = rules[-1] if rules else f"unnamed:{last['forwarder']}:{last['field']}"
    impact = len(changed)
    return [last["at"], last["forwarder"], last["field"], group.pattern, people, impact, impact > 100, rule,
            group.first["at"]]


def suspensions(history: dict) -> list:
    complaints = [event for event in history["complaints"] if event["at"] <= history["now"]]
    people, found = collections.defaultdict(set), []
    for event in sorted(complaints, key=lambda event: (event["at"], event["id"])):
        version = event["rule_id"], event["rule_version"]
        before = len(people[version])
        people[version].add(event["user_id"])
        if before < 3 <= len(people[version]):
            found.append([event["at"], *version, 3])
    return sorted(found, key=repr)


def overruns(history: dict) -> list:
    found = []
    for promotion in history["promotions"]:
        if promotion["at"] > history["now"] or promotion["impact_estimate"] is None:
            continue
        times = []
        for reading in history["readings"]:
            own = all(reading[name] == promotion[name] for name in ("rule_id", "rule_version"))
            changed = reading["replaced"] is not None and reading["replaced"] != reading["value"]
            if own and changed and reading["read_at"] >= promotion["at"] and reading["judged_at"] <= history["now"]:
                times.append(reading["judged_at"])
        allowed = 2 * promotion["impact_estimate"]
        later = [event for event in history["promotions"]
                 if event["rule_id"] == promotion["rule_id"] and event["at"] <= history["now"]]
        if len(times) > allowed:
            at = sorted(times)[allowed]
            # Another version applies by then: there is nothing left to take back.
            if not any(promotion["at"] < event["at"] <= at for event in later):
                found.append([at, promotion["rule_id"], promotion["rule_version"]])
    return sorted(found, key=repr)


def accuracies(history: dict) -> list:
    """Windows and counts, without the advice, which is a matter of evidence."""
    counts = collections.defaultdict(lambda: [0, 0])
    for reading in history["readings"]:
        if reading["judged_at"] > history["now"]:
            continue
        start = reading["judged_at"] // DAY * DAY
        windows = [("day", start)]
        for promotion in history["promotions"]:
            own = all(reading[name] == promotion[name] for name in ("rule_id", "rule_version"))
            within = promotion["at"] <= reading["read_at"] and reading["judged_at"] < promotion["at"] + DAY
            if own and within and promotion["at"] <= history["now"]:
                windows.append(("watch", promotion["at"]))
        for kind, start in windows:
            if start + DAY + HOUR <= history["now"]:
                count = counts[kind, reading["rule_id"], reading["rule_version"], start]
                count[0] += 1
                count[1] += reading["correct"]
    rows = [[rule, version, start, start + DAY, *count] for (_, rule, version, start), count in counts.items()]
    return sorted(rows, key=repr)


def draw(rng: random.Random) -> dict:
    """A history of some weeks in which everything happens rather often."""
    now = 30 * DAY
    forwarders, fields = ["kerry", "dhl"], ["total_amount", "vessel"]
    stems = ["pos:p1/0042/right-of", "re:^[A-Z]{3}\\d{7}$", "pos:p2/07", "total, last line, r"]
    users = ["ada", "bob", "cat", "dan"]
    rules = [("R-1", "kerry", "total_amount"), ("R-2", None, "vessel"), ("R-3", "dhl", "vessel")]
    # Coarse times, so that many events fall together and only their ids tell their order.
    at = lambda: rng.randrange(0, 31 * 24) * HOUR  # noqa: E731
    ids = list(range(10_000))
    rng.shuffle(ids)
    identity = lambda: f"e{ids.pop():05}"  # noqa: E731

    def blurred(text: str, most: int) -> str:
        letters = list(text)
        for _ in range(rng.randint(0, most)):
            place = rng.randrange(len(letters))
            how = rng.random()
            if how < 0.6:
                letters[place] = rng.choice("0Aé山")
            elif how < 0.8:
                letters.insert(place, rng.choice("07"))
            elif len(letters) > 1:
                del letters[place]
        return "".join(letters)

    def value() -> str:
        return blurred("1,234.56 HKD, net of tax", 4)

    few = rng.random() < 0.5
    corrections = []
    for nth in range(rng.randint(0, 24)):
        rule = rng.choice([(None, None), ("R-1", "v1"), ("R-2", "v3")])
        corrections.append({
            "id": identity(), "at": at(), "invoice_id": f"inv-{rng.randrange(40)}",
            "forwarder": "kerry" if few else rng.choice([*forwarders, None]),
            "field": "total_amount" if few else rng.choice(fields),
            "pattern": None if rng.random() < 0.1 else blurred(rng.choice(stems[: 1 if few else 4]), 4),
            "old": None if rng.random() < 0.1 else value(), "new": None if rng.random() < 0.1 else value(),
            "user_id": rng.choice(users), "learn": "normal" if rng.random() < 0.85 else "exception",
            "rule_id": rule[0], "rule_version": rule[1],
        })
    promotions, taken = [], set()
    for nth in range(rng.randint(0, 4)):
        rule, forwarder, field = rng.choice(rules)
        when = at()
        if (rule, when) not in taken:
            taken.add((rule, when))
            promotions.append({
                "id": identity(), "at": when, "rule_id": rule, "rule_version": f"v{nth + 2}", "layer": "forwarder",
                "forwarder": forwarder, "field": field, "impact_estimate": rng.choice([None, 0, 1, 2, 5]),
            })
    complaints = [{"id": identity(), "at": at(), "rule_id": rng.choice(["R-1", "R-2"]),
                   "rule_version": rng.choice(["v1", "v2"]), "user_id": rng.choice(users)}
                  for _ in range(rng.randint(0, 9))]
    readings = []
    for nth in range(rng.choice([10, 40, 250])):
        rule = rng.choice(rules)[0]
        read_at = at()
        readings.append({
            "invoice_id": f"inv-{nth}", "city": rng.choice(["HKG", None]),
            "forwarder": "kerry" if few else rng.choice([*forwarders, None]),
            "field": "total_amount" if few else rng.choice(fields), "rule_id": rule,
            "rule_version": f"v{rng.randint(1, 4)}", "layer": "forwarder",
            "value": None if rng.random() < 0.1 else value(),
            "replaced": value() if rng.random() < 0.3 else None,
            "read_at": read_at, "judged_at": read_at + rng.randrange(0, 30) * HOUR, "correct": rng.random() < 0.8,
        })
    return {"now": now, "corrections": corrections, "promotions": promotions, "complaints": complaints,
            "readings": readings, "suggested": []}


def turned(history: dict, rng: random.Random) -> dict:
    """The same history, told in another order."""
    return {name: rng.sample(told, len(told)) if isinstance(told, list) else told for name, told in history.items()}


def compare(program: str, histories: list[dict], orders: int, rng: random.Random) -> collections.Counter:
    told = [order for history in histories for order in [history, *(turned(history, rng) for _ in range(orders - 1))]]
    lines = "".join(json.dumps(history) + "\n" for history in told)
    out = subprocess.run([program, "histories"], input=lines, capture_output=True, text=True, check=True).stdout
    answers = [json.loads(line) for line in out.splitlines()]
    assert len(answers) == len(told)
    seen = collections.Counter()
    for index, found in enumerate(answers):
        history = told[index]
        expected = answer(history) if index % orders == 0 else expected
        if index % orders and found != answers[index - index % orders]:
            differ(history, "another order, another answer", found, answers[index - index % orders])
        found = {**found, "accuracy": [row[:-1] for row in found["accuracy"]]}
        for name, rows in expected.items():
            if sorted(found[name], key=repr) != rows:
                differ(history, name, sorted(found[name], key=repr), rows)
            seen[name] += len(rows) if index % orders == 0 else 0
        if len(set(found["ids"])) != len(found["ids"]):
            differ(history, "ids", found["ids"], None)
        check_order(history, found, seen)
        seen["reviews"] += sum(row[6] for row in expected["suggested"]) if index % orders == 0 else 0
    return seen


def check_order(history: dict, found: dict, seen: collections.Counter) -> None:
    times = [event["time"] for event in found["events"]]
    if times != sorted(times):
        differ(history, "order of messages", times, sorted(times))
    seen["messages"] += len(times)


def differ(history: dict, what: str, found: object, expected: object) -> None:
    print(json.dumps(history))
    print(f"{what}:\n  found    {found}\n  expected {expected}")
    sys.exit(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--histories", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = random.Random(asked.seed)
    seen = compare(asked.program, [draw(rng) for _ in range(asked.histories)], asked.orders, rng)
    print(f"seed {asked.seed}: {asked.histories} histories in {asked.orders} orders each, all alike; {dict(seen)}")


if __name__ == "__main__":
    main()
