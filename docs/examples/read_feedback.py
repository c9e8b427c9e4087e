"""How a rule engine reads `rule-feedback`: acts on each message once, in each rule's order, whatever dies when.

The ids that were acted on are in the same database as what acting changes, so that both happen or neither does. The
offset is committed afterwards: what is read again after a crash is passed over by its id.

    python read_feedback.py BROKERS TOPIC DATABASE [--until-end]
"""

import argparse
import json
import sqlite3

from confluent_kafka import Consumer

SCHEMA = """
CREATE TABLE IF NOT EXISTS acted_on (message_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS to_do (rule_id TEXT, rule_version TEXT, advice TEXT, to_version TEXT, reason TEXT);
"""


def act(database: sqlite3.Connection, data: dict) -> None:
    """What a rule engine would do; here it only notes what is asked of it."""
    if data["advice"] not in ("keep", "insufficient_evidence"):
        row = [data.get(name) for name in ("rule_id", "rule_version", "advice", "to_version", "reason")]
        database.execute("INSERT INTO to_do VALUES (?, ?, ?, ?, ?)", row)


def take(database: sqlite3.Connection, event: dict) -> None:
    """Acts on a message and remembers its id in one transaction, unless it was acted on."""
    with database:
        known = database.execute("SELECT 1 FROM acted_on WHERE message_id = ?", [event["id"]]).fetchone()
        if not known:
            act(database, event["data"])
            database.execute("INSERT INTO acted_on VALUES (?)", [event["id"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brokers")
    parser.add_argument("topic")
    parser.add_argument("database")
    parser.add_argument("--until-end", action="store_true", help="stop where nothing comes for five seconds")
    arguments = parser.parse_args()
    database = sqlite3.connect(arguments.database)
    database.executescript(SCHEMA)
    settings = {"bootstrap.servers": arguments.brokers, "group.id": "rule-engine", "enable.auto.commit": False,
                "auto.offset.reset": "earliest"}  # fmt: skip
    consumer = Consumer(settings)
    consumer.subscribe([arguments.topic])
    # The first records wait for the group to form.
    wait_s = 30.0
    while (record := consumer.poll(wait_s)) is not None or not arguments.until_end:
        if record is None or record.error():
            continue
        wait_s = 5.0
        take(database, json.loads(record.value()))
        consumer.commit(record, asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main()
