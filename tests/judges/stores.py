"""Object stores for tests, on loopback: versitygw for S3, Azurite for Azure; each read by its vendor's own client.

Both check signatures, and of many conditional puts of a key exactly one wins. A store is killed by its own process id,
and its directory goes with it.
"""

import atexit
import base64
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import botocore.config
import botocore.exceptions
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import ContainerClient

from judges.kafka import free_port
from judges.storetools import azurite, versitygw

BUCKET = "lake"
READY_WITHIN_S = 60


class StoreServer:
    """One store with one bucket. `options` are object_store's keys, as the product takes them."""

    scheme = ""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="tidemark-store-"))
        self.process, self.port = None, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.options: dict[str, str] = {}
        atexit.register(self.close)

    def start(self) -> "StoreServer":
        """Starts the server and returns once its bucket is there."""
        command, secret = self.command()
        with (self.directory / "server.log").open("ab") as log:
            env = {**os.environ, **secret}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory, env=env)
        deadline, failure = time.monotonic() + READY_WITHIN_S, "not asked"
        while failure:
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.directory / "server.log").read_text(errors="replace")[-4000:]
                raise RuntimeError(f"the {self.scheme} store did not start: {failure}\n{log}")
            try:
                failure = self.make_bucket()
            except Exception as error:  # noqa: BLE001 - any failure means: not yet
                failure = error
                time.sleep(0.1)
        return self

    def stop(self) -> None:
        """Ends the server gently, since Azurite holds its index in memory at first; `start` goes on with all of it."""
        self.end(signal.SIGTERM)

    def end(self, by: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait(30)
            self.process = None

    def close(self) -> None:
        """Kills the server and removes its directory."""
        self.end(signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, folder: str, bucket: str = BUCKET) -> str:
        return f"{self.scheme}://{bucket}/{folder}"

    def environment(self) -> dict[str, str]:
        """The options as environment variables."""
        return {name.upper(): value for name, value in self.options.items()}

    def mirror(self, folder: str, into: Path, logs_only: bool = False) -> Path:
        """Copies what is not in `into` yet. Objects are never changed, but for the hint to the last checkpoint."""
        for key in self.keys(folder + "/"):
            target = into / key.removeprefix(folder + "/")
            is_wanted = "/_delta_log/" in key if logs_only else True
            if is_wanted and (target.name == "_last_checkpoint" or not target.exists()):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self.read(key))
        return into

    def command(self) -> tuple[list[str], dict[str, str]]:
        """The command line, and the variables with its secrets."""
        raise NotImplementedError

    def make_bucket(self) -> None:
        """Makes the bucket unless it is there."""
        raise NotImplementedError

    def keys(self, prefix: str) -> Iterator[str]:
        """The names of the objects under a prefix."""
        raise NotImplementedError

    def read(self, key: str) -> bytes:
        """An object."""
        raise NotImplementedError

    def create(self, key: str, value: bytes) -> bool:
        """Puts an object unless there is one of this name; whether it did."""
        raise NotImplementedError


class S3(StoreServer):
    """versitygw over a folder."""

    scheme = "s3"

    def __init__(self):
        super().__init__()
        access_key, secret = "judge", secrets.token_hex(20)
        self.options = {"aws_endpoint": self.address, "aws_allow_http": "true", "aws_region": "us-east-1",
                        "aws_access_key_id": access_key, "aws_secret_access_key": secret}
        settings = botocore.config.Config(s3={"addressing_style": "path"}, max_pool_connections=32)
        self.client = boto3.client("s3", endpoint_url=self.address, aws_access_key_id=access_key,
                                   aws_secret_access_key=secret, region_name="us-east-1", config=settings)

    def command(self) -> tuple[list[str], dict[str, str]]:
        (self.directory / "objects").mkdir(exist_ok=True)
        secret = {"ROOT_ACCESS_KEY": self.options["aws_access_key_id"],
                  "ROOT_SECRET_KEY": self.options["aws_secret_access_key"]}
        return [str(versitygw()), "--port", f"127.0.0.1:{self.port}", "--quiet", "posix", "objects"], secret

    def make_bucket(self) -> None:
        if BUCKET not in [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]:
            self.client.create_bucket(Bucket=BUCKET)

    def keys(self, prefix: str) -> Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
            yield from (found["Key"] for found in page.get("Contents", []))

    def read(self, key: str) -> bytes:
        return self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def create(self, key: str, value: bytes) -> bool:
        try:
            self.client.put_object(Bucket=BUCKET, Key=key, Body=value, IfNoneMatch="*")
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            return False
        return True


class Azure(StoreServer):
    """Azurite with an account of its own."""

    scheme = "az"

    def __init__(self):
        super().__init__()
        account, key = "judge", base64.b64encode(secrets.token_bytes(32)).decode()
        self.address += f"/{account}"
        self.options = {"azure_storage_endpoint": self.address, "azure_allow_http": "true",
                        "azure_storage_account_name": account, "azure_storage_account_key": key}
        credential = {"account_name": account, "account_key": key}
        self.client = ContainerClient(self.address, BUCKET, credential=credential, retry_total=0)

    def command(self) -> tuple[list[str], dict[str, str]]:
        # Its clients' versions are newer than it knows.
        flags = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--blobPort", str(self.port)]
        account = f"{self.options['azure_storage_account_name']}:{self.options['azure_storage_account_key']}"
        return [str(azurite()), *flags, "--location", "."], {"AZURITE_ACCOUNTS": account}

    def make_bucket(self) -> None:
        try:
            self.client.create_container()
        except ResourceExistsError:
            pass

    def keys(self, prefix: str) -> Iterator[str]:
        yield from self.client.list_blob_names(name_starts_with=prefix)

    def read(self, key: str) -> bytes:
        return self.client.download_blob(key).readall()

    def create(self, key: str, value: bytes) -> bool:
        try:
            self.client.upload_blob(key, value, overwrite=False)
        except ResourceExistsError:
            return False
        return True
