"""What Grafana does with a board before SQL or PromQL reaches a server, written from its documentation.

Source: Grafana's documentation of the PostgreSQL data source ("Macros", "Templates and variables"), of the Prometheus
data source ("Template variables": `$__rate_interval`, `$__range`) and of variables. In SQL a macro ends at the first
closing parenthesis, times are RFC 3339 in UTC, a variable of several values becomes a list in quotes, one of a single
value is put in as it is with quotes doubled.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ALL = "$__all"
MACRO = re.compile(r"\$__(\w+)(?:\(([^)]*)\))?")
VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(?!__)(\w+)")
SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True)
class Range:
    """What the time picker says, with the width of a panel's points."""

    start: datetime
    end: datetime
    interval: timedelta = timedelta(hours=1)

    @staticmethod
    def before(end: datetime, **span) -> "Range":
        return Range(end - timedelta(**span), end)


@dataclass(frozen=True)
class Panel:
    """A panel with one query, and the board that it stands on."""

    board: str
    id: int
    title: str
    kind: str
    target: dict
    json: dict = field(repr=False)

    @property
    def is_over_time(self) -> bool:
        return self.target.get("format") == "time_series"


def boards(folder: Path) -> dict[str, dict]:
    """Boards by their names, of one language's folder."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def panels(name: str, board: dict, kind: str) -> list[Panel]:
    """The queries of a board to a kind of data source."""
    found = []
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == kind:
                found.append(Panel(name, panel["id"], panel["title"], panel["type"], target, panel))
    return found


def expand(text: str, over: Range, variables: dict[str, str | list[str]]) -> str:
    """A query as the server gets it: variables first, in the browser, then macros, in Grafana's server."""
    return macros(interpolate(text, variables), over)


def interpolate(text: str, variables: dict[str, str | list[str]]) -> str:
    def value(match: re.Match) -> str:
        name = match[1] or match[3]
        if name not in variables:
            return match[0]
        chosen = variables[name]
        if isinstance(chosen, list):
            return ",".join("'" + one.replace("'", "''") + "'" for one in chosen)
        return chosen.replace("'", "''")

    return VARIABLE.sub(value, text)


def promql(text: str, over: Range, variables: dict[str, list[str]], scrape: timedelta) -> str:
    """An expression as Prometheus gets it: several values become a regular expression that matches any of them, windows
    are as long as the range or as hold enough readings."""
    windows = {"range": over.end - over.start, "rate_interval": max(over.interval + scrape, 4 * scrape)}

    def value(match: re.Match) -> str:
        chosen = [re.escape(one).replace("\\", r"\\") for one in variables[match[1] or match[3]]]
        return chosen[0] if len(chosen) == 1 else f"({'|'.join(chosen)})"

    return MACRO.sub(lambda match: f"{windows[match[1]].total_seconds():.0f}s", VARIABLE.sub(value, text))


def macros(text: str, over: Range) -> str:
    def value(match: re.Match) -> str:
        name, given = match[1], [part.strip() for part in (match[2] or "").split(",")]
        made = MACROS.get(name)
        if made is None:
            raise ValueError(f"Grafana knows no macro $__{name}")
        return made(over, *given)

    return MACRO.sub(value, text)


def stamp(moment: datetime) -> str:
    """RFC 3339 with as many digits after the point as there are, in UTC."""
    shown = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return f"{shown}Z"


def seconds(text: str) -> float:
    number, unit = re.fullmatch(r"'?(\d+)([smhdw])'?", text).groups()
    return float(number) * SPANS[unit]


def group(over: Range, column: str, interval: str, *fill: str) -> str:
    every = f"{seconds(interval):.0f}"
    return f"floor(extract(epoch from {column})/{every})*{every}"


MACROS = {
    "time": lambda over, column: f'{column} AS "time"',
    "timeEpoch": lambda over, column: f'extract(epoch from {column}) as "time"',
    "timeFilter": lambda over, column: f"{column} BETWEEN '{stamp(over.start)}' AND '{stamp(over.end)}'",
    "timeFrom": lambda over, *_: f"'{stamp(over.start)}'",
    "timeTo": lambda over, *_: f"'{stamp(over.end)}'",
    "timeGroup": group,
    "timeGroupAlias": lambda over, *given: group(over, *given) + ' AS "time"',
    "unixEpochFilter": lambda over, column:
        f"{column} >= {over.start.timestamp():.0f} AND {column} <= {over.end.timestamp():.0f}",
    "unixEpochFrom": lambda over, *_: f"{over.start.timestamp():.0f}",
    "unixEpochTo": lambda over, *_: f"{over.end.timestamp():.0f}",
    "interval": lambda over, *_: f"{over.interval.total_seconds():.0f}s",
    "interval_ms": lambda over, *_: f"{over.interval.total_seconds() * 1000:.0f}",
}
