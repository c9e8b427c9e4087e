"""The broker fixture itself: starts, takes and gives records, survives a kill with what it acknowledged."""

from judges.kafka import Broker


def test_a_broker_keeps_what_it_acknowledged_over_a_kill():
    broker = Broker().start()
    try:
        broker.create_topics("probe")
        producer, acked = broker.producer(), []
        for number in range(500):
            producer.produce("probe", key=str(number), value=b"x" * 100, on_delivery=lambda e, m: e or acked.append(m))
        producer.produce("probe", key="large", value=b"x" * (2 << 20))
        assert producer.flush(30) == 0
        assert len(acked) == 500
        broker.kill()
        broker.start()
        messages = broker.read_all("probe")
        assert len(messages) == 501
        assert sum(broker.high_watermarks("probe").values()) == 501
        broker.stop()
        assert not broker.ready()
    finally:
        broker.close()
    assert not broker.directory.exists()
