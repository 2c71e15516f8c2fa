"""A sign-in service for tests that lies as it is told to: everything it says and signs can be forged."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
CLIENT = "trepart"


class HostileService:
    """Answers discovery, keys, pushed requests and tokens on the loopback."""

    def __init__(self, below: str = "") -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.keys: list[Any] = [self.key]
        self.metadata: dict[str, Any] = {}
        self.pushed: dict[str, dict[str, str]] = {}
        #: Every form that was sent to the service, by path.
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.fetched: list[str] = []
        self.token: str | None = None
        self.token_answer: tuple[int, Any] | None = None
        self.down = False
        service = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def _say(self, status: int, said: Any) -> None:
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                service.fetched.append(self.path)
                if service.down:
                    self._say(500, {"error": "down"})
                elif self.path == f"{below}/.well-known/openid-configuration":
                    self._say(200, service.about())
                elif self.path == "/jwks":
                    self._say(200, {"keys": [key.as_dict(private=False) for key in service.keys]})
                else:
                    self._say(404, {})

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if auth := self.headers.get("Authorization"):
                    form["(authorization)"] = auth
                service.sent.append((self.path, form))
                if service.down:
                    self._say(500, {"error": "down"})
                elif self.path == "/par":
                    name = f"urn:pushed:{len(service.pushed)}"
                    service.pushed[name] = form
                    self._say(201, {"request_uri": name, "expires_in": 60})
                elif service.token_answer is not None:
                    self._say(*service.token_answer)
                else:
                    self._say(
                        200, {"access_token": "nobody looks at this", "token_type": "Bearer", "id_token": service.token}
                    )

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.issuer = self.root + below
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.root}/authorize",
            "token_endpoint": f"{self.root}/token",
            "jwks_uri": f"{self.root}/jwks",
            "pushed_authorization_request_endpoint": f"{self.root}/par",
            "end_session_endpoint": f"{self.root}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def claims(self, nonce: str, **changed: Any) -> dict[str, Any]:
        """Return the claims of a good ID token, changed; None takes one away."""
        now = int(time.time())
        good = {
            "iss": self.issuer, "sub": "pairwise-kari", "aud": CLIENT, "exp": now + 120, "iat": now, "nonce": nonce,
            "acr": "idporten-loa-substantial", "sid": "session-of-kari-01", "auth_time": now, "amr": ["TestID"],
        }  # fmt: skip
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def logout_claims(self, **changed: Any) -> dict[str, Any]:
        """Return the claims of a good logout token, changed; None takes one away."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": f"jti-{time.time_ns()}",
            "sid": "session-of-kari-01",
            "sub": "pairwise-kari",
            "events": {LOGOUT_EVENT: {}},
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def sign(self, claims: dict[str, Any], *, key: Any = None, **header: Any) -> str:
        """Sign with the service's key, or with another."""
        key = key or self.key
        head = {
            name: value
            for name, value in {"alg": "RS256", "kid": key.kid, "typ": "JWT", **header}.items()
            if value is not None
        }
        return jws.serialize_compact(head, json.dumps(claims).encode(), key, algorithms=[head["alg"]])

    def unsigned(self, claims: dict[str, Any]) -> str:
        """Return a token with ``alg: none``."""
        parts = [{"alg": "none", "kid": "first"}, claims]
        return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."

    def confused(self, claims: dict[str, Any]) -> str:
        """Return a token signed with HS256 and our public key as the secret, as who has confused
        the two would check it."""
        secret = OctKey.import_key(base64.urlsafe_b64encode(self.key.as_pem(private=False)).rstrip(b"=").decode())
        return jwt.encode({"alg": "HS256", "kid": "first"}, claims, secret, algorithms=["HS256"])
