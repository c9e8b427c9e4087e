"""Our forecasting methods beside statsforecast's, on the same series in one run; a table of accuracy and CPU.

One thread each. OWA is relative to M4's Naive2, MASE and MSIS are scaled by the seasonal naive error over the part to
learn from, MSIS is of 95 % intervals, coverage is in percent of all steps. CPU is per series and for points alone with
the peers; ours includes what the method needs for its intervals, where it gives them.

    pip install -r benches/forecast/peers.txt
    PYTHONPATH=benches python -m forecast.compare weekly --m4 FOLDER
    PYTHONPATH=benches python -m forecast.compare nn5-reported --nn5 nn5.rda --ours selection seasonal_ets
"""

import argparse
import os
from collections import Counter
from pathlib import Path

# Before numpy is loaded: its libraries read it once.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from forecast import data, measures, ours
from forecast.data import Series
from forecast.outcome import LEVELS, Forecast

METHODS = ("seasonal_naive", "drift", "seasonal_ets", "theta", "ces", "mstl", "selection")
PEERS = ("SeasonalNaive", "AutoETS", "AutoTheta", "AutoCES", "MSTL")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=("weekly", "hourly", "m3-monthly", "nn5-tuning", "nn5-reported", "file"))
    parser.add_argument("--m4", type=Path, help="the folder Dataset of Mcompetitions/M4-methods")
    parser.add_argument("--nn5", type=Path, help="data/nn5.rda of robjhyndman/tscompdata")
    parser.add_argument("--file", type=Path, help="series of one's own, see data.py")
    parser.add_argument("--every", type=int, default=1, help="each so-many-th series only (default: all)")
    parser.add_argument("--ours", nargs="*", default=METHODS, help="of %(default)s")
    parser.add_argument("--peers", nargs="*", default=PEERS, help="of %(default)s")
    parser.add_argument("--intervals", action="store_true", help="the peers' intervals too")
    parser.add_argument("--binary", nargs="+", default=ours.default_binary(), help="(default: %(default)s)")
    return parser


def main() -> None:
    asked = arguments().parse_args()
    every = _series(asked)[:: asked.every]
    steps = sum(len(series.test) for series in every)
    print(f"{asked.set}: {len(every)} series, {steps} steps to forecast, 1 thread\n")
    reference = [_naive2(series) for series in every]
    print("| method | sMAPE | MASE | OWA | MSIS | 80 / 90 / 95 % | CPU ms |\n|---|---|---|---|---|---|---|")
    _report("Naive2", every, reference, reference, None)
    for name in asked.peers:
        from forecast import peers

        found, cpu_ms = peers.run(name, every, asked.intervals)
        _report(f"statsforecast {name}", every, found, reference, cpu_ms)
    for method in asked.ours:
        found, cpu_ms = ours.run(asked.binary, method, every)
        _report(method, every, found, reference, cpu_ms)
        chosen = Counter(forecast.model for forecast in found)
        if len(chosen) > 1:
            print("|  " + ", ".join(f"{model} {count}" for model, count in chosen.most_common()) + " |")


def _series(asked: argparse.Namespace) -> list[Series]:
    match asked.set:
        case "weekly" | "hourly":
            return data.m4(asked.m4, asked.set.capitalize())
        case "m3-monthly":
            return data.m3_monthly()
        case "file":
            return data.series_file(asked.file)
        case _:
            return data.nn5(asked.nn5, asked.set.removeprefix("nn5-"))


def _naive2(series: Series) -> Forecast:
    train = np.asarray(series.train)
    return Forecast(series.id, "naive2", measures.naive2(train, series.frequency, len(series.test)))


def _report(
    name: str, every: list[Series], found: list[Forecast], reference: list[Forecast], cpu_ms: float | None
) -> None:
    smape, mase = _accuracy(every, found)
    smape2, mase2 = _accuracy(every, reference)
    owa = (smape / smape2 + mase / mase2) / 2
    msis, covered = "", ""
    if all(forecast.intervals for forecast in found):
        msis = f"{_msis(every, found):.2f}"
        covered = " / ".join(f"{_coverage(every, found, level):.1f}" for level in LEVELS)
    cpu = "" if cpu_ms is None else f"{cpu_ms:.3g}"
    print(f"| {name} | {smape:.3f} | {mase:.3f} | {owa:.3f} | {msis} | {covered} | {cpu} |", flush=True)


def _accuracy(every: list[Series], found: list[Forecast]) -> tuple[float, float]:
    smapes, mases = [], []
    for series, forecast in zip(every, found, strict=True):
        actual = np.asarray(series.test)
        smapes.append(measures.smape(actual, forecast.point))
        mases.append(measures.mase(actual, forecast.point, _scale(series)))
    return float(np.mean(smapes)), float(np.mean(mases))


def _msis(every: list[Series], found: list[Forecast]) -> float:
    level = LEVELS[-1]
    scores = [
        measures.msis(np.asarray(series.test), *forecast.intervals[level], level, _scale(series))
        for series, forecast in zip(every, found, strict=True)
    ]
    return float(np.mean(scores))


def _coverage(every: list[Series], found: list[Forecast], level: int) -> float:
    counts = [
        measures.coverage(np.asarray(series.test), *forecast.intervals[level])
        for series, forecast in zip(every, found, strict=True)
    ]
    return 100 * sum(within for within, _ in counts) / sum(known for _, known in counts)


def _scale(series: Series) -> float:
    return measures.scale(np.asarray(series.train), series.frequency)


if __name__ == "__main__":
    main()
