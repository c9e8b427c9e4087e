"""Draws boards from their JSON and what their queries answer, for the eye: previews, not Grafana.

    pip install matplotlib
    python tests/judges/preview.py --postgres 127.0.0.1:5433 --out docs/boards [--language zh-hant] [BOARD...]

Panels stand where `gridPos` puts them, with their titles, units, thresholds and colours. What Prometheus is asked is
shown as the expressions, because no Prometheus stands behind a preview.
"""

import argparse
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import psycopg
from matplotlib import font_manager

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from judges import grafana

GRAFANA = Path(__file__).resolve().parents[2] / "dashboards" / "grafana" / "boards"
CELL = (0.62, 0.42)
COLOURS = {"green": "#3f8f4f", "orange": "#d9822b", "red": "#c4314b", "blue": "#3a6ea5", "text": "#555555"}
PALETTE = ["#3f8f4f", "#d6a800", "#3a6ea5", "#d9822b", "#c4314b", "#7b5ea7", "#2a9d9d", "#8c564b", "#e377c2",
           "#6b8e23", "#17527a", "#999999"]
SPANS = {"m": "minutes", "h": "hours", "d": "days"}
TIMES = {1082, 1114, 1184}
NUMBERS = {20, 21, 23, 700, 701, 1700}


class Answer:
    """What a query answered: columns by name, rows of numbers, times and texts."""

    def __init__(self, found):
        self.names = [found.fname(i).decode() for i in range(found.nfields)]
        self.kinds = [found.ftype(i) for i in range(found.nfields)]
        cell = lambda row, i: parsed(found.get_value(row, i), self.kinds[i])  # noqa: E731
        self.rows = [[cell(row, i) for i in range(found.nfields)] for row in range(found.ntuples)]


def parsed(raw: bytes | None, kind: int):
    if raw is None:
        return None
    text = raw.decode()
    if kind in NUMBERS:
        return float(text)
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if kind in TIMES else text


def shown(value, unit: str, decimals: int | None = None) -> str:
    """A value as Grafana's unit shows it, or nearly."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if unit == "percentunit":
        return f"{100 * value:.{1 if decimals is None else decimals}f}%"
    if unit == "dateTimeAsIso":
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    if unit == "ms":
        steps = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")]
        scale, name = next((step for step in steps if abs(value) >= step[0]), (1, "ms"))
        return f"{value / scale:.3g} {name}"
    prefix = unit.removeprefix("currency:") if unit.startswith("currency:") else ""
    for scale, name in ((1e9, "B"), (1e6, "M"), (1e4, "K")):
        if abs(value) >= scale and unit != "none":
            return f"{prefix}{value / (1e3 if name == 'K' else scale):.3g}{name}"
    return prefix + (f"{value:.0f}" if value == int(value) else f"{value:.2f}")


def settings(panel: dict, column: str) -> dict:
    """What the defaults and the overrides say about a column."""
    found = dict(panel["fieldConfig"]["defaults"])
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] == column:
            found |= {one["id"]: one["value"] for one in override["properties"]}
    return found


def colour_of(panel: dict, value) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    if defaults["color"]["mode"] != "thresholds" or not isinstance(value, float):
        return COLOURS["blue"]
    steps = defaults["thresholds"]["steps"]
    reached = [step for step in steps if step["value"] is None or value >= step["value"]]
    return COLOURS[reached[-1]["color"]]


def draw_stat(axes, panel: dict, answer: Answer) -> None:
    value = answer.rows[0][0] if answer.rows else None
    defaults = panel["fieldConfig"]["defaults"]
    text = defaults["noValue"] if value is None else shown(value, defaults["unit"], defaults.get("decimals"))
    axes.text(0.5, 0.45, text, ha="center", va="center", fontsize=22 if len(text) < 12 else 14,
              color=colour_of(panel, value), transform=axes.transAxes)
    axes.set_axis_off()


def series_of(panel: dict, answer: Answer) -> dict[str, list]:
    """Series by name: points of time and value."""
    found: dict[str, list] = {}
    texts = [i for i, kind in enumerate(answer.kinds) if kind not in NUMBERS | TIMES]
    for row in answer.rows:
        for i in (i for i, kind in enumerate(answer.kinds) if kind in NUMBERS):
            name = row[texts[0]] if texts else settings(panel, answer.names[i]).get("displayName", answer.names[i])
            found.setdefault(name, []).append((row[0], row[i]))
    return found


def draw_series(axes, panel: dict, answer: Answer) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    series = series_of(panel, answer)
    is_stack = defaults["custom"]["drawStyle"] == "bars"
    times = sorted({time for points in series.values() for time, _ in points})
    below = dict.fromkeys(times, 0.0)
    dashed = {o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"] if any(
        p["id"] == "custom.lineStyle" for p in o["properties"])}
    target = settings(panel, "target").get("displayName") if dashed else None
    for (name, points), colour in zip(series.items(), PALETTE * 5):
        if is_stack:
            values = {time: value or 0.0 for time, value in points}
            width = min((b - a for a, b in zip(times, times[1:])), default=timedelta(days=1)) * 0.8
            axes.bar(times, [values.get(time, 0.0) for time in times], width, bottom=list(below.values()), color=colour,
                     label=name)
            below = {time: low + values.get(time, 0.0) for time, low in below.items()}
        else:
            is_target = name == target
            axes.plot(*zip(*points), "--" if is_target else "-", color=COLOURS["text"] if is_target else colour,
                      linewidth=1.2, label=name, markersize=3,
                      marker="." if len(points) < 40 and not is_target else None)
    fill_band(axes, panel, series)
    if defaults["custom"]["thresholdsStyle"]["mode"] != "off":
        low, high = axes.get_ylim()
        for step in defaults["thresholds"]["steps"]:
            if step["value"] is not None and low <= step["value"] <= high:
                axes.axhline(step["value"], color=COLOURS[step["color"]], linewidth=0.7, linestyle=":")
    axes.yaxis.set_major_formatter(lambda value, _: shown(value, defaults["unit"]))
    axes.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%d.%m"))
    axes.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(maxticks=6))
    axes.tick_params(labelsize=5.5, length=2)
    axes.grid(alpha=0.2)
    axes.legend(fontsize=5, ncols=6, loc="upper center", bbox_to_anchor=(0.5, -0.09), frameon=False, handlelength=1)


def fill_band(axes, panel: dict, series: dict[str, list]) -> None:
    """The room between a series and the one that it is filled down to."""
    said = settings(panel, "upper80")
    upper, lower = series.get(said.get("displayName"), []), series.get(said.get("custom.fillBelowTo"), [])
    known = [(time, low, high) for (time, high), (_, low) in zip(upper, lower) if low is not None]
    if known:
        axes.fill_between(*zip(*known), color=COLOURS["blue"], alpha=said["custom.fillOpacity"] / 100, linewidth=0)


def draw_table(axes, panel: dict, answer: Answer) -> None:
    num_rows = max(1, int(panel["gridPos"]["h"] * CELL[1] / 0.165) - 2)
    columns = [settings(panel, name) for name in answer.names]
    texts = [[shown(value, columns[i]["unit"], columns[i].get("decimals"))[:26] for i, value in enumerate(row)]
             for row in answer.rows[:num_rows]]
    for row in texts:
        for i, text in enumerate(row):
            mapped = columns[i]["mappings"][0]["options"] if columns[i].get("mappings") else {}
            row[i] = mapped.get(text, {}).get("text", text)
    heads = ["\n".join(textwrap.wrap(c.get("displayName", n), 14)) for c, n in zip(columns, answer.names)]
    axes.set_axis_off()
    if not texts:
        axes.text(0.5, 0.5, panel["fieldConfig"]["defaults"]["noValue"], ha="center", transform=axes.transAxes)
        return
    heights = 0.95 / (num_rows + 2)
    made = axes.table(texts, colLabels=heads, loc="upper left", cellLoc="left", edges="horizontal",
                      bbox=[0, 1 - heights * (len(texts) + 2), 1, heights * (len(texts) + 2)])
    made.auto_set_font_size(False)
    made.set_fontsize(5.5)
    made.auto_set_column_width(range(len(heads)))
    for cell in made.get_celld().values():
        cell.set_edgecolor("#dddddd")


def draw_ranking(axes, panel: dict, answer: Answer) -> None:
    rows = [row for row in answer.rows if row[1] is not None][:20]
    unit = panel["fieldConfig"]["defaults"]["unit"]
    axes.barh([row[0] for row in rows], [row[1] for row in rows], color=[colour_of(panel, row[1]) for row in rows])
    for index, row in enumerate(rows):
        axes.text(row[1], index, f" {shown(row[1], unit)}", va="center", fontsize=6)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.margins(x=0.18)
    axes.tick_params(labelsize=6, length=0)
    axes.spines[:].set_visible(False)


def draw_columns(axes, panel: dict, answer: Answer) -> None:
    rows = answer.rows
    bars = axes.bar([row[0] for row in rows], [row[1] or 0 for row in rows], color=COLOURS["green"])
    axes.bar_label(bars, [shown(row[1], panel["fieldConfig"]["defaults"]["unit"]) for row in rows], fontsize=6)
    axes.tick_params(labelsize=6, length=0)
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)


DRAWN = {"stat": draw_stat, "timeseries": draw_series, "table": draw_table, "bargauge": draw_ranking,
         "barchart": draw_columns}


def draw_expressions(axes, panel: dict) -> None:
    axes.set_axis_off()
    width = 44 if panel["gridPos"]["w"] > 5 else 26
    text = "\n\n".join(textwrap.fill(target["expr"], width) for target in panel["targets"])
    axes.text(0.03, 0.9, f"Prometheus:\n{text}"[:330], va="top", fontsize=5, family="monospace", color="#777777",
              transform=axes.transAxes)


def draw(board: dict, ask, out: Path) -> None:
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    figure = plt.figure(figsize=(24 * CELL[0], (height + 2) * CELL[1]), facecolor="#f4f5f5")
    total = figure.get_size_inches()
    place = lambda x, y, w, h: (x * CELL[0] / total[0], 1 - (y + h + 2) * CELL[1] / total[1],  # noqa: E731
                                w * CELL[0] / total[0], h * CELL[1] / total[1])
    figure.text(0.008, 1 - 0.9 * CELL[1] / total[1], board["title"], fontsize=15, va="center", weight="bold")
    figure.text(0.008, 1 - 1.6 * CELL[1] / total[1], board["description"], fontsize=8, va="center", color="#555555")
    figure.text(0.992, 1 - 0.9 * CELL[1] / total[1], "preview drawn by us, not Grafana", fontsize=10, va="center",
                ha="right", color=COLOURS["red"])
    for panel in board["panels"]:
        grid = panel["gridPos"]
        x, y, w, h = place(grid["x"], grid["y"], grid["w"], grid["h"])
        if panel["type"] == "row":
            figure.text(x + 0.008, y + h / 2, panel["title"], fontsize=10, va="center", weight="bold")
            continue
        pad = (0.0025, 0.05 * CELL[1] / total[1] * 2)
        figure.add_artist(plt.Rectangle((x + pad[0], y + pad[1]), w - 2 * pad[0], h - 2 * pad[1], facecolor="white",
                                        edgecolor="#dddddd", linewidth=0.6, zorder=-1))
        title = 0.75 * CELL[1] / total[1]
        figure.text(x + 0.006, y + h - title * 0.75, panel["title"], fontsize=7.5, va="center", weight="semibold")
        left = {"timeseries": 0.035, "bargauge": 0.075}.get(panel["type"], 0.008)
        low = {"timeseries": 1.15, "barchart": 0.7}.get(panel["type"], 0.3) * CELL[1] / total[1]
        axes = figure.add_axes((x + left, y + low, w - left - 0.008, h - low - title * 1.35))
        if panel["datasource"]["type"] == "prometheus":
            draw_expressions(axes, panel)
        else:
            DRAWN[panel["type"]](axes, panel, ask(panel["targets"][0]["rawSql"]))
    figure.savefig(out, dpi=78, pil_kwargs={"optimize": True})
    plt.close(figure)
    shrink(out)


def shrink(path: Path) -> None:
    """128 colours are enough for lines and text."""
    from PIL import Image

    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("boards", nargs="*")
    options.add_argument("--postgres", default="127.0.0.1:5433")
    options.add_argument("--language", default="en")
    options.add_argument("--font", help="a font file that has the language's characters")
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    plt.rcParams["text.parse_math"] = False
    if given.font:
        font_manager.fontManager.addfont(given.font)
        plt.rcParams["font.family"] = [font_manager.FontProperties(fname=given.font).get_name()]
    host, port = given.postgres.rsplit(":", 1)
    with psycopg.connect(host=host, port=port, user="preview", dbname="tidemark", autocommit=True) as connection:
        for name, board in grafana.boards(GRAFANA / given.language).items():
            if name in given.boards or not given.boards:
                draw(board, asking(connection, board), given.out / f"{name}.{given.language}.png")
                print(given.out / f"{name}.{given.language}.png")


def span(text: str) -> timedelta:
    """How far from now: `now-30d` is thirty days before."""
    return timedelta(**{SPANS[text[-1]]: int(text[3:-1])}) if text != "now" else timedelta()


def asking(connection, board: dict):
    """Asks as the board asks when it is opened."""
    now = datetime.now(UTC)
    over = grafana.Range(now + span(board["time"]["from"]), now + span(board["time"]["to"]))
    run = lambda sql: Answer(connection.pgconn.exec_(sql.encode()))  # noqa: E731
    chosen = {}
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            chosen[variable["name"]] = [row[0] for row in run(variable["query"]).rows]
        else:
            values = [option["value"] for option in variable["options"]]
            chosen[variable["name"]] = values if variable["multi"] else variable["current"]["value"]
    return lambda sql: run(grafana.expand(sql, over, chosen))


if __name__ == "__main__":
    main()
