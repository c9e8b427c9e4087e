"""Boards held to Grafana's published schema, as its foundation SDK has it: known keys, types, enumerations.

The SDK's models are generated from the schema of dashboards and of each kind of panel; their annotations carry the
types. A key that a model does not know, or a value of another type, is a complaint.
"""

import enum
import inspect
import types
import typing

from grafana_foundation_sdk.models import barchart, bargauge, common, dashboard, stat, table, timeseries

# By kind of panel: its options, and the settings of its fields where it has some.
KINDS = {
    "stat": (stat.Options, None), "bargauge": (bargauge.Options, None),
    "table": (table.Options, common.TableFieldOptions),
    "timeseries": (timeseries.Options, timeseries.FieldConfig), "barchart": (barchart.Options, barchart.FieldConfig),
}
# Anything may stand here. The model of an annotation's target is that of Grafana's own annotations; a data source's
# query stands there too, and newer schemas say so.
OPEN = (typing.Any, object, dashboard.AnnotationTarget)


def complaints(board: dict) -> list[str]:
    """What the schema does not allow in a board."""
    found = list(check(dashboard.Dashboard, board, "board"))
    for panel in board["panels"]:
        if panel["type"] != "row":
            found += panel_complaints(panel)
    return found


def panel_complaints(panel: dict) -> list[str]:
    at = f"panel {panel['id']} ({panel['title']})"
    if panel["type"] not in KINDS:
        return [f"{at}: the kind {panel['type']} has no model here"]
    options, fields = KINDS[panel["type"]]
    found = list(check(options, panel["options"], f"{at}.options"))
    custom = panel["fieldConfig"]["defaults"].get("custom")
    if fields is None:
        return found + ([f"{at}: custom is not known"] if custom else [])
    return found + list(check(fields, custom, f"{at}.custom"))


def check(expected, value, at: str) -> typing.Iterator[str]:
    """Complaints about a value that is to be of a type."""
    if expected in OPEN:
        return
    origin, given = typing.get_origin(expected), typing.get_args(expected)
    if origin in (typing.Union, types.UnionType):
        yield from check_any(given, value, at)
    elif origin is typing.Literal:
        if value not in given:
            yield f"{at}: {short(value)} is none of {given}"
    elif origin is list:
        yield from check_list(given[0], value, at)
    elif origin is dict:
        yield from check_dict(given[1], value, at)
    elif inspect.isclass(expected) and issubclass(expected, enum.Enum):
        if value not in [member.value for member in expected]:
            yield f"{at}: {short(value)} is none of {[member.value for member in expected]}"
    elif expected in (str, bool, int, float, type(None)):
        yield from check_plain(expected, value, at)
    elif isinstance(value, dict) and "__init__" in vars(expected):
        yield from check_model(expected, value, at)
    elif not isinstance(value, dict):
        yield f"{at}: {short(value)} is no object"


def check_plain(expected, value, at: str) -> typing.Iterator[str]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {int: is_number and int(value) == value, float: is_number}.get(expected, isinstance(value, expected))
    if not fits:
        yield f"{at}: {short(value)} is no {expected.__name__}"


def check_any(choices, value, at: str) -> typing.Iterator[str]:
    """Complaints of the choice that fits best, none where one fits."""
    tried = [list(check(choice, value, at)) for choice in choices]
    yield from min(tried, key=len)


def check_list(expected, value, at: str) -> typing.Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: {short(value)} is no list"
        return
    for index, one in enumerate(value):
        yield from check(expected, one, f"{at}[{index}]")


def check_dict(expected, value, at: str) -> typing.Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {short(value)} is no object"
        return
    for key, one in value.items():
        yield from check(expected, one, f"{at}.{key}")


def check_model(model: type, value: dict, at: str) -> typing.Iterator[str]:
    hints = typing.get_type_hints(model)
    # Some names are no camel case in JSON either.
    names = hints | {camel(name.removesuffix("_val")): hint for name, hint in hints.items()}
    for key, one in value.items():
        if key not in names:
            yield f"{at}: the key {key!r} is not known"
        else:
            yield from check(names[key], one, f"{at}.{key}")


def short(value) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:80]}..."


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
