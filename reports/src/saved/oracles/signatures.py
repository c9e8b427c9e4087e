"""Signatures of webhooks by Python's hmac, as Standard Webhooks has them: writes signatures.tsv.

    python3 signatures.py > signatures.tsv
"""
import base64
import hashlib
import hmac
import random

random.seed(7)
print("# secret, id, seconds since 1970, body in base64, signature")
for number in range(40):
    key = random.randbytes(random.randint(24, 64))
    body = random.randbytes(random.randint(0, 300)) if number % 2 else "報告 {\"rows\": %d}".encode() % number
    message, at = f"daily-failures/20260301T{number:06}Z/0", random.randrange(2_000_000_000)
    signed = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    print("\t".join(["whsec_" + base64.b64encode(key).decode(), message, str(at), base64.b64encode(body).decode(),
                     "v1," + base64.b64encode(signed).decode()]))
