"""What stands in a store's way is told before anything is taken in: its name, what happened, what to do; no panic."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from judges.kafka import free_port
from judges.stores import S3, Azure, StoreServer
from path.harness import run

# A refusal fits on a screen; the answers of stores do not, let alone three times over.
MESSAGE_CHARS_MAX = 800


@pytest.fixture(scope="module", params=[S3, Azure], ids=["s3", "azure"])
def store(request):
    server = request.param().start()
    yield server
    server.close()


@pytest.fixture
def settings(monkeypatch, store):
    """Puts options, bent where asked, into the environment of the commands."""

    def put(**bent: str) -> None:
        for name, value in {**store.options, **bent}.items():
            monkeypatch.setenv(name.upper(), value)

    return put


@pytest.fixture
def refused(tmp_path, files, store):
    """Checks that `load` and `run` refuse a lake: with all of these words, in few words, without a secret."""

    def check(url: str, *words: str) -> None:
        (tmp_path / "tidemark.toml").write_text(
            f'[lake]\nurl = {json.dumps(url)}\n[http]\nlisten = "127.0.0.1:0"\n[postgres]\nlisten = "127.0.0.1:0"\n')
        for command in (["load", *files, "--dir", url], ["run", "--config", tmp_path / "tidemark.toml"]):
            done = run(*command, code=1, within_s=60)
            assert [word for word in (url, *words) if word not in done.stderr] == [], done.stderr
            assert "panicked" not in done.stderr
            assert not any(secret in done.stderr for secret in secrets_of(store))
            assert len(done.stderr) < MESSAGE_CHARS_MAX, done.stderr
            assert done.stdout == ""

    return check


def secrets_of(store: StoreServer) -> list[str]:
    return [value for name, value in store.options.items() if name.endswith(("secret_access_key", "account_key"))]


def bent_secret(store: StoreServer) -> dict[str, str]:
    """A secret of the right form that is not the store's."""
    name = next(name for name in store.options if name.endswith(("secret_access_key", "account_key")))
    value = store.options[name]
    return {name: ("b" if value[0] == "a" else "a") + value[1:]}


def test_a_bucket_that_is_missing_is_named(store, settings, refused):
    settings()
    refused(store.url("lake", bucket="absent"), "does not exist", "create")


def test_a_query_says_that_the_bucket_is_missing_instead_of_its_tables(store, settings):
    settings()
    told = run("sql", "SELECT 1", "--dir", store.url("lake", bucket="absent"), code=1).stderr
    assert "bucket does not exist" in told or "container does not exist" in told


def test_a_wrong_secret_is_told_with_the_setting_to_check(store, settings, refused):
    settings(**bent_secret(store))
    refused(store.url("lake"), next(iter(bent_secret(store))))


def test_a_store_that_is_down_is_told_with_its_address(store, settings, refused):
    address = f"http://127.0.0.1:{free_port()}"
    settings(**{next(name for name in store.options if name.endswith("endpoint")): address})
    refused(store.url("lake"), address, "refused")


def test_a_store_that_would_overwrite_a_commit_is_refused(store, settings, refused):
    only_s3(store)
    with overwriting_store() as address:
        settings(aws_endpoint=address)
        refused(store.url("lake"), "If-None-Match", "overwrites")


def test_conditional_puts_that_are_turned_off_are_named_by_their_setting(store, settings, refused):
    only_s3(store)
    settings(aws_conditional_put="disabled")
    refused(store.url("lake"), "aws_conditional_put")


def only_s3(store: StoreServer) -> None:
    if store.scheme != "s3":
        pytest.skip("every Azure store has conditional puts")


class OverwritingStore(BaseHTTPRequestHandler):
    """As S3 was before conditional puts: whatever is put or deleted (by POST), it succeeds. The probe asks no more."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b"<DeleteResult/>" if self.command == "POST" else b""
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT

    def log_message(self, *_) -> None:
        pass


@contextmanager
def overwriting_store():
    """Its address while it runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), OverwritingStore) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()
