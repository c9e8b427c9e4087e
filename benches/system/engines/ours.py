"""Tidemark as users ask it: a running service, by the PostgreSQL door or as Arrow by the HTTP door."""

import http.client
from pathlib import Path

from system.engines import dialect


class Postgres:
    """The simple protocol of boards and psql; an answer counts once all its rows are in the client's memory."""

    def __init__(self, address: str, asked: dialect.Asked):
        import psycopg

        self.asked, self.dialect = asked, dialect.Dialect()
        host, port = address.rsplit(":", 1)
        self.connection = psycopg.connect(host=host, port=int(port), dbname="tidemark", user="viewer", autocommit=True)
        self.version = self.connection.info.parameter_status("server_version")

    def load(self, file: Path) -> None:
        """Its own KPI cells are the rollup."""

    def prepare(self, query: str):
        text = self.dialect.text(query, self.asked).encode()
        return lambda: self.connection.execute(text, prepare=False)

    def rows(self, answer) -> list[dict]:
        names = [column.name for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


class Http:
    """`POST /v1/sql?format=arrow` on one connection that is kept."""

    version = ""

    def __init__(self, address: str, asked: dialect.Asked):
        self.asked, self.dialect = asked, dialect.Dialect()
        self.connection = http.client.HTTPConnection(address)

    def load(self, file: Path) -> None:
        """Its own KPI cells are the rollup."""

    def prepare(self, query: str):
        return lambda: self.ask(self.dialect.text(query, self.asked))

    def ask(self, text: str):
        import pyarrow

        self.connection.request("POST", "/v1/sql?format=arrow", text.encode(), {"content-type": "text/plain"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body.decode(errors="replace"))
        return pyarrow.ipc.open_stream(body).read_all()

    def rows(self, answer) -> list[dict]:
        return answer.to_pylist()
