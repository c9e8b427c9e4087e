"""What the programs share: which binary, what a process used (proc(5)), and how figures are printed."""

import argparse
import json
import os
import signal
import statistics
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

MIB = 1 << 20
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def target_directory() -> Path:
    """Cargo's target directory, as `./check` sets it."""
    return Path(os.environ.get("CARGO_TARGET_DIR") or Path.home() / ".cache" / "tidemark-target")


def binary() -> Path:
    """`$TIDEMARK_BIN`, or the release build; ends the program with what to do where there is none."""
    path = Path(os.environ.get("TIDEMARK_BIN") or target_directory() / "release" / "tidemark")
    if not path.is_file():
        sys.exit(f"no binary at {path}: run `cargo build --release`, or set TIDEMARK_BIN")
    # The tests' harness, which starts the service, looks here.
    os.environ["TIDEMARK_BIN"] = str(path)
    return path


def profile(path: Path) -> str:
    """Cargo's profile as far as the path tells."""
    known = {"release": "release", "debug": "development"}
    return known.get(path.parent.name, "unknown: the path does not tell")


def begin(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, Path]:
    """Parses the command line, says what is measured, and makes a termination run the cleaning up."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    arguments = parser.parse_args()
    path = binary()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    print(f"binary {path} (profile {profile(path)}), {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    return arguments, path


def note(text: str) -> None:
    """Says on standard error what goes on."""
    print(f"  {text}", file=sys.stderr, flush=True)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, in user and system mode; also of one that has ended and is not reaped."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def memory_mib(pid: int) -> tuple[float, float]:
    """Resident memory of a process, now and at its peak, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kib = {name: int(text.split()[0]) for name, _, text in (line.partition(":") for line in lines) if name[:2] == "Vm"}
    return kib["VmRSS"] / 1024, kib["VmHWM"] / 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; not a number where there are no values."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")


def medians(rounds: Iterable[dict]) -> dict:
    """The median of each figure over the rounds; what is no number is taken from the first."""
    rounds = list(rounds)
    values = {key: [one[key] for one in rounds] for key in rounds[0]}
    is_number = lambda found: all(isinstance(one, int | float) for one in found)  # noqa: E731
    return {key: statistics.median(found) if is_number(found) else found[0] for key, found in values.items()}


def text_of(value) -> str:
    """A figure with about three digits that count."""
    if isinstance(value, float):
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        return f"{value:,.{digits}f}"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def show(title: str, rows: list[dict]) -> None:
    """Prints one table; the keys of the first row are its columns."""
    columns = list(rows[0])
    cells = [columns] + [[text_of(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    print(f"\n{title}")
    for number, line in enumerate(cells):
        first, *others = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths)))
        print("  ".join([first, *others]))
        if number == 0:
            print("  ".join("-" * width for width in widths))


def metric_sum(exposition: str, name: str) -> float:
    """The sum of a metric over all its labels, from Prometheus's text format."""
    lines = exposition.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.partition("{")[0] == name)


def keep(arguments: argparse.Namespace, path: Path, **figures) -> None:
    """Writes the figures as JSON where that was asked for."""
    if arguments.json:
        asked = {key: str(value) if isinstance(value, Path) else value for key, value in vars(arguments).items()}
        told = {"binary": path.name, "profile": profile(path), "cores": os.cpu_count(), "arguments": asked, **figures}
        arguments.json.write_text(json.dumps(told, indent=1) + "\n")
