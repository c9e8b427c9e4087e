"""Events into a running service by its HTTP door: a generated day, told as if it happened now, at an even rate."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from threading import Event, Thread

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
BATCH_EVERY_S = 0.2
# What names an entity in the generated day; each round through the day is about others.
ENTITIES = ('"inv-', '"ses-', '"tkt-')


class Feed:
    """Sends from `with` on, in a thread; counts events that were taken, that break the contract, and that were lost."""

    def __init__(self, binary: Path, http: str, rate: float, seed: int, work: Path):
        self.url, self.rate = f"http://{http}/v1/events", rate
        self.sent = self.refused = self.failed = 0
        day, self.stop, self.thread = work / "day", Event(), Thread(target=self.run)
        command = [str(binary), "generate", "--days", "1", "--seed", str(seed), "--out", str(day)]
        subprocess.run(command, check=True, capture_output=True)
        lines = (line for file in sorted(day.glob("*.jsonl")) for line in file.read_bytes().splitlines())
        # Devices, users and rules are known to the lake. The generator also makes records that break the contract.
        events = sorted((event for event in map(parsed, lines) if event), key=lambda event: event["time"])
        self.day = [json.dumps(event) for event in events]

    def __enter__(self) -> "Feed":
        if self.rate > 0:
            self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop.set()
        if self.rate > 0:
            self.thread.join()

    def events(self) -> Iterator[str]:
        for turn in count():
            for number, line in enumerate(self.day):
                for entity in ENTITIES:
                    line = line.replace(entity, f"{entity}feed{turn}-")
                event = json.loads(line)
                event |= {"id": f"feed-{turn}-{number}", "time": datetime.now(UTC).isoformat()}
                yield json.dumps(event)

    def run(self) -> None:
        """Every batch is due on time; what a slow answer held up is sent with the next."""
        events, began = self.events(), time.perf_counter()
        while not self.stop.wait(BATCH_EVERY_S):
            due = int((time.perf_counter() - began) * self.rate) - self.sent - self.refused - self.failed
            if batch := list(islice(events, due)):
                self.post(batch)

    def post(self, batch: list[str]) -> None:
        body = f"[{','.join(batch)}]".encode()
        headers = {"content-type": "application/cloudevents-batch+json"}
        try:
            told = json.loads(OPENER.open(urllib.request.Request(self.url, body, headers)).read())
        except urllib.error.HTTPError as error:
            told = outcome(error.read())
        except OSError:
            told = {}
        accepted, refused = told.get("accepted", 0), told.get("refused", 0)
        self.sent += accepted
        self.refused += refused
        self.failed += len(batch) - accepted - refused


def outcome(body: bytes) -> dict:
    """What an answer that is no success says of each event, if it does."""
    try:
        return json.loads(body)
    except ValueError:
        return {}


def parsed(line: bytes) -> dict | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    told = isinstance(event, dict) and isinstance(event.get("data"), dict) and isinstance(event.get("time"), str)
    return event if told else None
