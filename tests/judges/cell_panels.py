"""What panels made of KPI cells must say, worked out from the cells that `judges/cells.py` finds.

Either a figure, a course or a ranking of one KPI (`expected`), or several cells side by side (`EXPECTED`, by board and
title, rows in the panel's order).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from judges import cells, grafana

# Found from events or minutes, not by `cells.FORMULAS`; both are shares.
OTHERS = ("platform_availability", "events_on_time")
# A stock: the same ticket is open on several days.
STOCKS = {"tickets_open"}
Relations = dict[str, dict[cells.Key, cells.Cell]]
# Bucket, city, forwarder, and what is there; `-` stands for none.
Line = tuple[str, str, str, cells.Cell]
Row = list[object]


@dataclass(frozen=True)
class Asked:
    """What was asked of a panel, and all that its answer is made of."""

    columns: list[str]
    over: grafana.Range
    chosen: dict[str, str | list[str]]
    relations: Relations
    go_lives: dict[str, date]
    lake: Path

    def lines(self, relation: str, kpi: str) -> list[Line]:
        return within(self.relations[relation], kpi, self.over, self.chosen["city"])


def within(found: dict[cells.Key, cells.Cell], kpi: str, over: grafana.Range, cities: list[str]) -> list[Line]:
    """The cells of a KPI in a time and in cities."""

    def is_inside(bucket: str) -> bool:
        if "T" in bucket:
            return over.start <= start_of(bucket) <= over.end
        return f"{over.start:%Y-%m-%d}" <= bucket <= f"{over.end:%Y-%m-%d}"

    return [(bucket, city or "-", forwarder or "-", cell) for (bucket, city, forwarder, of), cell in found.items()
            if of == kpi and is_inside(bucket) and (city or "-") in cities]


def start_of(hour: str) -> datetime:
    return datetime.fromisoformat(f"{hour}:00:00+00:00")


def is_plain(kpi: str) -> bool:
    """Whether it is a count or a sum, with nothing to divide by."""
    return kpi not in OTHERS and cells.FORMULAS[kpi].denominator == "1"


def adds_up(kpi: str) -> bool:
    """Whether cells may be added over cities and days: not those of percentiles, of distinct users, or of a peak."""
    formula = cells.FORMULAS[kpi]
    return kpi not in STOCKS and not re.search(r"DISTINCT|max\(|linear\(", formula.numerator + formula.denominator)


def value_of(group: Iterable[cells.Cell], plain: bool) -> Decimal | None:
    group = list(group)
    numerator, denominator = (sum(cell[part] for cell in group) for part in (0, 1))
    if plain:
        return numerator if group else None
    return numerator / denominator if denominator else None


def expected(panel: grafana.Panel, kpi: str, found: list[Line]) -> dict[tuple, Decimal | None]:
    """What a panel of one KPI is to say, by everything but the value."""
    text = panel.target["rawSql"]
    if "AS metric" in text:
        return {(bucket, city): cell[2] for bucket, city, _, cell in found if cell[2] is not None}
    by = 1 if 'AS "city"' in text else 2 if 'AS "forwarder"' in text else 0
    groups: dict[tuple, list] = {} if panel.kind != "stat" else {(): []}
    for line in found:
        groups.setdefault(() if panel.kind == "stat" else (line[by],), []).append(line[3])
    values = {key: value_of(group, is_plain(kpi)) for key, group in groups.items()}
    if panel.kind != "bargauge":
        return values
    if by == 2 and not is_plain(kpi):
        values = {key: value for key, value in values.items() if sum(cell[1] for cell in groups[key]) >= 20}
    values = {key: value for key, value in values.items() if value is not None}
    sign = 1 if "ORDER BY 2 ASC" in text else -1
    order = sorted(values.items(), key=lambda item: (sign * item[1], item[0]))
    return dict(order[:12] if "LIMIT 12" in text else order)


def by_hour_of_day(kpi: str) -> Callable[[Asked], list[Row]]:
    """A plain count by the hour that the clock shows in the chosen zone."""

    def rows(asked: Asked) -> list[Row]:
        zone, hours = ZoneInfo(asked.chosen["timezone"]), defaultdict(Decimal)
        for bucket, _, _, cell in asked.lines("kpi_hourly", kpi):
            hours[f"{start_of(bucket).astimezone(zone):%H}"] += cell[0]
        return [list(item) for item in sorted(hours.items())]

    return rows


def of_forwarders(asked: Asked, kpi: str) -> list[Line]:
    return [line for line in asked.lines("kpi_daily_by_forwarder", kpi) if line[2] in asked.chosen["forwarder"]]


def side_by_side(asked: Asked) -> list[Row]:
    """A row a forwarder, a column a KPI; those with most settled invoices first."""
    _, *kpis = asked.columns
    assert sorted(kpis) == sorted(kpi for kpi, formula in cells.FORMULAS.items() if formula.by_forwarder and adds_up(kpi))
    groups: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for kpi in kpis:
        for _, _, forwarder, cell in of_forwarders(asked, kpi):
            groups[forwarder][kpi].append(cell)
    rows = [[forwarder, *(value_of(of[kpi], is_plain(kpi)) for kpi in kpis)] for forwarder, of in groups.items()]
    settled = 1 + kpis.index("invoices_settled")
    return sorted(rows, key=lambda row: (row[settled] is None, -(row[settled] or 0), row[0]))


def of_the_largest(kpi: str) -> Callable[[Asked], list[Row]]:
    """A KPI's course for the six pairs of forwarder and city with most settled invoices."""

    def rows(asked: Asked) -> list[Row]:
        settled: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for _, city, forwarder, cell in of_forwarders(asked, "invoices_settled"):
            if "-" not in (city, forwarder):
                settled[city, forwarder] += cell[0]
        largest = sorted(settled, key=lambda pair: (-settled[pair], pair))[:6]
        found = of_forwarders(asked, kpi)
        return sorted([bucket, f"{forwarder} {city}", cell[2]] for bucket, city, forwarder, cell in found
                      if (city, forwarder) in largest and cell[2] is not None)

    return rows


def availability(asked: Asked) -> list[Row]:
    """The share of good minutes, as a whole or by the hour."""
    if asked.columns == ["value"]:
        found = within(asked.relations["kpi_daily"], "platform_availability", asked.over, ["-"])
        return [[value_of((line[3] for line in found), plain=False)]]
    found = within(asked.relations["kpi_hourly"], "platform_availability", asked.over, ["-"])
    return [[start_of(bucket), cell[2], Decimal("0.999")] for bucket, _, _, cell in sorted(found)]


def add_minutes(relations: Relations, minutes: dict[datetime, bool]) -> Relations:
    """With the cells of the platform's own minutes; its days are those of UTC."""
    added = {}
    for relation, length in (("kpi_hourly", "%Y-%m-%dT%H"), ("kpi_daily", "%Y-%m-%d"), ("kpi_monthly", "%Y-%m-01")):
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for minute, is_good in minutes.items():
            counts[minute.strftime(length)][0] += is_good
            counts[minute.strftime(length)][1] += 1
        added[relation] = {(bucket, "", "", "platform_availability"): cells.cell_of(Decimal(good), Decimal(known))
                           for bucket, (good, known) in counts.items()}
    return {relation: found | added.get(relation, {}) for relation, found in relations.items()}


EXPECTED: dict[str, Callable[[Asked], list[Row]]] = {
    "forwarders/All forwarders": side_by_side,
    "forwarders/AI processing time, p95": of_the_largest("ai_processing_p95_ms"),
    "forwarders/Received to completed, median": of_the_largest("straight_through_p50_ms"),
    "forwarders/Received to completed, p95": of_the_largest("straight_through_p95_ms"),
    "invoices/Settled by hour of day": by_hour_of_day("invoices_settled"),
    "support/Sessions by hour of day": by_hour_of_day("sessions_requested"),
    "platform/Platform availability": availability,
}
