"""The methods of statsforecast, one thread, without anything around them: a series in, a forecast out."""

import time
import warnings
from collections.abc import Callable

import numpy as np
from statsforecast import models

from forecast.data import Series
from forecast.outcome import LEVELS, Forecast

# Seasons longer than this make its ETS fail; M4's weekly series count as not seasonal (frequency 1).
ETS_STEPS_MAX = 24


def _ets(series: Series):
    return models.AutoETS(season_length=series.frequency if series.frequency <= ETS_STEPS_MAX else 1)


def _mstl(series: Series):
    held = [steps for steps in series.seasons if 2 * steps < len(series.train)]
    return models.MSTL(season_length=held) if held else models.AutoETS(season_length=1)


MAKERS: dict[str, Callable] = {
    "SeasonalNaive": lambda series: models.SeasonalNaive(season_length=series.frequency),
    "AutoETS": _ets,
    "AutoTheta": lambda series: models.AutoTheta(season_length=series.frequency),
    "AutoCES": lambda series: models.AutoCES(season_length=series.frequency),
    "MSTL": _mstl,
}


def run(name: str, every: list[Series], with_intervals: bool) -> tuple[list[Forecast], float]:
    """The forecasts, and the CPU milliseconds a series took for the points alone."""
    warnings.simplefilter("ignore")
    make = MAKERS[name]
    _forecast(make, every[0])
    started = time.process_time()
    points = [_forecast(make, series)["mean"] for series in every]
    cpu_ms = 1e3 * (time.process_time() - started) / len(every)
    found = []
    for series, point in zip(every, points, strict=True):
        bounds = _forecast(make, series, level=list(LEVELS)) if with_intervals else {}
        intervals = {level: (bounds[f"lo-{level}"], bounds[f"hi-{level}"]) for level in LEVELS if bounds}
        found.append(Forecast(series.id, name, np.asarray(point), intervals))
    return found, cpu_ms


def _forecast(make: Callable, series: Series, **options) -> dict:
    """Where its method fails on a series, the last value goes on, as a user would do."""
    values = np.asarray(series.train)
    try:
        answer = make(series).forecast(values, h=len(series.test), **options)
        if np.isfinite(answer["mean"]).all():
            return answer
    except Exception as failure:  # noqa: BLE001 - it raises bare Exception for short series
        print(f"statsforecast failed on {series.id}: {failure}")
    bounds = {f"{side}-{level}": np.full(len(series.test), values[-1]) for side in ("lo", "hi") for level in LEVELS}
    return {"mean": np.full(len(series.test), values[-1]), **bounds}
