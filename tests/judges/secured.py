"""A second listener of the broker, with TLS and passwords, for what clients must pass through."""

import subprocess
from pathlib import Path

USER, PASSWORD = "tidemark", "an open secret"
PROPERTIES = """
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL
listener.name.secured.ssl.keystore.type=PEM
listener.name.secured.ssl.keystore.location={keys}
listener.name.secured.sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config={login}
"""
LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";'


def certify(folder: Path, name: str) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key beside it."""
    certificate = folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / f"{name}.key", "-out", certificate]
    subprocess.run([*command, *files], check=True, capture_output=True)
    return certificate


def properties(folder: Path, certificate: Path) -> str:
    """The broker's settings; key and certificate in one file, as Kafka wants them."""
    keys = folder / "broker-keys.pem"
    keys.write_text(certificate.with_suffix(".key").read_text() + certificate.read_text())
    return PROPERTIES.format(keys=keys, login=LOGIN.format(user=USER, password=PASSWORD))


def client(certificate: Path, password: str = PASSWORD) -> str:
    """The section of the service's configuration that logs in."""
    return (
        f'[kafka.properties]\n"security.protocol" = "SASL_SSL"\n"sasl.mechanisms" = "PLAIN"\n'
        f'"sasl.username" = "{USER}"\n"sasl.password" = "{password}"\n"ssl.ca.location" = "{certificate}"\n'
    )
