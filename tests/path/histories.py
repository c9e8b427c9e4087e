"""Histories written by hand or drawn from a seed, as JSON Lines, and loaded by the real binary."""

import csv
import io
import itertools
import json
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from path.harness import TOPICS, run

NUMBERS = itertools.count(1)
STREAMS = {"session": "sessions", "device": "sessions", "ticket": "sessions", "user": "sessions", "usage": "usage"}
FIRST, DAYS = datetime(2026, 3, 27, 12, tzinfo=UTC), 13
CITIES = ("HKG", "SYD", "SIN", "ZZZ")
ROUTES = ("auto", "quick_review", "full_review")


def event(kind: str, time: str, city: str | None = "HKG", event_id: str | None = None, **data) -> dict:
    """One event; `source` and `tenant` are taken out of the data."""
    source, tenant = data.pop("source", "/written"), data.pop("tenant", None)
    made = {"specversion": "1.0", "id": event_id or f"w-{next(NUMBERS):06}", "source": source, "type": kind,
            "time": time, "data": data}
    return made | ({"city": city} if city else {}) | ({"tenant": tenant} if tenant else {})


def extracted(invoice_id: str, time: str, city: str = "HKG", route: str = "auto", num_fields: int = 5, **more) -> dict:
    fields = [{"name": f"f{i}", "confidence": 0.9, "value": "x", "required": True} for i in range(num_fields)]
    data = {"confidence": 0.95, "fields": fields, **more}
    return event("invoice.extracted", time, city, invoice_id=invoice_id, route=route, **data)


def corrected(invoice_id: str, field: str, time: str, city: str = "HKG") -> dict:
    return event("invoice.field_corrected", time, city, invoice_id=invoice_id, field=field, user_id="u-1")


def reviewed(invoice_id: str, time: str, outcome: str = "confirmed", review: str = "quick", city: str = "HKG") -> dict:
    return event("invoice.reviewed", time, city, invoice_id=invoice_id, user_id="u-1", outcome=outcome, review=review,
                 duration_ms=1000)


def lines(events: list[dict]) -> dict[str, list[str]]:
    """JSON Lines by stream."""
    found = defaultdict(list)
    for made in events:
        found[STREAMS.get(made["type"].split(".")[0], "invoices")].append(json.dumps(made))
    return found


def load(directory: Path, folder: Path, by_stream: dict[str, list]) -> Path:
    """Writes lines (text or bytes) as a file a stream in the folder, and loads them."""
    folder.mkdir(parents=True)
    paths = []
    for stream in (stream for stream in TOPICS if by_stream.get(stream)):
        paths.append(folder / f"{stream}.jsonl")
        raw = [line.encode() if isinstance(line, str) else line for line in by_stream[stream]]
        paths[-1].write_bytes(b"\n".join(raw) + b"\n")
    run("load", *paths, "--dir", directory)
    return directory


def rows(directory: Path, query: str) -> list[dict[str, str]]:
    """Rows by column name, all as text; what is null is empty."""
    answer = run("sql", query, "--dir", directory, "--format", "csv").stdout
    return list(csv.DictReader(io.StringIO(answer, newline="")))


def shuffled(by_stream: dict[str, list], seed: int, num_files: int = 3) -> list[dict[str, list]]:
    """The lines in another order, one in five twice, dealt into several files a stream."""
    print("seed", seed)
    chance = random.Random(seed)
    files = [{} for _ in range(num_files)]
    for stream, found in by_stream.items():
        dealt = [*found, *chance.sample(found, len(found) // 5)]
        chance.shuffle(dealt)
        for number, file in enumerate(files):
            file[stream] = dealt[number::num_files]
    return files


def awkward(seed: int) -> list[dict]:
    """Few entities, few instants, events of every kind in any order: ties, gaps and contradictions everywhere."""
    print("seed", seed)
    chance = random.Random(seed)
    made: list[dict] = []

    def time() -> str:
        quarter = FIRST + timedelta(minutes=15 * chance.randrange(DAYS * 96))
        at = quarter + timedelta(microseconds=chance.choice([0, 0, 0, 999, chance.randrange(900_000_000)]))
        return at.isoformat(timespec="microseconds")

    def add(kind: str, city: str | None, **data) -> None:
        city = chance.choice(CITIES) if city and chance.random() < 0.05 else city
        event_id = f"{chance.getrandbits(64):016x}"
        made.append(event(kind, time(), city, event_id, **{k: v for k, v in data.items() if v is not None}))

    def some(kinds: list[str], city: str, **data) -> None:
        """Each kind of an entity's events not at all, once or twice."""
        for kind in kinds:
            for _ in range(chance.choice([0, 1, 1, 1, 1, 2])):
                add(kind, city, **data, **details(chance, kind))

    for number in range(150):
        some([f"invoice.{kind}" for kind in INVOICE_KINDS], chance.choice(CITIES), invoice_id=f"inv-{number}")
    for number in range(60):
        some([f"session.{kind}" for kind in ("requested", "started", "ended", "failed")], chance.choice(CITIES),
             session_id=f"s-{number}")
    for number in range(12):
        some(["device.registered", *["device.online", "device.offline"] * 3], chance.choice(CITIES),
             device_id=f"d-{number}")
    for number in range(40):
        some(["ticket.opened", "ticket.status_changed", "ticket.status_changed", "ticket.closed"],
             chance.choice(CITIES), ticket_id=f"t-{number}")
    for number in range(20):
        some([f"user.{kind}" for kind in USER_KINDS], chance.choice(CITIES), user_id=f"u-{number}")
    for _ in range(60):
        some(["feedback.nps", "golden.evaluated"], chance.choice(CITIES))
    for _ in range(300):
        add("usage.recorded", chance.choice([*CITIES, None]), **details(chance, "usage.recorded"))
    return made


INVOICE_KINDS = ("received", "ocr_completed", "classified", "extracted", "reviewed", "field_corrected",
                 "field_corrected", "completed", "failed", "exported", "escalated")
USER_KINDS = ("enabled", "login", "login_failed", "activity", "activity", "logout", "disabled")


def details(chance: random.Random, kind: str) -> dict:
    """What an event of a kind says besides its entity; None where it says nothing of it."""
    pick, number = chance.choice, chance.randrange
    user = f"u-{number(20)}"
    ms = pick([None, number(90_000)])
    return {
        "invoice.received": lambda: {"channel": pick(["upload", "api"]), "pages": number(9)},
        "invoice.ocr_completed": lambda: {"duration_ms": ms},
        "invoice.classified": lambda: {"forwarder": f"fw-{number(4)}", "supported": pick([True, False, None])},
        "invoice.extracted": lambda: {
            "route": pick(ROUTES), "confidence": number(1001) / 1000, "multimodal": pick([True, False, None]),
            "duration_ms": ms, "fields": some_fields(chance), "charges": some_charges(chance)},
        "invoice.reviewed": lambda: {"user_id": user, "outcome": pick(["confirmed", "corrected"]),
                                     "review": pick(["quick", "full", None]), "duration_ms": ms},
        "invoice.field_corrected": lambda: {"user_id": user, "field": f"f{number(6)}", "old": pick([None, "", "x"])},
        "invoice.failed": lambda: {"stage": pick(["ocr", "map"]), "code": f"E{number(3)}"},
        "session.requested": lambda: {"device_id": f"d-{number(12)}", "ticket_id": f"t-{number(40)}",
                                      "engineer": pick([None, "eve"])},
        "session.ended": lambda: {"ended_by": pick(["engineer", "device"]), "bytes_up": pick([None, number(10**9)])},
        "session.failed": lambda: {"reason": pick(["timeout", "other"])},
        "device.registered": lambda: {"name": pick([None, f"n{number(9)}"]), "agent_version": pick([None, "1", "2"])},
        "device.online": lambda: {"agent_version": pick([None, "3", "4"])},
        "device.offline": lambda: {"reason": pick([None, "power"])},
        "ticket.opened": lambda: {"priority": pick(["low", "normal", "high", "urgent"]), "title": "slow"},
        "ticket.status_changed": lambda: {"status": pick(["open", "in_progress", "resolved"]),
                                          "assigned_to": pick([None, "eve", "bob"])},
        "user.activity": lambda: {"feature": pick(["search", "export", "rules"])},
        "feedback.nps": lambda: {"user_id": user, "score": number(11)},
        "golden.evaluated": lambda: {"dataset": "g", "documents": 1, "fields": 9, "correct": number(10)},
        "usage.recorded": lambda: {
            "meter": pick(["di.pages", "di.calls", "llm.calls", "llm.tokens_in", "api.requests"]),
            "quantity": "1", "cost": pick([None, f"0.{number(10**9):09}", str(number(3))]),
            "currency": pick(["HKD", "USD"]), "status": pick(["ok", "ok", "error", None]), "latency_ms": ms,
            "invoice_id": pick([None, f"inv-{number(150)}"])},
    }.get(kind, dict)()


def some_fields(chance: random.Random) -> list[dict]:
    one = lambda name: {"name": name, "confidence": 0.5, "value": chance.choice([None, "", "x"]),  # noqa: E731
                        "required": chance.choice([True, False, None])}
    return [{k: v for k, v in one(f"f{i}").items() if v is not None} for i in range(chance.randrange(7))]


def some_charges(chance: random.Random) -> list[dict] | None:
    charge = lambda: {"code": "OF", "amount": f"{chance.randrange(10**6)}.{chance.randrange(100):02}",  # noqa: E731
                      "currency": chance.choice(["HKD", "HKD", "USD"])}
    return chance.choice([None, [charge() for _ in range(chance.randrange(4))]])
