"""A real Apache Kafka for tests: one KRaft node on free ports with a temporary log directory.

The jars come from Maven once, by `tests/kafka/pom.xml`, into `$TIDEMARK_KAFKA_LIBS` or `~/.cache/tidemark-kafka`.
Readiness is polled (process, port, metadata); a broker is stopped, killed and restarted by its own process id.
"""

import atexit
import base64
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from judges import secured

FIXTURE = Path(__file__).resolve().parent.parent / "kafka"
READY_WITHIN_S = 90
# Far above the product's own limit of 1 MiB, so that a record too large for the product still fits the broker.
MESSAGE_BYTES_MAX = 8 << 20
PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SECURED://127.0.0.1:{secured}
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={logs}
num.partitions=4
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
# A killed broker may register again once its old session is over: 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
message.max.bytes={bytes_max}
replica.fetch.max.bytes={bytes_max}
# Events carry their own times, up to years ago: nothing may age out.
log.retention.ms=-1
log.message.timestamp.before.max.ms=9223372036854775807
"""


def libraries() -> Path:
    """The folder of the broker's jars, filled by Maven when it is empty."""
    folder = Path(os.environ.get("TIDEMARK_KAFKA_LIBS") or Path.home() / ".cache" / "tidemark-kafka")
    if not any(folder.glob("kafka_2.13-*.jar")):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mvn", "-q", "-B", "-f", str(FIXTURE / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={folder}"], check=True, timeout=600)
    return folder


def free_port() -> int:
    """A port that nobody listens on now, of those that the system gives to nobody: it stays free over a restart."""
    with suppress(FileNotFoundError):
        lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        for port in random.SystemRandom().sample(range(1024, max(lowest, 1124)), 100):
            if is_free(port):
                return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def cluster_id() -> str:
    """A random cluster id in Kafka's own form, which must not look like an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


class Broker:
    """One broker and its directory. `bootstrap` stays the same over restarts."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="tidemark-kafka-"))
        self.process = None
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        # The same broker behind TLS and a password.
        secured_port = free_port()
        self.secured, self.certificate = f"127.0.0.1:{secured_port}", secured.certify(self.directory, "broker")
        self.properties = self.directory / "server.properties"
        text = PROPERTIES.format(
            port=self.port, secured=secured_port, controller=free_port(), logs=self.directory / "logs",
            bytes_max=MESSAGE_BYTES_MAX,
        )
        self.properties.write_text(text + secured.properties(self.directory, self.certificate))
        atexit.register(self.close)

    def java(self, heap: str, *arguments: str) -> list[str]:
        """A command line of the broker's jars; small heap, few compiler and collector threads."""
        flags = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        log = f"-Dlog4j2.configurationFile={FIXTURE / 'log4j2.properties'}"
        return ["java", *flags, log, "-cp", f"{libraries()}/*", *arguments]

    def format(self) -> None:
        """Formats the log directory for a cluster of this one node."""
        arguments = ["kafka.tools.StorageTool", "format", "--standalone", "-t", cluster_id()]
        command = self.java("128m", *arguments, "-c", str(self.properties))
        done = subprocess.run(command, capture_output=True, text=True, timeout=READY_WITHIN_S)
        if done.returncode != 0:
            raise RuntimeError(f"could not format the broker's directory:\n{done.stdout}{done.stderr}")

    def start(self) -> "Broker":
        """Starts the broker and returns once it answers with metadata."""
        if not (self.directory / "logs").exists():
            self.format()
        command = self.java("512m", "kafka.Kafka", str(self.properties))
        with (self.directory / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory)
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the broker did not start:\n{self.log_tail()}")
            time.sleep(0.1)
        return self

    def ready(self) -> bool:
        """Whether the port is open and the metadata names the broker."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                return False
        try:
            return bool(self.admin().list_topics(timeout=2).brokers)
        except Exception:  # noqa: BLE001 - any failure means: not yet
            return False

    def log_tail(self) -> str:
        return (self.directory / "broker.log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Asks the broker to shut down and waits."""
        self.end(signal.SIGTERM)

    def kill(self) -> None:
        """Kills the broker at once."""
        self.end(signal.SIGKILL)

    def end(self, by: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(by)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(30)
        self.process = None

    def restart(self) -> "Broker":
        self.stop()
        return self.start()

    def close(self) -> None:
        """Kills the broker and removes its directory."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})

    def create_topics(self, *names: str, partitions: int = 4) -> None:
        new = [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
        admin = self.admin()  # Kept while its futures run: they end with it.
        for future in admin.create_topics(new, request_timeout=30).values():
            future.result()
        # Created is not yet led: the offsets are told only by a leader. Records that come before may be refused, and
        # those sent behind them taken, after which an idempotent producer takes its retry's refusal for success.
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.leads(*names, partitions=partitions):
            if time.monotonic() > deadline:
                raise RuntimeError(f"no leader for {names}:\n{self.log_tail()}")
            time.sleep(0.1)

    def leads(self, *names: str, partitions: int) -> bool:
        """Whether every partition of these topics can be read and written."""
        try:
            return len(self.high_watermarks(*names)) == partitions * len(names)
        except (KafkaException, KeyError):
            return False

    def delete_topics(self, *names: str) -> None:
        admin = self.admin()
        for future in admin.delete_topics(list(names), request_timeout=30).values():
            future.result()

    def producer(self, **settings) -> Producer:
        """An idempotent producer that waits for all acknowledgements."""
        fixed = {"bootstrap.servers": self.bootstrap, "acks": "all", "enable.idempotence": True, "log_level": 0}
        return Producer({**fixed, "message.max.bytes": MESSAGE_BYTES_MAX, **settings})

    def high_watermarks(self, *topics: str) -> dict[tuple[str, int], int]:
        """The next offset of each partition."""
        consumer = self.consumer()
        found = {}
        for topic in topics:
            for partition in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
                found[topic, partition] = consumer.get_watermark_offsets(TopicPartition(topic, partition), 10)[1]
        consumer.close()
        return found

    def consumer(self) -> Consumer:
        settings = {"bootstrap.servers": self.bootstrap, "group.id": "judge", "enable.auto.commit": False}
        return Consumer({**settings, "auto.offset.reset": "error", "enable.partition.eof": False, "log_level": 0})

    def read_all(self, *topics: str) -> list:
        """Every record that the topics hold now, as messages, read to the high watermarks."""
        return list(self.messages(*topics))

    def messages(self, *topics: str) -> Iterator:
        """The same, one by one: topics may be larger than memory."""
        ends = {key: end for key, end in self.high_watermarks(*topics).items() if end > 0}
        consumer = self.consumer()
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for topic, partition in ends])
        progress_at = time.monotonic()
        while ends and time.monotonic() < progress_at + READY_WITHIN_S:
            for message in consumer.consume(10_000, timeout=1):
                progress_at = time.monotonic()
                if message.error():
                    raise RuntimeError(str(message.error()))
                key = message.topic(), message.partition()
                if message.offset() + 1 >= ends.get(key, 0):
                    ends.pop(key, None)
                yield message
        consumer.close()
        if ends:
            raise RuntimeError(f"could not read to the end of {sorted(ends)}")
