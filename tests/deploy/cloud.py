"""A cloud on loopback: what gives out identities to processes, and stores that let in those who have one.

It knows of each protocol what the documentation asks of a client, and answers nothing to a client that asks otherwise:
Entra ID's token endpoint (RFC 7523 assertions), Azure's instance metadata, AWS's container credentials and instance
metadata (IMDSv2). Blobs and objects are kept in memory; a conditional put of a name that is there is refused.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ASSERTION, CLIENT, TENANT = "an assertion of the cluster", "a-client", "a-tenant"
TOKEN, ACCESS_KEY = "a-token-of-the-cloud", "AKIAEXAMPLE"
EXPIRES = "2099-01-01T00:00:00Z"
AWS_IDENTITY = {"AccessKeyId": ACCESS_KEY, "SecretAccessKey": "s", "Token": TOKEN, "Expiration": EXPIRES, "Code": "Success"}


class Cloud(ThreadingHTTPServer):
    """`asked` lists who gave out an identity; `objects` what was stored."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing: what matters is in `asked`."""

    def answer(self, status: int, body: dict | str = "") -> None:
        text = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.send_header("etag", '"1"')
        self.send_header("last-modified", "Mon, 02 Mar 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(text)

    def give(self, who: str, is_right: bool, identity: dict | str) -> None:
        if not is_right:
            return self.answer(403)
        self.server.asked.append(who)
        return self.answer(200, identity)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def do_POST(self):  # noqa: N802 - the name that http.server asks for
        form = {name: values[0] for name, values in parse_qs(self.body().decode()).items()}
        is_right = self.path == f"/{TENANT}/oauth2/v2.0/token" and form == {
            "client_id": CLIENT, "client_assertion": ASSERTION, "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "scope": "https://storage.azure.com/.default",
        }  # fmt: skip
        self.give("workload identity", is_right, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})

    def do_GET(self):  # noqa: N802
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        role = "/latest/meta-data/iam/security-credentials/"
        if path == "/metadata/identity/oauth2/token":
            is_right = self.headers["metadata"] == "true" and query["client_id"] == [CLIENT]
            is_right &= query["resource"] == ["https://storage.azure.com"]
            token = {"access_token": TOKEN, "expires_on": "4070908800", "token_type": "Bearer"}
            self.give("managed identity", is_right, token)
        elif path == "/v1/credentials":
            self.give("pod identity", self.headers["authorization"] == ASSERTION, AWS_IDENTITY)
        elif path.startswith(role):
            has_session = self.headers["x-aws-ec2-metadata-token"] == "a-session"
            self.give("instance profile", has_session, AWS_IDENTITY if path != role else "a-role")
        else:
            self.answer(404)

    def do_PUT(self):  # noqa: N802
        body = self.body()
        if self.path == "/latest/api/token":
            return self.answer(200, "a-session")
        if not self.is_let_in():
            return self.answer(403)
        if self.headers["if-none-match"] == "*" and self.path in self.server.objects:
            return self.answer(409 if self.is_azure() else 412)
        self.server.objects[self.path] = body
        return self.answer(201 if self.is_azure() else 200)

    def do_DELETE(self):  # noqa: N802
        self.server.objects.pop(self.path, None)
        self.answer(202 if self.is_azure() else 204)

    def is_azure(self) -> bool:
        return "x-ms-version" in self.headers

    def is_let_in(self) -> bool:
        said = self.headers["authorization"] or ""
        if self.is_azure():
            return said == f"Bearer {TOKEN}"
        return said.startswith(f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/") and self.headers["x-amz-security-token"] == TOKEN
