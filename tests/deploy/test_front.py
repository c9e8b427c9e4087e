"""The fronts: what asks for TLS and a password before Tidemark's doors, by the files that the chart and compose share."""

import re
import ssl
import threading

import psycopg
import pytest

from deploy.processes import PASSWORD, USER, ask, basic

# More steps than anybody waits for.
ENDLESS = "with recursive n as (select 1 as i union all select i + 1 from n where i < 1000000000) select max(i) from n"


def test_http_asks_for_a_password_over_tls(front):
    context = ssl.create_default_context(cafile=front.ca)
    url = f"https://localhost:{front.https}"
    assert ask(f"{url}/metrics", context=context)[0] == 401
    assert ask(f"{url}/v1/sql", b"select 1", basic(USER, "another"), context)[0] == 401
    right = basic(USER, PASSWORD)
    status, said = ask(f"{url}/v1/sql?format=csv", b"select 41 + 1 as answer", right, context)
    assert (status, said.split()) == (200, ["answer", "42"])
    # Without TLS there is nothing to be had on that port.
    assert ask(f"http://localhost:{front.https}/v1/sql", b"select 1", right)[0] == 400


def test_a_browser_gets_the_console_for_a_password(front):
    context = ssl.create_default_context(cafile=front.ca)
    url, right = f"https://localhost:{front.https}", basic(USER, PASSWORD)
    assert ask(f"{url}/console/", context=context)[0] == 401
    status, page = ask(f"{url}/", headers={**right, "accept": "text/html"}, context=context)
    files = re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', page)
    assert status == 200 and len(files) > 2, page
    assert {ask(url + file, headers=right, context=context)[0] for file in files} == {200}


def test_probes_need_no_password_and_learn_nothing(front):
    url = f"http://127.0.0.1:{front.health}"
    assert ask(f"{url}/healthz") == (200, "alive\n")
    assert ask(f"{url}/readyz") == (200, "ready\n")
    assert {ask(url + path)[0] for path in ("/", "/metrics", "/v1/kpis", "/v1/sql", "/healthz/../metrics")} == {404}


def test_postgresql_asks_for_a_password_over_tls(front):
    place = {"host": "localhost", "port": front.postgres, "dbname": "tidemark", "user": USER}
    trusted = {**place, "sslmode": "verify-full", "sslrootcert": str(front.ca)}
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(**trusted, password="another")
    with pytest.raises(psycopg.OperationalError, match="SSL required"):
        psycopg.connect(**place, sslmode="disable", password=PASSWORD)
    with psycopg.connect(**trusted, password=PASSWORD, autocommit=True) as connection:
        counted = connection.execute("select count(*) from cities where city = %s", ("HKG",), prepare=True)
        assert counted.fetchone() == (1,)
        # A cancel comes by a connection of its own and must find its way through.
        canceller = threading.Timer(1.0, connection.cancel_safe)
        canceller.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute(ENDLESS)
        canceller.join()
