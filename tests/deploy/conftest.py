"""The pods of the chart as processes, over one S3 store and one broker. Each starts when a test first needs it."""

import pytest

from deploy.processes import Front, Role
from deploy.tools import pods, rendered
from judges.kafka import Broker
from judges.stores import S3
from path import harness
from path.harness import TOPICS, until


@pytest.fixture(scope="session")
def roles(tmp_path_factory):
    """The chart's pods by role; none has started. Those that were started end well when they are asked."""
    folder, broker, store = tmp_path_factory.mktemp("roles"), Broker().start(), S3().start()
    broker.create_topics(*TOPICS, "rule-feedback")
    told = {**store.environment(), "TIDEMARK_LAKE__URL": store.url("deployed"), "TIDEMARK_KAFKA__BROKERS": broker.bootstrap}
    shaped = pods(rendered({"reports": {"existingClaim": "definitions"}}))
    made = {name: Role(name, pod, told, folder) for name, pod in shaped.items()}
    yield made
    ended = {name: role.stop() for name, role in made.items() if role.process is not None}
    store.close()
    broker.close()
    assert set(ended.values()) == {0}, ended


@pytest.fixture(scope="session")
def waited_in_vain(roles):
    """How the waiting of a query node ended before there was an ingest."""
    return roles["query"].wait()


@pytest.fixture(scope="session")
def ingest(roles, waited_in_vain):
    role = roles["ingest"].start()
    until(lambda: role.answer("/readyz")[0] == 200, harness.READY_WITHIN_S, role.log)
    return role


@pytest.fixture(scope="session")
def query(roles, ingest):
    return roles["query"].start()


@pytest.fixture(scope="session")
def jobs(roles, ingest):
    return roles["jobs"].start()


@pytest.fixture(scope="session")
def front(query, tmp_path_factory):
    """The fronts of a query node."""
    made = Front(query, tmp_path_factory.mktemp("front"))
    try:
        yield made.start()
    finally:
        made.stop()
