"""What a method said about a series."""

from dataclasses import dataclass, field

import numpy as np

# Of intervals, in percent.
LEVELS = (80, 90, 95)


@dataclass(frozen=True)
class Forecast:
    id: str
    # The model that was chosen.
    model: str
    point: np.ndarray
    # Low and high by level.
    intervals: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
