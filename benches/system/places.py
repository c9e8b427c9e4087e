"""Where tables lie while they are measured: a folder, or S3 in its own process over a folder of this disk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from judges.stores import BUCKET, S3


@dataclass(frozen=True)
class Place:
    """An empty folder for tables, as a writer addresses it and as it is found on the disk."""

    url: str
    # The same files beneath the store: looking at them costs the store nothing.
    directory: Path
    # object_store's settings.
    options: dict[str, str] = field(default_factory=dict)
    # The process that serves it, if one does.
    pid: int | None = None

    def environment(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {name.upper(): value for name, value in self.options.items()}


@contextmanager
def local() -> Iterator[Place]:
    """A folder on the local disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        lake = Path(folder) / "lake"
        lake.mkdir()
        yield Place(str(lake), lake)


@contextmanager
def s3() -> Iterator[Place]:
    """A folder in a bucket of a fresh versitygw on loopback, gone afterwards."""
    server = S3()
    try:
        server.start()
        directory = server.directory / "objects" / BUCKET / "lake"
        yield Place(server.url("lake"), directory, server.options, server.process.pid)
    finally:
        server.close()


# By the name that tables of figures show.
PLACES = {"disk": local, "S3": s3}
