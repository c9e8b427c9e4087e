"""Kill -9 and outages, again and again, while a sender writes down what was acknowledged: nothing lost, nothing twice.

`TIDEMARK_KILLS` sets the number of kills (30), `TIDEMARK_KILLS_SEED` repeats a run whose seed was printed.
"""

import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from judges import identity
from path.harness import READY_WITHIN_S, TOPICS, Server, run, until
from path.kills import OFTEN, Outages, Sender, Watermarks, chosen_seed, event_of, is_refused, killed_after, prove

KILLS = int(os.environ.get("TIDEMARK_KILLS", "30"))
KILLS_MAX = 4 * KILLS
# From before the service is up to well within its work; a life takes 2 s on average.
LIFE_S = (0.05, 4.0)
# The broker ends in one life of so many.
OUTAGE_EVERY = 10
# Kills of each of two instances.
PAIR_KILLS = max(8, KILLS // 10)
# The judge holds every id in memory, and a starting service reads back all that it knows.
RECORDS_MAX = 400_000
RECORDS_PER_S = min(1500, int(RECORDS_MAX / (KILLS * sum(LIFE_S) / 2)))
FENCED = "another writer moved it; reading again from the watermarks"


@pytest.fixture
def seed() -> int:
    return chosen_seed()


def test_kills_and_outages_lose_and_repeat_nothing(kafka, servers, tmp_path, seed):
    kafka.create_topics(*TOPICS)
    delays, lake = random.Random(seed), tmp_path / "lake"
    server, watermarks = servers(lake, kafka.bootstrap, OFTEN), Watermarks(lake)
    began, moved = time.monotonic(), 0
    with Outages(kafka) as outages, Sender(kafka, tmp_path, seed, RECORDS_PER_S) as sender:
        for life in range(KILLS_MAX):
            # On a busy machine most lives end before they have worked; so many of them must have.
            if life >= KILLS and moved > KILLS // 5:
                break
            if life % OUTAGE_EVERY == OUTAGE_EVERY // 2:
                outages.begin()
            server.spawn()
            killed_after(server, delays.uniform(*LIFE_S))
            moved += watermarks.moved()
    print(f"{life} kills and {outages.num} outages of the broker in {time.monotonic() - began:.0f} s; "
          f"{moved} lives moved a watermark; {sender.number} events")
    assert moved > KILLS // 5, "the service died before it did any work: the kills prove nothing"
    assert outages.num >= KILLS // OUTAGE_EVERY
    prove(server.start(), kafka, sender)
    good = sum(1 for event_id in set(sender.lines(sender.acked)) if not is_refused(event_id))
    assert sum(rows_of(server).values()) == good


def rows_of(server: Server) -> dict[str, int]:
    """Rows by table, as the restarted service tells them."""
    server.start()
    tables = identity.TABLES.values()
    counts = {table: int(server.by_http(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}
    assert server.stop() == 0
    return counts


def test_two_instances_on_the_same_tables_land_everything_once(kafka, servers, tmp_path, seed):
    kafka.create_topics(*TOPICS)
    pair = [servers(tmp_path / "lake", kafka.bootstrap, OFTEN) for _ in range(2)]
    with Sender(kafka, tmp_path, seed, RECORDS_PER_S) as sender, ThreadPoolExecutor(2) as pool:
        both = [pool.submit(live_and_die, server, pair, seed + place) for place, server in enumerate(pair)]
        for one in both:
            one.result()
    for server in pair:
        told = server.log.read_text(errors="replace")
        assert FENCED in told, "the instances never met: the kills prove nothing"
        assert "ERROR" not in told and "panicked" not in told, told[-4000:]
    prove(pair[seed % 2].start(), kafka, sender)


def live_and_die(server: Server, pair: list[Server], seed: int) -> None:
    """Until both have met the other often enough to tell; on a busy machine many lives are too short for that."""
    delays = random.Random(seed)
    for kill in range(5 * PAIR_KILLS):
        if kill >= PAIR_KILLS and all(FENCED in one.log.read_text(errors="replace") for one in pair):
            return
        server.spawn()
        killed_after(server, delays.uniform(*LIFE_S))


def test_an_event_that_another_writer_lands_meanwhile_is_passed_over_when_it_comes_again(kafka, servers, tmp_path):
    """Two writers need not meet at a partition: a file is loaded beside the service, and its event comes by Kafka."""
    kafka.create_topics(*TOPICS)
    server = servers(tmp_path / "lake", kafka.bootstrap, OFTEN).start()
    send(kafka, 0)
    server.wait_landed(kafka)
    (tmp_path / "invoices.jsonl").write_text(json.dumps(event_of("invoices", "kill-1", 1)) + "\n")
    run("load", tmp_path / "invoices.jsonl", "--dir", server.directory)
    send(kafka, 1)
    server.wait_landed(kafka)
    assert server.stop() == 0
    assert identity.check(server.directory) == []


def send(kafka, number: int) -> None:
    """Sends an event, the same for the same number."""
    producer, event = kafka.producer(), event_of("invoices", f"kill-{number}", number)
    producer.produce("invoices", value=json.dumps(event))
    assert producer.flush(30) == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_broker_that_goes_away_is_named_and_waited_for(kafka, servers, tmp_path, seed, end):
    kafka.create_topics(*TOPICS)
    sender = Sender(kafka, tmp_path, seed)
    sender.send_batch(1000)
    server = servers(tmp_path / "lake", kafka.bootstrap).start()
    server.wait_landed(kafka)
    process, before = server.process, answers(server)
    try:
        getattr(kafka, end)()
        named = lambda: readiness(server)[0] == 503 and kafka.bootstrap in readiness(server)[1]  # noqa: E731
        until(named, READY_WITHIN_S, lambda: f"not ready for want of the broker: {readiness(server)}")
        assert server.request("GET", "/healthz")[0] == 200
        assert answers(server) == before
    finally:
        kafka.start()
    until(server.ready, READY_WITHIN_S, lambda: f"ready again: {readiness(server)}")
    sender.send_batch(1000)
    assert server.process is process and process.poll() is None
    prove(server, kafka, sender)


def readiness(server: Server) -> tuple[int, str]:
    status, _, body = server.request("GET", "/readyz")
    return status, body.decode()


def answers(server: Server) -> dict[str, list[int]]:
    """Rows by table through every door."""
    count = lambda ask, table: int(ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: E731
    found = {door: [count(ask, table) for table in identity.TABLES.values()] for door, ask in server.doors().items()}
    assert all(min(counts) > 0 for counts in found.values())
    return found
