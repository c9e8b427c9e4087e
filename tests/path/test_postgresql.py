"""What analysts write by habit, and what PostgreSQL 16 answers: each file in `postgresql/` holds statements and the
answers that a PostgreSQL server gave.

`> ` a statement; `WITH t ` at its start stands for the rows of `TABLE`. For each of its results: `= ` the columns'
names where they matter, `: ` the kinds of their types, `| ` a row with tabs between values and `\\N` for NULL;
or `. ` the tag of a statement without rows; or `! ` the SQLSTATE of an error. Values are compared as values (1.50 is
1.5), but in `text.txt` as they are written.
"""

import math
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from psycopg.pq import ExecStatus

FILES = sorted((Path(__file__).parent / "postgresql").glob("*.txt"))
TABLE = """WITH t(id, city, at, day, amount, ok) AS (VALUES
 (1, 'HKG', TIMESTAMPTZ '2026-01-31 22:15:30.5+00', DATE '2026-01-31', 10.50, true),
 (2, 'HKG', TIMESTAMPTZ '2026-02-01 03:04:05+00', DATE '2026-02-01', 20.25, false),
 (3, 'SGP', TIMESTAMPTZ '2026-02-01 03:59:59+00', DATE '2026-02-01', NULL, true),
 (4, 'SGP', TIMESTAMPTZ '2026-03-15 12:00:00+00', DATE '2026-03-15', 7.00, NULL)) """
KINDS = {
    "bool": (16,), "number": (20, 21, 23, 26, 700, 701, 1700), "text": (18, 19, 24, 25, 1042, 1043, 2205, 2206),
    "date": (1082,), "time": (1083,), "timestamp": (1114,), "timestamptz": (1184,), "interval": (1186,),
    "bytea": (17,), "uuid": (2950,), "json": (114, 3802), "record": (2249,),
    "number[]": (1005, 1007, 1016, 1021, 1022, 1028, 1231), "text[]": (1002, 1003, 1009, 1015),
}  # fmt: skip
KIND_OF = {oid: kind for kind, oids in KINDS.items() for oid in oids}
RELATIVE = Decimal("1e-12")


def statements(file: Path):
    """The statements of a file with the lines of their answers."""
    found = []
    for line in file.read_text().splitlines():
        if line.startswith("> "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def cases(exact: bool):
    files = [file for file in FILES if (file.stem == "text") == exact]
    return [
        pytest.param(sql, expected, id=f"{file.stem}: {sql}".encode("ascii", "replace").decode()[:150])
        for file in files
        for sql, expected in statements(file)
    ]


def written(text: bytes | None) -> str:
    if text is None:
        return "\\N"
    return text.decode().replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def answer(connection, sql: str, with_names: bool) -> list[str]:
    """The answer in the files' notation, over the simple protocol and in text, as psql and Grafana ask."""
    connection.pgconn.send_query((TABLE + sql.removeprefix("WITH t ") if sql.startswith("WITH t ") else sql).encode())
    lines = []
    while result := connection.pgconn.get_result():
        columns = range(result.nfields)
        if result.status == ExecStatus.FATAL_ERROR:
            message = result.error_message.decode().strip()
            lines.append(f"! {result.error_field(67).decode()} {message}")  # 67 is C, the SQLSTATE.
        elif result.status == ExecStatus.TUPLES_OK:
            if with_names:
                lines.append("= " + "\t".join(result.fname(i).decode() for i in columns))
            lines.append(": " + " ".join(KIND_OF.get(result.ftype(i), str(result.ftype(i))) for i in columns))
            rows = ([result.get_value(row, column) for column in columns] for row in range(result.ntuples))
            lines += ["| " + "\t".join(map(written, row)) for row in rows]
        else:
            lines.append(f". {result.command_status.decode()}")
    return lines


def same(kinds: list[str], expected: str, found: str) -> bool:
    """Whether two rows hold the same values."""
    one, other = expected[2:].split("\t"), found[2:].split("\t")
    return len(one) == len(other) and all(map(same_value, kinds, one, other))


def same_value(kind: str, expected: str, found: str) -> bool:
    if expected == found:
        return True
    if kind == "number":
        return close(expected, found)
    if kind == "number[]":
        one, other = (text.strip("{}").split(",") for text in (expected, found))
        return len(one) == len(other) and all(a == b or close(a, b) for a, b in zip(one, other, strict=True))
    if kind in ("timestamp", "timestamptz", "time", "interval"):
        return plain_time(expected) == plain_time(found)
    return False


def plain_time(text: str) -> str:
    """Without zeros at the end of its fraction."""
    return re.sub(r"(\.\d*?)0+(?=$|[+-])", r"\1", text).replace(".+", "+").rstrip(".")


def close(expected: str, found: str) -> bool:
    try:
        one, other = Decimal(expected), Decimal(found)
    except InvalidOperation:
        return False
    if not (one.is_finite() and other.is_finite()):
        return math.isnan(one) == math.isnan(other) and str(one) == str(other)
    return abs(one - other) <= RELATIVE * max(abs(one), abs(other))


@pytest.fixture
def connection(querying):
    with querying.connect() as connection:
        yield connection


@pytest.mark.parametrize(("sql", "expected"), cases(exact=False))
def test_an_analyst_gets_what_postgresql_answers(connection, sql, expected):
    found = answer(connection, sql, with_names=any(line.startswith("= ") for line in expected))
    if expected[-1].startswith("! "):
        assert found[-1][:7] == expected[-1], f"{found} is not {expected}"
        return
    assert not any(line.startswith("! ") for line in found), found[-1]
    kinds = next((line[2:].split() for line in reversed(expected) if line.startswith(": ")), [])
    is_row = [line.startswith("| ") for line in expected]
    assert is_row == [line.startswith("| ") for line in found], f"{found} is not {expected}"
    rows = list(zip(is_row, expected, found, strict=True))
    assert [two for row, one, two in rows if not row] == [one for row, one, two in rows if not row]
    assert all(same(kinds, one, two) for row, one, two in rows if row), f"{found} is not {expected}"


@pytest.mark.parametrize(("sql", "expected"), cases(exact=True))
def test_values_are_written_as_postgresql_writes_them(connection, sql, expected):
    assert answer(connection, sql, with_names=False) == expected
