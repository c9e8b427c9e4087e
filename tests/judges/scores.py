"""What the tables of KPIs against their targets must say: cells of `judges/cells.py` beside the headers of the catalogue,
which this reads by itself."""

import calendar
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from judges import cells
from judges.cell_panels import OTHERS, Asked, Row, adds_up, is_plain, value_of

KPIS = Path(__file__).resolve().parents[2] / "sql" / "kpis"
HEADER = re.compile(r"^-- (\w+): (.+)$", re.MULTILINE)
# How people write a figure of a unit: before it, factor, digits after the point, after it.
WRITTEN = {"count": ("", "1", 0, ""), "ratio": ("", "100", 1, " %"), "ms": ("", "0.001", 1, " s"),
           "hkd": ("HK$ ", "1", 2, ""), "points": ("", "1", 0, "")}
# A share of fewer says little.
ENOUGH = 20


class Kpi(NamedTuple):
    """What the catalogue says of a KPI. Targets are those until 3 months, until 6 months and later, or none."""

    title: str
    topic: str
    owner: str
    unit: str
    direction: str
    targets: tuple[Decimal, ...]
    warn: Decimal | None
    act: Decimal | None

    def target(self, go_live: date | None, day: date) -> Decimal | None:
        """That of a day; before a city has gone live only what holds at any time."""
        if len(set(self.targets)) < 2:
            return self.targets[0] if self.targets else None
        phases = [after(go_live, months) <= day for months in (3, 6)] if go_live else None
        return None if phases is None else self.targets[sum(phases)]

    def status(self, value: Decimal | None, target: Decimal | None) -> str | None:
        """A threshold to warn stands before the target."""
        warn = target if self.warn is None else self.warn
        limits = [(name, limit) for name, limit in (("act", self.act), ("warn", warn)) if limit is not None]
        if value is None or not limits:
            return None
        is_beyond = {"up": value.__lt__, "down": value.__gt__, "none": lambda _: False}[self.direction]
        return next((name for name, limit in limits if is_beyond(limit)), "ok")

    def written(self, value: Decimal | None) -> str | None:
        if value is None:
            return None
        before, factor, digits, behind = WRITTEN[self.unit]
        rounded = (value * Decimal(factor)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        return f"{before}{rounded}{behind}"


def catalogue() -> dict[str, Kpi]:
    found = {}
    for path in KPIS.glob("*.sql"):
        said = dict(HEADER.findall(path.read_text()))
        targets = tuple(map(Decimal, said.get("targets", "").split()))
        warn, act = (Decimal(said[name]) if name in said else None for name in ("warn", "act"))
        texts = [said[name] for name in ("title", "topic", "owner", "unit", "direction")]
        found[path.stem] = Kpi(*texts, targets, warn, act)
    return found


def after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def against_targets(asked: Asked) -> list[Row]:
    """Each KPI that adds up, over all that was chosen, against the strictest target of these days and cities."""
    rows = []
    for name, kpi in catalogue().items():
        lines = asked.lines("kpi_daily", name) if name in OTHERS or adds_up(name) else []
        if lines:
            value = value_of((cell for *_, cell in lines), is_plain(name))
            target = strictest(kpi, (target_of(kpi, asked, city, bucket) for bucket, city, *_ in lines))
            texts = kpi.written(value), kpi.written(target)
            rows.append([kpi.topic, kpi.title, *texts, kpi.status(value, target), kpi.owner])
    return sorted(rows, key=lambda row: row[:2])


def target_of(kpi: Kpi, asked: Asked, city: str, bucket: str) -> Decimal | None:
    return kpi.target(asked.go_lives.get(city), date.fromisoformat(bucket))


def strictest(kpi: Kpi, targets: Iterable[Decimal | None]) -> Decimal | None:
    choose = min if kpi.direction == "down" else max
    return choose((target for target in targets if target is not None), default=None)


def to_look_at(asked: Asked) -> list[Row]:
    """What is not as it should be in the newest month in which invoices settled."""
    known, found = catalogue(), asked.relations["kpi_monthly"]
    end = f"{asked.over.end:%Y-%m-%d}"
    newest = max(bucket for bucket, _, _, kpi in found if kpi == "invoices_settled" and bucket <= end)
    rows = []
    for (bucket, city, _, name), (_, denominator, value) in found.items():
        is_enough = denominator >= ENOUGH or name in cells.FORMULAS and is_plain(name)
        if bucket == newest and (city or "-") in asked.chosen["city"] and is_enough:
            kpi = known[name]
            target = target_of(kpi, asked, city, bucket)
            status = kpi.status(value, target)
            if status in ("warn", "act"):
                rows.append([city or None, kpi.title, kpi.written(value), kpi.written(target), status, kpi.owner])
    return sorted(rows, key=lambda row: (row[4], row[0] is None, row[0] or "", row[1]))


EXPECTED = {
    "overview/KPIs against targets": against_targets,
    "overview/To look at: newest month, by city": to_look_at,
}
