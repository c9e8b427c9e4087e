"""The stores of the path tests keep the promise that commits rest on: of many creators of one key, one wins."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from judges.stores import S3, Azure

ROUNDS, CREATORS = 25, 8


@pytest.mark.parametrize("kind", [S3, Azure], ids=["s3", "azure"])
def test_of_many_creators_of_a_key_one_wins(kind):
    store, together = kind().start(), Barrier(CREATORS)

    def create(key: str, value: bytes) -> bool:
        together.wait(30)
        return store.create(key, value)

    try:
        with ThreadPoolExecutor(CREATORS) as pool:
            for number in range(ROUNDS):
                key, values = f"race/{number}", [bytes([creator]) * 1000 for creator in range(CREATORS)]
                won = list(pool.map(create, [key] * CREATORS, values))
                assert won.count(True) == 1
                assert store.read(key) == values[won.index(True)]
    finally:
        store.close()


@pytest.mark.parametrize("kind", [S3, Azure], ids=["s3", "azure"])
def test_a_mirror_holds_what_the_store_holds(kind, tmp_path):
    store = kind().start()
    objects = {"lake/t/_delta_log/0.json": b"{}", "lake/t/city=x/a.parquet": b"rows", "other/t/b": b"no"}
    try:
        for key, value in objects.items():
            assert store.create(key, value)
        logs, both = {"t/_delta_log/0.json": b"{}"}, {"t/_delta_log/0.json": b"{}", "t/city=x/a.parquet": b"rows"}
        assert held(store.mirror("lake", tmp_path / "logs", logs_only=True)) == logs
        assert held(store.mirror("lake", tmp_path / "both")) == both
    finally:
        store.close()


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
