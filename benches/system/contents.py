"""What stands in the topics, read by a client of its own: what a reader of them is measured against."""

import json
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from judges.kafka import Broker

from system.stage import TOPICS


@dataclass(frozen=True)
class Contents:
    """The records by what a reader of JSON values can make of them; the offsets are sorted, by topic and partition."""

    num_events: int
    num_bytes: int
    # Attributes in headers, so that the value is the event's data alone.
    num_binary: int
    # Neither empty nor broken: what must land.
    objects: dict[tuple[str, int], np.ndarray]

    def ends(self) -> dict[tuple[str, int], int]:
        """The offset after the last that must land, by partition."""
        return {place: int(offsets[-1]) + 1 for place, offsets in self.objects.items()}


def read(broker: Broker) -> Contents:
    """Reads all topics once."""
    num_events = num_bytes = num_binary = 0
    objects: dict[tuple[str, int], list[int]] = defaultdict(list)
    for message in broker.messages(*TOPICS):
        value = message.value() or b""
        num_events, num_bytes = num_events + 1, num_bytes + len(value)
        num_binary += any(name == "ce_id" for name, _ in message.headers() or ())
        if is_object(value):
            objects[message.topic(), message.partition()].append(message.offset())
    arrays = {place: np.sort(np.array(offsets, dtype=np.int64)) for place, offsets in objects.items()}
    return Contents(num_events, num_bytes, num_binary, arrays)


def is_object(value: bytes) -> bool:
    """Whether a value is a JSON object."""
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False
