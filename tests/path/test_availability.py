"""The platform's own minutes: what a service records of itself, and the KPI that is made of it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from judges import duck
from path.harness import TOPICS, run, until
from path.histories import rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A minute is over and recorded well before it counts.
GRACE = 2 * MINUTE
# The first minute is not whole, the second ends within two; then it is committed.
RECORDED_WITHIN_S = 150
RECORDED = "SELECT instance, answers, ingests, reason FROM platform_minutes"


@dataclass(frozen=True)
class Recorded:
    minute: datetime
    instance: str
    answers: bool | None
    ingests: bool | None


def drawn(seed: int, now: datetime) -> list[Recorded]:
    """Two instances over fifty hours: the first only answers and is alone at first; holes, bad minutes, an outage."""
    chance = random.Random(seed)
    well = lambda: chance.random() < 0.95  # noqa: E731
    start, made = now - timedelta(hours=50, minutes=chance.randrange(60)), []
    for number in range(int((now - start) / MINUTE)):
        minute = start + number * MINUTE
        is_outage = 900 <= number < 1030
        if not is_outage and chance.random() < 0.97:
            made.append(Recorded(minute, "a:8080", well(), None))
        if not is_outage and number >= 200 and chance.random() < 0.97:
            made.append(Recorded(minute, "b:8080", well() if number >= 400 else None, well()))
        if chance.random() < 0.01 and made:
            made.append(made[-1])  # A commit of unknown outcome, tried again.
    return made


def write(directory: Path, recorded: list[Recorded]) -> None:
    """The table as another Delta writer makes it, in a few commits."""
    kinds = {"minute": pa.timestamp("us", tz="UTC"), "instance": pa.string(), "answers": pa.bool_(),
             "ingests": pa.bool_(), "reason": pa.string(), "_month": pa.string()}
    for part in range(3):
        lines = [{**vars(one), "reason": None, "_month": f"{one.minute:%Y-%m}"} for one in recorded[part::3]]
        table = pa.Table.from_pylist(lines, schema=pa.schema(list(kinds.items())))
        write_deltalake(directory / "platform_minutes", table, mode="append", partition_by=["_month"])


def minutes_of(directory: Path) -> list[Recorded]:
    """What stands in the table, by whomever it was written."""
    with duck.connect(directory) as connection:
        return [Recorded(*row) for row in
                connection.execute("SELECT minute, instance, answers, ingests FROM platform_minutes").fetchall()]


def oracle(recorded: list[Recorded], until: datetime) -> dict[datetime, bool]:
    """Each minute from the first one recorded, and whether the platform was available in it."""
    def of_part(part: str) -> tuple[datetime | None, set[datetime]]:
        known = [(one.minute, getattr(one, part)) for one in recorded if getattr(one, part) is not None]
        return min((minute for minute, _ in known), default=None), {minute for minute, good in known if good}

    parts = [of_part("answers"), of_part("ingests")]
    minute, found = min(one.minute for one in recorded), {}
    while minute < until:
        found[minute] = all(since is None or minute < since or minute in good for since, good in parts)
        minute += MINUTE
    # Of the time before anyone took events in, only what was recorded at all is known to be good.
    seen = {one.minute for one in recorded}
    return {minute: good and minute in seen for minute, good in found.items()}


@pytest.fixture(scope="module", params=[1, 2])
def lake(request, tmp_path_factory):
    """A lake with minutes up to now, and what they say."""
    print("seed", request.param)
    directory = tmp_path_factory.mktemp("minutes") / "lake"
    (directory.parent / "none.jsonl").write_text("")
    run("load", directory.parent / "none.jsonl", "--stream", "usage", "--dir", directory)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    recorded = drawn(request.param, now)
    write(directory, recorded)
    return directory, recorded, now


@pytest.mark.parametrize(("relation", "length"), [("kpi_hourly", 13), ("kpi_daily", 10), ("kpi_monthly", 7)])
def test_the_kpi_is_the_share_of_minutes_in_which_all_was_well(lake, relation, length):
    directory, recorded, _ = lake
    ask = lambda: rows(directory, f"SELECT * FROM {relation} WHERE kpi = 'platform_availability'")  # noqa: E731
    stamp = lambda minute: f"{minute:%Y-%m-%dT%H:%M}"[:length]  # noqa: E731
    # The span that is under way grows while we look: asked until no minute ended in between.
    for _ in range(5):
        before, found, after = datetime.now(UTC), ask(), datetime.now(UTC)
        if before.minute == after.minute:
            break
    wanted: dict[str, list[bool]] = {}
    for minute, good in oracle(recorded, (after - GRACE).replace(second=0, microsecond=0)).items():
        wanted.setdefault(stamp(minute), []).append(good)
    assert {row["bucket"][:length]: (Decimal(row["numerator"]), Decimal(row["denominator"])) for row in found} == {
        bucket: (sum(minutes), len(minutes)) for bucket, minutes in wanted.items()}
    for row in found:
        value = Decimal(row["numerator"]) / Decimal(row["denominator"])
        assert Decimal(row["value"]) == value.quantize(Decimal("1e-9"), ROUND_HALF_UP)
        assert row["city"] == "" and Decimal(row["target"]) == Decimal("0.999")
        assert row["status"] == ("ok" if value >= Decimal("0.999") else "warn")


def test_a_lake_without_minutes_has_no_cells_of_it_and_all_others(tmp_path):
    (tmp_path / "none.jsonl").write_text("")
    run("load", tmp_path / "none.jsonl", "--stream", "usage", "--dir", tmp_path / "lake")
    assert rows(tmp_path / "lake", "SELECT * FROM kpi_daily") == []
    [found] = rows(tmp_path / "lake", "SELECT kpi FROM kpis WHERE kpi = 'platform_availability'")
    assert found["kpi"] == "platform_availability"


def test_a_service_records_its_minutes_and_they_outlive_it(module_kafka, servers, tmp_path):
    module_kafka.create_topics(*TOPICS)
    well = servers(tmp_path / "well", module_kafka.bootstrap).start()
    # Nobody listens there: it answers queries, and takes nothing in.
    alone = servers(tmp_path / "alone", "127.0.0.1:1").spawn()
    recorded = {}
    for name in ("well", "alone"):
        whole = lambda: rows(tmp_path / name, f"{RECORDED} WHERE answers ORDER BY minute")  # noqa: B023, E731
        recorded[name] = until(whole, RECORDED_WITHIN_S, f"a whole minute of {name}", every_s=2)[0]
    assert recorded["well"] | {"instance": ""} == {
        "instance": "", "answers": "true", "ingests": "true", "reason": ""}
    assert recorded["well"]["instance"].endswith(f":{well.http.rsplit(':', 1)[1]}")
    assert recorded["alone"]["ingests"] == "false" and "ingest" in recorded["alone"]["reason"]
    before = rows(tmp_path / "well", f"{RECORDED} ORDER BY minute")
    well.stop()
    alone.kill()
    assert well.start().by_http(f"{RECORDED} ORDER BY minute")[:len(before)] == [list(row.values()) for row in before]
