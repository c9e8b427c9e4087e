"""Clouds that know who a process is: the store opens without a key, by the variables that docs/deployment names."""

import os
import subprocess

import pytest

from deploy.cloud import ASSERTION, CLIENT, TENANT, Cloud
from path import harness

AZURE = {"TIDEMARK_LAKE__URL": "az://lake/tidemark", "AZURE_STORAGE_ACCOUNT_NAME": "account", "AZURE_ALLOW_HTTP": "true"}
AWS = {"TIDEMARK_LAKE__URL": "s3://lake/tidemark", "AWS_REGION": "ap-east-1", "AWS_ALLOW_HTTP": "true"}


@pytest.fixture
def cloud():
    running = Cloud()
    yield running
    running.shutdown()
    running.server_close()


def doctor(told: dict[str, str]) -> str:
    """What `tidemark doctor` says of the lake."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AZURE_", "TIDEMARK_"))}
    doors = {"TIDEMARK_HTTP__LISTEN": "127.0.0.1:0", "TIDEMARK_POSTGRES__LISTEN": "127.0.0.1:0"}
    env = {**clean, **doors, "TIDEMARK_KAFKA__BROKERS": "127.0.0.1:1", **told}
    done = subprocess.run([harness.binary(), "doctor"], env=env, capture_output=True, text=True, timeout=120)
    return next(line for line in done.stdout.splitlines() if " lake: " in line)


def identities(cloud: Cloud, token_file: str) -> dict[str, dict[str, str]]:
    """Variables by the identity that they stand for."""
    azure = {**AZURE, "AZURE_ENDPOINT": cloud.url, "AZURE_CLIENT_ID": CLIENT}
    aws = {**AWS, "AWS_ENDPOINT": cloud.url}
    return {
        "workload identity": {
            **azure, "AZURE_TENANT_ID": TENANT, "AZURE_FEDERATED_TOKEN_FILE": token_file, "AZURE_AUTHORITY_HOST": cloud.url,
        },
        "managed identity": {**azure, "AZURE_MSI_ENDPOINT": f"{cloud.url}/metadata/identity/oauth2/token"},
        "pod identity": {
            **aws, "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{cloud.url}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token_file,
        },
        "instance profile": {**aws, "AWS_METADATA_ENDPOINT": cloud.url},
    }  # fmt: skip


@pytest.mark.parametrize("who", ["workload identity", "managed identity", "pod identity", "instance profile"])
def test_the_store_opens_by_an_identity_of_the_cloud(cloud, tmp_path, who):
    token_file = tmp_path / "token"
    token_file.write_text(ASSERTION)
    said = doctor(identities(cloud, str(token_file))[who])
    assert said.startswith("ok ") and "conditional puts hold" in said, said
    assert set(cloud.asked) == {who}


def test_another_identity_is_not_let_in(cloud, tmp_path):
    token_file = tmp_path / "token"
    token_file.write_text("an assertion of another cluster")
    said = doctor(identities(cloud, str(token_file))["workload identity"])
    assert said.startswith("MISSING") and cloud.asked == [] and cloud.objects == {}
