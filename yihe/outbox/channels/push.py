"""通知：Web Push to one browser on one device. RFC 8030 (delivery), 8291 (encryption), 8292 (who we are).

Nobody between us and the device can read it. What a browser gives as its address is only believed where
it lies with a push service that is known: our server would else ask any address that somebody writes.
"""

import base64
import json
import os
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from yihe.outbox.channels.wire import post
from yihe.outbox.rules import PUSH, Destination, Later, Letter, Refused, Trouble

SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
CURVE = ec.SECP256R1()
DAY = 24 * 60 * 60


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(serialization.Encoding.X962, form)


def known_service(address: str) -> bool:
    """Whether the address lies with a push service: https, the usual port, a host of the list."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = any(
        host == one or (one.startswith(".") and host.endswith(one))
        for one in (*SERVICES, *settings.PUSH_HOSTS)
    )
    return parts.scheme == "https" and port in (None, 443) and named and "@" not in parts.netloc


def house_key() -> ec.EllipticCurvePrivateKey:
    """By which the push services know this house; made at first use, never in the database."""
    path = Path(settings.YIHE_HOME) / "keys" / "push.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = ec.generate_private_key(CURVE).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made = path.with_name(f"push.key.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
        try:
            os.link(made, path)  # whoever was first has made it
        except FileExistsError:
            pass
        finally:
            made.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  for the type checker
    return key


def public_key() -> str:
    """What the browser asks for when it subscribes."""
    return plain(point(house_key().public_key()))


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def sealed(
    said: bytes,
    *,
    receiver: bytes,
    auth: bytes,
    sender: ec.EllipticCurvePrivateKey,
    salt: bytes,
) -> bytes:
    """The body of one message in one record (RFC 8291, section 3.4; RFC 8188)."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, receiver)
    ours = point(sender.public_key())
    info = b"WebPush: info\x00" + receiver + ours
    material = _derived(auth, sender.exchange(ec.ECDH(), theirs), info, 32)
    key = _derived(salt, material, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(salt, material, b"Content-Encoding: nonce\x00", 12)
    head = salt + struct.pack("!IB", 4096, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, said + b"\x02", None)


def introduced(address: str, now: float) -> str:
    """Who we are, for the push service of that address, for half a day (RFC 8292)."""
    parts = urlsplit(address)
    said = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now) + DAY // 2,
        "sub": settings.PUSH_CONTACT,
    }
    head = plain(b'{"typ":"JWT","alg":"ES256"}')
    signed = f"{head}.{plain(json.dumps(said, separators=(',', ':')).encode())}"
    key = house_key()
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = plain(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={plain(point(key.public_key()))}"


class Push:
    name = PUSH

    def ready(self) -> bool:
        return bool(settings.PUSH_CONTACT)

    def send(self, to: Destination, letter: Letter) -> str:
        if not known_service(to.value):
            raise Refused("unknown_service", gone=True)
        said = {"title": letter.title, "link": letter.link, "tag": letter.key}
        try:
            body = sealed(
                json.dumps(said, ensure_ascii=False).encode(),
                receiver=raw(to.keys["p256dh"]),
                auth=raw(to.keys["auth"]),
                sender=ec.generate_private_key(CURVE),
                salt=os.urandom(16),
            )
        except (KeyError, ValueError) as error:
            raise Refused("bad_keys", gone=True) from error
        headers = {
            "Authorization": introduced(to.value, time.time()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(DAY),
            "Topic": letter.key[:32],  # a repetition takes the place of what still waits there
            "Urgency": "high" if letter.urgent else "normal",
        }
        try:
            status = post(to.value, body, headers).status
        except Trouble as error:  # each address may lie with another service
            raise Later(error.code) from error
        if status in (200, 201, 202):
            return ""
        if status in (404, 410):
            raise Refused(f"http:{status}", gone=True)
        if status in (400, 413):
            raise Refused(f"http:{status}")
        if status in (401, 403):
            raise Trouble(f"http:{status}")
        raise Later(f"http:{status}")
