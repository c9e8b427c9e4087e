"""What the platform works out, for boards that show it: evidence that makes it advise, and rows of its tables as another
Delta writer makes them where its jobs find nothing in so short a history."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from deltalake import write_deltalake

from path.histories import event
from path.test_feedback import COMPLAINTS, USERS, bad_promotion, corrected_by, of_shared

TIME, FIGURE = pa.timestamp("us", tz="UTC"), pa.decimal128(38, 9)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOUNDS = ("mean", "lower80", "upper80", "lower90", "upper90", "lower95", "upper95")
KINDS = {
    "forecasts": {"made_at": TIME, "series": pa.string(), "grain": pa.string(), "city": pa.string(),
                  "forwarder": pa.string(), "horizon_at": TIME, "step": pa.int32(),
                  **dict.fromkeys(BOUNDS, pa.float64()), "model": pa.string(), "mape_backtest": pa.float64(),
                  "mase_backtest": pa.float64()},
    "capacity_advice": {"made_at": TIME, "resource": pa.string(), "city": pa.string(), "category": pa.string(),
                        "figure": FIGURE, "available": FIGURE, "unit": pa.string(), "probability": pa.float64(),
                        "earliest": TIME, "at": TIME, "latest": TIME, "status": pa.string(), "confidence": pa.string(),
                        "reason": pa.string()},
    "anomaly_findings": {"detected_at": TIME, "anomaly_id": pa.string(), "series": pa.string(), "city": pa.string(),
                         "forwarder": pa.string(), "subject": pa.string(), "at": TIME, "until": TIME, "observed": FIGURE,
                         "expected": FIGURE, "lower": FIGURE, "upper": FIGURE, "score": pa.float64(),
                         "severity": pa.string(), "kind": pa.string(), "explanation": pa.string(),
                         "money_at_risk": FIGURE},
    "anomaly_marks": {"marked_at": TIME, "anomaly_id": pa.string(), "mark": pa.string(), "state": pa.string(),
                      "muted_until": TIME, "marked_by": pa.string(), "why": pa.string()},
}  # fmt: skip
REQUIRED = {"made_at", "detected_at", "marked_at", "series", "grain", "horizon_at", "step", *BOUNDS, "model", "resource",
            "unit", "status", "confidence", "reason", "anomaly_id", "severity", "kind", "explanation", "mark", "state",
            "marked_by", "_month"}  # fmt: skip
CITIES = ("HKG", "SYD", "BKK", None)
FOUND = (("invoices_received", "spike"), ("charges", "decimal_shift"), ("invoices", "duplicate_invoice"),
         ("sign_ins", "spraying"))  # fmt: skip
MARKS = {"acknowledge": "acknowledged", "resolve": "resolved", "false_alarm": "false_alarm", "mute": "new",
         "reopen": "new"}  # fmt: skip


def evidence() -> list[dict]:
    """Events after which a promotion is suggested and another nearly, a version suspended and another advised to be taken
    back."""
    minutes = lambda number: timedelta(minutes=number)  # noqa: E731
    complaints = [of_shared("rule.complaint", minutes(9 - user), rule_id="R-8042", rule_version="v20260301-02",
                            user_id=f"u-{user}", text="wrong line") for user in range(COMPLAINTS)]  # fmt: skip
    corrections = corrected_by(USERS, "DHL", "vessel", minutes(30))
    corrections += corrected_by(USERS - 1, "DHL", "container", minutes(30))
    return corrections + complaints + bad_promotion(before=300, after=120)


def oddities(at: datetime) -> list[dict]:
    """What sound data has none of: devices that stay offline, one of a city that nobody knows, costs in a currency without
    a rate."""
    made = []
    for number, city in enumerate(("HKG", "SYD", "SIN", "XXX")):
        kinds = ("registered", "online", "offline", "online")[: 4 if city == "SIN" else 3]
        for minutes, kind in enumerate(kinds):
            moment = (at + timedelta(minutes=minutes)).isoformat()
            made.append(event(f"device.{kind}", moment, city, device_id=f"odd-{number}"))
    for city in ("HKG", "SIN", None):
        data = {"meter": "compute.seconds", "quantity": "60", "cost": "1.5", "currency": "CHF"}
        made.append(event("usage.recorded", at.isoformat(), city, **data))
    return made


def write_results(directory: Path, now: datetime, seed: int) -> None:
    """A forecast of days and hours that are over, advice twice, and anomalies as they were seen and judged."""
    chance = random.Random(seed)
    findings = found(chance, now)
    append(directory, "forecasts", past_forecasts(chance, now - 20 * DAY))
    append(directory, "capacity_advice", [row for ago in (2, 1) for row in advice(chance, now - ago * HOUR)])
    append(directory, "anomaly_findings", findings)
    append(directory, "anomaly_marks", marks(chance, sorted({row["anomaly_id"] for row in findings}), now))


def append(directory: Path, name: str, rows: list[dict]) -> None:
    kinds = {**KINDS[name], "_month": pa.string()}
    first = next(iter(kinds))
    fields = [pa.field(column, kind, nullable=column not in REQUIRED and (name, column) != ("anomaly_findings", "at"))
              for column, kind in kinds.items()]  # fmt: skip
    lines = [{**row, "_month": f"{row[first]:%Y-%m}"} for row in rows]
    table = pa.Table.from_pylist(lines, schema=pa.schema(fields))
    write_deltalake(directory / name, table, mode="append")


# A day of a city, about.
USUAL = {"invoices_received": 4, "sessions_requested": 8, "ai_cost_hkd": 12, "ai_calls": 9, "storage_bytes": 5e8}


def past_forecasts(chance: random.Random, made_at: datetime) -> list[dict]:
    """Of cities and of all together; of days of forwarders and hours of some."""
    midnight, hour, made = made_at.replace(hour=0, minute=0, second=0), made_at.replace(minute=0, second=0), []

    def foretell(series: str, usual: float, first: datetime, every: timedelta, **whose) -> None:
        for step in range(1, 15):
            mean = usual * chance.uniform(0.5, 1.5)
            bounds = [mean * (1 + side * width) for width in (0.4, 0.6, 0.9) for side in (-1, 1)]
            made.append({"made_at": made_at, "series": series, "grain": "day" if every == DAY else "hour", "step": step,
                         "horizon_at": first + (step - 1) * every, **dict(zip(BOUNDS, [mean, *bounds])),
                         "model": "drawn", "mape_backtest": 0.3, "mase_backtest": 0.9, **whose})  # fmt: skip

    for series, usual in USUAL.items():
        for city in ("HKG", "SYD", "BKK", None):
            foretell(series, usual if city else 11 * usual, midnight, DAY, city=city)
    for forwarder in ("kestrel-forwarding", "pearl-delta-cargo"):
        foretell("invoices_received", 2, midnight, DAY, forwarder=forwarder)
    for series in ("invoices_received", "sessions_requested"):
        for city in ("HKG", None):
            foretell(series, 1, hour, HOUR, city=city)
    return made


def advice(chance: random.Random, made_at: datetime) -> list[dict]:
    drawn = lambda: Decimal(chance.randrange(10**6)) / 1000  # noqa: E731
    made = []
    for resource in ("invoices_per_hour", "workers", "storage", "budget"):
        for city, status in zip(CITIES, chance.sample(("fine", "warn", "act", "act"), 4)):
            when = made_at + chance.randrange(30) * DAY
            span = {} if status == "fine" else {"earliest": when - DAY, "at": when, "latest": when + DAY}
            made.append({"made_at": made_at, "resource": resource, "city": city, "figure": drawn(), "available": drawn(),
                         "category": "azure" if resource == "budget" else None, "unit": "drawn", "status": status,
                         "probability": chance.random(), "confidence": chance.choice(("low", "medium", "high")),
                         "reason": f"{resource} as drawn", **span})  # fmt: skip
    return made


def found(chance: random.Random, now: datetime) -> list[dict]:
    """Anomalies of two months, the newest of today; each third goes on and was seen twice."""
    made = []
    for number in range(60):
        series, kind = FOUND[number % len(FOUND)]
        at = now - number * DAY - chance.randrange(60, 600) * timedelta(minutes=1)
        money = Decimal(chance.randrange(10**7)) / 100 if series in ("charges", "invoices") else None
        row = {"detected_at": at + HOUR / 2, "anomaly_id": f"a-{number:03}", "series": series, "kind": kind, "at": at,
               "city": chance.choice(CITIES), "forwarder": chance.choice(("DHL", None)),
               "subject": chance.choice((f"inv-{number}", None)), "observed": Decimal(number), "expected": Decimal(2),
               "lower": Decimal(1), "upper": Decimal(3), "score": chance.uniform(2, 12), "money_at_risk": money,
               "severity": chance.choice(("notice", "warn", "act")), "explanation": f"{kind} as drawn"}  # fmt: skip
        made.append(row)
        if number % 3 == 0:
            made.append({**row, "detected_at": row["detected_at"] + HOUR / 4, "observed": Decimal(number + 1)})
    return made


def marks(chance: random.Random, anomalies: list[str], now: datetime) -> list[dict]:
    """Of each other one something was said, of some twice; a mute may be over."""
    made = []
    for anomaly in anomalies[::2]:
        for hours in chance.choice(((9,), (9, 8))):
            mark = chance.choice(list(MARKS))
            until = {"muted_until": now + chance.choice((-2, 5)) * DAY} if mark == "mute" else {}
            made.append({"marked_at": now - hours * HOUR, "anomaly_id": anomaly, "mark": mark, "state": MARKS[mark],
                         "marked_by": "judge", "why": "drawn", **until})  # fmt: skip
    return made
