"""Prometheus and Alertmanager as they are packaged, with the committed rules and configuration, and those whom they
tell: a webhook and a mail server. Only addresses differ from what is committed.
"""

import base64
import json
import shutil
import socketserver
import subprocess
import threading
import time
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from judges.kafka import free_port
from path.harness import OPENER, READY_WITHIN_S, until

ALERTS = Path(__file__).resolve().parent.parent.parent / "alerts"
TOKENS = {"webhook_token": "for-the-webhook", "teams_token": "for-the-relay", "smtp_password": "for-the-mail"}
FIRED_WITHIN_S = 60
# A flood leaves the window of its rule after a minute; a group that has been told is told again after 15 s.
RESOLVED_WITHIN_S = 150


class Webhook:
    """Takes what Alertmanager posts: each alert with its path and the moment."""

    def __init__(self):
        told = self.told = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                at, token = time.monotonic(), self.headers.get("Authorization")
                told.extend({**alert, "path": self.path, "at": at, "token": token} for alert in body["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def find(self, name: str, status: str, path: str = "/alerts", **labels) -> dict | None:
        """The newest message on an alert in this state."""
        wanted = {"alertname": name, **labels}
        told = [alert for alert in list(self.told) if alert["path"] == path and alert["status"] == status]
        return next((alert for alert in reversed(told) if wanted.items() <= alert["labels"].items()), None)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """Takes mails from whoever knows the password: their texts."""

    def __init__(self):
        mails, password = [], TOKENS["smtp_password"]
        self.mails = mails

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

            def handle(self):
                # Who has sent what there was to send may hang up without a word.
                with suppress(ConnectionError):
                    self.answer()

            def answer(self) -> None:
                self.say("220 judge")
                while line := self.rfile.readline().decode().strip():
                    word, _, rest = line.partition(" ")
                    if word in ("EHLO", "HELO"):
                        self.say("250-judge")
                        self.say("250 AUTH PLAIN")
                    elif word == "AUTH":
                        known = base64.b64decode(rest.split()[-1]).decode().endswith(f"\0{password}")
                        self.say("235 yes" if known else "535 no")
                    elif word == "DATA":
                        self.say("354 go on")
                        mails.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Watch:
    """Prometheus and Alertmanager over one service, each with a directory of its own."""

    def __init__(self, folder: Path, service: str):
        self.folder, self.service, self.processes = folder, service, []
        self.webhook, self.mail = Webhook(), MailServer()
        self.prometheus, self.alertmanager = (f"127.0.0.1:{free_port()}" for _ in range(2))

    def start(self) -> "Watch":
        self.write("prometheus.yml", {"127.0.0.1:8080": self.service, "127.0.0.1:9093": self.alertmanager})
        self.write("alertmanager.yml", {
            "127.0.0.1:9095": self.webhook.address, "127.0.0.1:2000": self.webhook.address,
            "127.0.0.1:25\n": f"{self.mail.address}\n", "smtp_require_tls: true": "smtp_require_tls: false",
        })
        shutil.copytree(ALERTS / "rules", self.folder / "rules")
        (self.folder / "secrets").mkdir()
        for name, token in TOKENS.items():
            (self.folder / "secrets" / name).write_text(token)
        # There is one of it, so it has nobody to gossip with.
        alone = "--cluster.listen-address="
        self.spawn("prometheus-alertmanager", self.alertmanager, "alertmanager.yml", "storage", alone)
        self.spawn("prometheus", self.prometheus, "prometheus.yml", "storage.tsdb")
        until(lambda: self.health() == ["up"], READY_WITHIN_S, lambda: f"scraped: {self.health()} {self.log_tail()}")
        return self

    def write(self, name: str, addresses: dict[str, str]) -> None:
        """Copies a committed file with other addresses."""
        text = (ALERTS / name).read_text()
        for committed, own in addresses.items():
            assert committed in text, f"{name} has no {committed}"
            text = text.replace(committed, own)
        (self.folder / name).write_text(text)

    def spawn(self, program: str, address: str, config: str, storage: str, *more: str) -> None:
        command = [program, f"--config.file={config}", f"--web.listen-address={address}",
                   f"--{storage}.path={self.folder / program}", "--log.level=warn", *more]
        with (self.folder / f"{program}.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder))
        until(lambda: answers(f"http://{address}/-/ready"), READY_WITHIN_S, self.log_tail)

    def get(self, address: str, path: str):
        with OPENER.open(f"http://{address}{path}", timeout=10) as answer:
            return json.load(answer)

    def health(self) -> list[str]:
        return [target["health"] for target in self.get(self.prometheus, "/api/v1/targets")["data"]["activeTargets"]]

    def post(self, *alerts: dict[str, str]) -> None:
        """Hands alerts to Alertmanager by their labels, as Prometheus does."""
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        request = urllib.request.Request(f"http://{self.alertmanager}/api/v2/alerts", data=body, method="POST",
                                         headers={"Content-Type": "application/json"})
        with OPENER.open(request, timeout=10) as answer:
            assert answer.status == 200

    def suppressed(self) -> set[str]:
        """The names of alerts that fire and are not told, because another one says more."""
        alerts = self.get(self.alertmanager, "/api/v2/alerts?active=false&inhibited=true")
        return {alert["labels"]["alertname"] for alert in alerts}

    def wait(self, name: str, status: str, since: float, within_s: float | None = None, **labels) -> float:
        """Waits until the webhook is told; prints and returns the seconds from the condition until then."""
        within_s = within_s or (FIRED_WITHIN_S if status == "firing" else RESOLVED_WITHIN_S)
        newest = lambda: self.webhook.find(name, status, **labels)  # noqa: E731
        found = until(lambda: (alert := newest()) and alert["at"] > since and alert, within_s,
                      lambda: f"{name} {status}: {self.state()}\n{self.log_tail()}")
        print(f"{name} {status} after {found['at'] - since:.1f} s")
        return found["at"] - since

    def state(self) -> str:
        alerts = self.get(self.prometheus, "/api/v1/alerts")["data"]["alerts"]
        return json.dumps([(alert["labels"], alert["state"], alert["value"]) for alert in alerts])

    def log_tail(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log"))

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.webhook.close()
        self.mail.close()


def answers(url: str) -> bool:
    try:
        with OPENER.open(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
