"""Scores a detector on the Numenta Anomaly Benchmark (https://github.com/numenta/NAB, MIT) with NAB's own sweeper.

    cargo build --release -p tidemark-benches --bin anomaly
    python benches/anomaly/nab.py --nab CHECKOUT --binary target/release/anomaly

As in NAB, one threshold for all files is chosen per profile where the score is largest, and 0 is a detector that finds
nothing, 100 one that finds every window at once. `--detector NAME` scores results stored in the checkout instead;
windowedGaussian (39.65 / 20.87 / 47.41) and knncad (57.99 / 43.41 / 64.81) show that the scores are NAB's.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

PROBATION = 0.15


def time(text: str) -> datetime:
    """A time as NAB writes it, with or without microseconds."""
    return datetime.fromisoformat(text)


def read(path: Path) -> tuple[list[datetime], list[float]]:
    """Times and scores of a file of results."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [time(row["timestamp"]) for row in rows], [float(row["anomaly_score"]) for row in rows]


def stored(nab: Path, detector: str, name: str) -> Path:
    """Where a checkout keeps a detector's results for a file."""
    folder, file = name.split("/")
    return nab / "results" / detector / folder / f"{detector}_{file}"


def total(nab: Path, results: dict[str, Path], costs: dict[str, float]) -> tuple[float, list, dict[str, list]]:
    """The normalised score, the best threshold's row, and each file's points."""
    from nab.sweeper import Sweeper

    sweeper = Sweeper(PROBATION, costs)
    windows = json.loads((nab / "labels" / "combined_windows.json").read_text())
    points, of_file, num_windows = [], {}, 0
    for name in sorted(windows):
        times, scores = read(results[name])
        limits = [tuple(map(time, window)) for window in windows[name]]
        of_file[name] = sweeper.calcSweepScore(times, scores, limits, name)
        points += of_file[name]
        num_windows += len(limits)
    best = max(sweeper.calcScoreByThreshold(points), key=lambda row: row.score)
    # NAB's null detector misses every window.
    baseline = -costs["fnWeight"] * num_windows
    perfect = costs["tpWeight"] * num_windows
    return 100 * (best.score - baseline) / (perfect - baseline), best, of_file


def counts(of_file: dict[str, list], threshold: float) -> dict[str, tuple[int, int, int]]:
    """Per group of files: windows found, windows, false alarms."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, points in of_file.items():
        judged = [point for point in points if point.windowName != "probationary"]
        alarms = [point for point in judged if point.anomalyScore >= threshold]
        group = groups[name.split("/")[0]]
        group[0] += len({point.windowName for point in alarms if point.windowName})
        group[1] += len({point.windowName for point in judged if point.windowName})
        group[2] += sum(point.windowName is None for point in alarms)
    return {name: tuple(figures) for name, figures in sorted(groups.items())}


def main() -> None:
    """Runs the detector unless results are stored, and prints the scores of every profile."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nab", type=Path, required=True, help="a checkout of NAB")
    parser.add_argument("--binary", type=Path, help="the benchmark's binary `anomaly`")
    parser.add_argument("--detector", help="score these stored results instead")
    arguments = parser.parse_args()
    if not arguments.detector and not arguments.binary:
        sys.exit("say --binary, or --detector for stored results")
    sys.path.insert(0, str(arguments.nab))
    names = json.loads((arguments.nab / "labels" / "combined_windows.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        if arguments.detector:
            results = {name: stored(arguments.nab, arguments.detector, name) for name in names}
        else:
            subprocess.run([arguments.binary, "scores", arguments.nab / "data", folder], check=True)
            results = {name: Path(folder) / name for name in names}
        profiles = json.loads((arguments.nab / "config" / "profiles.json").read_text())
        for profile, content in profiles.items():
            score, best, of_file = total(arguments.nab, results, content["CostMatrix"])
            print(f"{profile}: {score:.2f} at threshold {best.threshold:.6g}")
            for group, (found, num, false) in counts(of_file, best.threshold).items():
                print(f"    {group}: {found} of {num} windows, {false} false alarms")


if __name__ == "__main__":
    main()
