"""Tables beyond the local disk: what holds in a folder holds on S3 and on Azure, judged over a copy taken by others.

Commands get their settings from the environment, the service from its configuration file.
`TIDEMARK_KILLS_SEED` repeats the kills of a run whose seed was printed.
"""

import json
import os
import random
from pathlib import Path

import pytest
from deltalake import DeltaTable

from judges import identity, truth
from judges.deltalog import DeltaLog
from judges.identity import TABLES
from judges.stores import S3, Azure, StoreServer
from path.conftest import clear
from path.harness import LANDED_WITHIN_S, TOPICS, landed_offsets, records_of, run, sql, until
from path.kills import OFTEN, Sender, killed_after, violations

DAYS, SEED = 2, 23
KILLS = 5
# Files of a partition that are worth a merge.
PIECES = 8
# From before the service is up to well within its work.
LIFE_S_MAX = 3.0


@pytest.fixture(scope="module", params=[S3, Azure], ids=["s3", "azure"])
def store(request):
    """A store whose settings stand in the environment."""
    server = request.param().start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment().items():
            patch.setenv(name, value)
        yield server
    server.close()


@pytest.fixture(scope="module")
def loaded(store, files) -> str:
    """The URL of a lake with the generated files; tests must not change it."""
    run("load", *files, "--dir", store.url("loaded"))
    return store.url("loaded")


@pytest.fixture(scope="module")
def history(store, broker, servers, tmp_path_factory):
    """A service that has taken in a history, the truth of it, and what stands in the topics."""
    folder = tmp_path_factory.mktemp("history")
    run("generate", "--days", DAYS, "--seed", SEED, "--brokers", clear(broker).bootstrap, "--out", folder)
    server = service(servers, store, "history", broker, OFTEN).start()
    wait_landed(server, store, "history", broker, folder / "logs")
    return server, truth.load(folder / "truth.json"), records_of(broker.messages(*TOPICS))


def service(servers, store: StoreServer, folder: str, broker, more: str = ""):
    """A service whose lake is in the store, by settings of its configuration file alone."""
    options = "".join(f"{name} = {json.dumps(value)}\n" for name, value in store.options.items())
    wrong = {name: "of no use" for name in store.environment()}
    return servers(store.url(folder), broker.bootstrap, f"{more}[lake.options]\n{options}", wrong)


def wait_landed(server, store: StoreServer, folder: str, broker, copy: Path) -> None:
    """Waits until the watermarks in the store are the broker's."""
    due = {at: end for at, end in broker.high_watermarks(*TOPICS).items() if end > 0}
    landed = lambda: landed_offsets(store.mirror(folder, copy, logs_only=True))  # noqa: E731
    until(lambda: due.items() <= landed().items(), LANDED_WITHIN_S,
          lambda: f"landed {due}; is {landed()}\n{server.log_tail()}", every_s=0.5)


def test_sql_answers_every_figure_of_loaded_files(loaded, figures):
    assert truth.compare(figures, lambda query: sql(loaded, query), "cli") == []


def test_loaded_files_are_accounted_for_and_loading_them_again_changes_nothing(store, loaded, files, figures, tmp_path):
    data = lambda: {key for key in store.keys("loaded/") if "/_delta_log/" not in key}  # noqa: E731
    before = data()
    run("load", *files, "--dir", loaded)
    assert data() == before
    copy = store.mirror("loaded", tmp_path)
    assert truth.compare_directory(figures, copy) == []
    assert identity.check(copy) == []


def test_another_delta_reader_sees_the_same_files_in_the_store(store, loaded, tmp_path):
    agrees_with_another_reader(store, "loaded", store.mirror("loaded", tmp_path, logs_only=True))


def agrees_with_another_reader(store: StoreServer, folder: str, copy: Path) -> None:
    for table in (*TABLES.values(), "dead_letters"):
        url = store.url(f"{folder}/{table}")
        state, other = DeltaLog(copy / table).last(), DeltaTable(url, storage_options=store.options)
        assert other.version() == state.number
        assert {Path(uri).name for uri in other.file_uris()} == {Path(path).name for path in state.live}


def test_the_running_service_answers_every_figure(history):
    server, figures, _ = history
    assert truth.compare(figures, server.by_http, "http") == []


def test_a_service_that_ended_left_every_figure_and_every_record_in_the_store(store, history, tmp_path):
    server, figures, records = history
    assert server.stop() == 0
    copy = store.mirror("history", tmp_path)
    assert truth.compare_directory(figures, copy) == []
    assert identity.check(copy, records=records) == []


def test_merged_files_and_checkpoints_hold_what_the_entries_say(store, files, figures, tmp_path):
    """The judge compares each checkpoint with the entries; `sql` and the other reader begin at it."""
    usage, url = next(path for path in files if path.stem == "usage"), store.url("pieces")
    lines = usage.read_bytes().splitlines(keepends=True)
    pieces = [tmp_path / f"{place}.jsonl" for place in range(PIECES)]
    for place, piece in enumerate(pieces):
        piece.write_bytes(b"".join(lines[place::PIECES]))
    run("load", *pieces, "--stream", "usage", "--dir", url)
    run("maintain", "compact", "--dir", url)
    copy = store.mirror("pieces", tmp_path / "copy")
    log = DeltaLog(copy / "usage_events")
    assert any(version.removed for version in log.replay()), "there was nothing to merge"
    assert list(log.checkpoints) == [log.last().number]
    assert identity.check(copy) == []
    assert sql(url, "SELECT count(*) FROM usage_events") == [[str(figures["unique_events"]["usage"])]]
    agrees_with_another_reader(store, "pieces", copy)


def test_kills_lose_and_repeat_nothing(store, kafka, servers, tmp_path):
    seed = int(os.environ.get("TIDEMARK_KILLS_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\nTIDEMARK_KILLS_SEED={seed}")
    kafka.create_topics(*TOPICS)
    lives, moved, before = lives_of(random.Random(seed)), 0, 0
    server = service(servers, store, "kills", kafka, OFTEN)
    with Sender(kafka, tmp_path, seed) as sender:
        for life_s in lives:
            server.spawn()
            killed_after(server, life_s)
            landed = sum(landed_offsets(store.mirror("kills", tmp_path / "logs", logs_only=True)).values())
            assert landed >= before
            moved, before = moved + (landed > before), landed
    print(f"{moved} of {KILLS} lives moved a watermark; {sender.number} events")
    wait_landed(server.start(), store, "kills", kafka, tmp_path / "logs")
    assert server.stop() == 0
    assert moved > 0, "the service died before it did any work: the kills prove nothing"
    assert violations(store.mirror("kills", tmp_path / "copy"), kafka, sender) == []


def lives_of(chance: random.Random) -> list[float]:
    """Seconds, one of each part of the range: with so few kills, some must come early and some late."""
    lives = [LIFE_S_MAX * (part + chance.random()) / KILLS for part in range(KILLS)]
    return chance.sample(lives, KILLS)


def test_a_store_that_goes_away_is_waited_for(store, kafka, servers, tmp_path):
    kafka.create_topics(*TOPICS)
    sender = Sender(kafka, tmp_path, SEED)
    server = service(servers, store, "outage", kafka, OFTEN).start()
    sender.send_batch(1000)
    wait_landed(server, store, "outage", kafka, tmp_path / "logs")
    store.stop()
    try:
        sender.send_batch(1000)
        until(lambda: "will try again" in server.log_tail(), 30, lambda: f"told of the failure\n{server.log_tail()}")
    finally:
        store.start()
    wait_landed(server, store, "outage", kafka, tmp_path / "logs")
    assert server.stop() == 0
    assert violations(store.mirror("outage", tmp_path / "copy"), kafka, sender) == []
