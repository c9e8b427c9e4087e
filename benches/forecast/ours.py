"""Our methods, through the program `tidemark-bench forecast`: series go in as CSV, forecasts come out as CSV."""

import csv
import io
import resource
import subprocess
from pathlib import Path

import numpy as np

from forecast.data import Series
from forecast.outcome import LEVELS, Forecast


def run(binary: list[str], method: str, every: list[Series]) -> tuple[list[Forecast], float]:
    """The forecasts, and the CPU milliseconds a series took: the whole process's, its reading and writing included."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for series in every:
        start = series.start.isoformat() if series.start else ""
        seasons = ";".join(str(steps) for steps in series.seasons)
        rows.writerow([series.id, seasons, len(series.test), start, series.city, *series.train])
    before = _cpu_s()
    done = subprocess.run([*binary, "--method", method], input=text.getvalue(), capture_output=True, text=True, check=True)
    cpu_ms = 1e3 * (_cpu_s() - before) / len(every)
    by_id = {row[0]: row for row in csv.reader(io.StringIO(done.stdout))}
    return [_forecast(by_id[series.id], len(series.test)) for series in every], cpu_ms


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _forecast(row: list[str], horizon: int) -> Forecast:
    id, model, _elapsed_ms, *figures = row
    parts = np.array([float(figure) for figure in figures]).reshape(-1, horizon)
    bounds = parts[1:]
    intervals = {level: (bounds[2 * at], bounds[2 * at + 1]) for at, level in enumerate(LEVELS) if len(bounds)}
    return Forecast(id, model, parts[0], intervals)


def default_binary() -> list[str]:
    return [str(Path.home() / ".cache" / "tidemark-target" / "release" / "tidemark-bench"), "forecast"]
