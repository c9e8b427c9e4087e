"""Makes `judges` and `path` importable by name, wherever pytest is started from."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
