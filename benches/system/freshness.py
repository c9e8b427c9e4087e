"""From produce to visible in SQL, and the service's memory, by the rate of events in the background.

For each rate: a fresh broker and service, `tidemark generate --rate` behind them, and markers sent at random moments
and looked for by SQL (see system.prober). A marker's time runs from before it is given to the client library until
the answer that shows it: `seen`, with up to one question more than the truth. `SQL` is that question's round trip
alone, asked about a visible marker under the same load. `x` is the median in parts of the first rate's.

Everything shares this machine's cores: where generator, broker and service need more than there are, the lag grows
and freshness with it; `reached` is the rate that arrived in the broker. Resident memory is the service's.
"""

import argparse
import math
import time
from pathlib import Path

from system import measure, stage
from system.measure import note, percentile
from system.prober import MARKERS, Prober

# Of the generator at scale 1; its volume is chosen so that a day's events are made in a blink.
EVENTS_PER_DAY = 16_400
EVENTS_PER_SCALE = 10_000
SEEN_WITHIN_S = 30
SAMPLE_EVERY_S = 10


def arguments_of() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rates = "events a second in the background, 0 for none (default: %(default)s)"
    parser.add_argument("--rates", default="0,1000,10000,50000", help=rates)
    parser.add_argument("--seconds", type=int, default=60, help="how long each rate lasts (default: %(default)s)")
    parser.add_argument("--warm-up", type=int, default=5, help="seconds before the first marker (default: %(default)s)")
    parser.add_argument("--probes", type=int, default=330, help="markers a rate, about (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="seed of events and moments (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments_of())
    rows = []
    for rate in map(int, asked.rates.split(",")):
        note(f"{rate:,} events a second for {asked.seconds} s")
        rows.append(at_rate(binary, rate, asked))
    for row in rows:
        row["x"] = row["p50_ms"] / rows[0]["p50_ms"]
    measure.show("produce to visible, in ms", [printed(row) for row in rows])
    memory = [{"events/s": f"{row['rate']:,}", **sampled(row["rss_mib"])} for row in rows]
    columns = max(memory, key=len)
    measure.show("resident memory of the service, in MiB", [{**dict.fromkeys(columns), **row} for row in memory])
    measure.keep(asked, binary, rows=rows)


def at_rate(binary: Path, rate: int, asked: argparse.Namespace) -> dict:
    """One rate on a broker and a service of its own."""
    with stage.broker() as broker, stage.service(broker.bootstrap) as server:
        server.start()
        idle_mib = measure.memory_mib(server.process.pid)[0]
        if not rate:
            return {"rate": 0, "idle_mib": idle_mib, **observe(broker, server, None, asked)}
        scale = max(1, rate / EVENTS_PER_SCALE)
        # A half more than needed: how much a day holds varies, and the load must not end first.
        days = math.ceil(1.5 * rate * (asked.seconds + asked.warm_up) / (EVENTS_PER_DAY * scale)) + 1
        with stage.Generator(binary, broker.bootstrap, days, asked.seed, scale, rate) as generator:
            return {"rate": rate, "idle_mib": idle_mib, **observe(broker, server, generator, asked)}


def observe(broker, server, generator: stage.Generator | None, asked: argparse.Namespace) -> dict:
    """Markers and samples while the load runs."""
    ends, pids = stage.Ends(broker.bootstrap), {"tidemark": server.process.pid, "broker": broker.process.pid}
    pids |= {"generator": generator.process.pid} if generator else {}
    time.sleep(asked.warm_up if generator else 0)
    used, total, began = {name: measure.cpu_s(pid) for name, pid in pids.items()}, ends.total(), time.perf_counter()
    with Prober(broker, server, asked.probes / asked.seconds, asked.seed) as prober:
        rss = samples(server, generator, prober, asked.seconds)
        lasted = time.perf_counter() - began
        reached = (ends.total() - total) / lasted
        used = {f"{name}_cores": (measure.cpu_s(pid) - used[name]) / lasted for name, pid in pids.items()}
        taken = stage.metric(server, "tidemark_ingest_records_total")
        lag = ends.total() - taken
        num_unseen = prober.finish(SEEN_WITHIN_S)
    figures = {"reached_per_s": reached, "lag": lag, **used, "rss_mib": rss}
    figures["peak_mib"] = measure.memory_mib(server.process.pid)[1]
    figures["window"] = stage.metric(server, "tidemark_ingest_window_identities")
    return {**figures, "unseen": num_unseen, **timings(prober)}


def samples(server, generator: stage.Generator | None, prober: Prober, seconds: int) -> list[tuple[float, float]]:
    """Resident memory once a second: (second, MiB). Fails where something ended before its time."""
    began, found = time.perf_counter(), []
    while (now := time.perf_counter() - began) < seconds:
        prober.check()
        if server.process.poll() is not None:
            raise RuntimeError(f"the service ended with {server.process.returncode}\n{server.log_tail()}")
        if generator and generator.has_ended():
            raise RuntimeError("the generator ended before the measurement")
        found.append((round(now, 1), measure.memory_mib(server.process.pid)[0]))
        time.sleep(1)
    return [*found, (round(now, 1), measure.memory_mib(server.process.pid)[0])]


def timings(prober: Prober) -> dict:
    """What the markers met, over all streams and by stream."""
    seen = [one for of_topic in prober.seen_ms.values() for one in of_topic]
    shares = {"p50_ms": 0.5, "p90_ms": 0.9, "p99_ms": 0.99, "max_ms": 1.0}
    of = lambda values: {name: percentile(values, share) for name, share in shares.items()}  # noqa: E731
    whole, streams = of(seen), {topic: of(prober.seen_ms[topic]) for topic in MARKERS}
    trips = {f"sql_{name}": value for name, value in of(prober.round_trips_ms).items()}
    counts = {"probes": len(seen), "questions": prober.num_questions, "round_trips": len(prober.round_trips_ms)}
    return {**counts, **whole, **trips, "by_stream": streams, "seen_ms": prober.seen_ms}


def sampled(rss: list[tuple[float, float]]) -> dict:
    """The samples nearest to every tenth second, by column."""
    last = rss[-1][0]
    marks = range(0, int(last) + 1, SAMPLE_EVERY_S)
    return {f"{mark} s": min(rss, key=lambda sample: abs(sample[0] - mark))[1] for mark in marks}


def printed(row: dict) -> dict:
    """A row of the table."""
    unseen = f" ({row['unseen']} never)" if row["unseen"] else ""
    return {
        "events/s": f"{row['rate']:,}",
        "reached": int(row["reached_per_s"]),
        "markers": f"{row['probes']}{unseen}",
        "p50": row["p50_ms"],
        "p90": row["p90_ms"],
        "p99": row["p99_ms"],
        "max": row["max_ms"],
        "x": row["x"],
        "SQL p50": row["sql_p50_ms"],
        "SQL p99": row["sql_p99_ms"],
        "lag at end": int(row["lag"]),
        "tidemark cores": row["tidemark_cores"],
        "broker cores": row["broker_cores"],
        "generator cores": row.get("generator_cores"),
        "idle MiB": row["idle_mib"],
        "peak MiB": row["peak_mib"],
    }


if __name__ == "__main__":
    main()
