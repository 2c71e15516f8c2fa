"""The sign-in services as the environment describes them, one `Provider` each (docs/oidc.md).

They are read once, when the settings are, and every mistake is named.
"""

import base64
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey

SigningKey = RSAKey | ECKey

#: ID-porten's levels of assurance, weakest first.
_IDPORTEN = ("idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high")
#: The setting that says how a kind of service is used where the environment is silent.
_KINDS: Mapping[str, Mapping[str, str]] = {
    # ID-porten tells the national identity number unless it is asked not to: `no_pid`.
    "idporten": {
        "LABEL": "ID-porten",
        "SCOPES": "openid no_pid",
        "ACR": "idporten-loa-substantial",
        "ACR_LEVELS": " ".join(_IDPORTEN),
        "SECOND_STEP_FROM": "idporten-loa-substantial",
        "PAR": "1",
        "SIGNUP": "1",
    },
    "entra": {"LABEL": "Microsoft", "SCOPES": "openid profile email", "ASSERTION_AUDIENCE": "token_endpoint"},
    "generic": {"SCOPES": "openid profile email"},
}
_NAMES = frozenset({
    "KIND", "LABEL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "PRIVATE_KEY", "PRIVATE_KEY_FILE", "KEY_ID",
    "CERTIFICATE_FILE", "PUBLISHED_KEY_FILES", "ASSERTION_AUDIENCE", "SCOPES", "ACR", "ACR_LEVELS", "SECOND_STEP_FROM",
    "PAR", "SIGNUP", "TRUST_EMAIL",
})  # fmt: skip
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})
_LEAST_BITS = 2048


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One sign-in service.

    ``acr`` is the level asked for and the least accepted (empty: any); ``accepted`` all levels that satisfy it;
    ``vouching`` those at which our own second step is not asked for. ``key`` signs what we say of ourselves
    (private_key_jwt); ``published`` are public keys shown beside it while one is changed.
    """

    name: str
    kind: str
    label: str
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    key: SigningKey | None = field(default=None, repr=False, compare=False)
    algorithm: str = ""
    certificate_thumbprint: str = ""
    published: tuple[SigningKey, ...] = field(default=(), repr=False, compare=False)
    assertion_audience: str = "issuer"
    scopes: tuple[str, ...] = ("openid",)
    acr: str = ""
    accepted: frozenset[str] = frozenset()
    vouching: frozenset[str] = frozenset()
    always_vouches: bool = False
    par: bool = False
    signup: bool = False
    trust_email: bool = False

    def vouches_at(self, acr: str) -> bool:
        """Say whether somebody who comes with level ``acr`` is not asked for our own second step."""
        return self.always_vouches or acr in self.vouching


@dataclass(frozen=True)
class Setup:
    """All of them, and what is wrong with what the environment says: (name of the setting, what is wrong)."""

    providers: tuple[Provider, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> Provider | None:
        """Return the service called ``name``."""
        return next((provider for provider in self.providers if provider.name == name), None)


class _Reader:
    """The settings of one service, with what is wrong among them."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self.prefix = f"OIDC_{name.upper()}_"
        self.said = {
            key.removeprefix(self.prefix): value.strip()
            for key, value in environment.items()
            if key.startswith(self.prefix)
        }
        self.faults: list[tuple[str, str]] = []
        self.kind = self.said.get("KIND") or (name if name in _KINDS else "generic")
        if self.kind not in _KINDS:
            self.wrong("KIND", f"must be one of {', '.join(_KINDS)}.")
            self.kind = "generic"
        for key in sorted(set(self.said) - _NAMES):
            self.wrong(key, "is no setting: see the table in docs/oidc.md.")

    def wrong(self, key: str, why: str) -> None:
        self.faults.append((self.prefix + key, why))

    def text(self, key: str) -> str:
        return self.said.get(key, _KINDS[self.kind].get(key, ""))

    def needed(self, key: str) -> str:
        value = self.text(key)
        if not value:
            self.wrong(key, "is missing.")
        return value

    def flag(self, key: str) -> bool:
        value = self.text(key).lower()
        if value not in _YES | _NO:
            self.wrong(key, "must be 1 or 0.")
        return value in _YES

    def words(self, key: str) -> tuple[str, ...]:
        return tuple(re.split(r"[\s,]+", self.text(key))) if self.text(key) else ()

    def issuer(self) -> str:
        value = self.needed("ISSUER")
        parts = urlsplit(value)
        local = parts.hostname in _LOOPBACK
        if value and ((parts.scheme != "https" and not (parts.scheme == "http" and local)) or not parts.hostname):
            self.wrong("ISSUER", "must be an https address.")
        elif parts.query or parts.fragment or parts.username:
            self.wrong("ISSUER", "must be a plain address, as the service itself writes it.")
        elif self.kind == "entra" and {"common", "organizations", "consumers"} & set(parts.path.split("/")):
            self.wrong(
                "ISSUER", "must name the municipality's own tenant, or anybody with a Microsoft account could come in."
            )
        return value

    def file(self, key: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            self.wrong(key, f"names a file that cannot be read: {path}")
            return ""

    def key(self, name: str, text: str, *, private: bool, kid: str = "") -> SigningKey | None:
        """Return the key written as PEM in ``text``; None, with what is wrong noted, where it cannot be used."""
        found: RSAKey | ECKey | None = None
        for kind in (RSAKey, ECKey):
            try:
                with warnings.catch_warnings():
                    # A short key is refused below, in words.
                    warnings.simplefilter("ignore", SecurityWarning)
                    found = kind.import_key(text)
                    found.as_dict(private=False)
                break
            except (JoseError, ValueError, TypeError):
                found = None
        if found is None:
            self.wrong(name, "is no RSA or P-256 key in PEM.")
        elif private and not found.is_private:
            self.wrong(name, "is a public key; the private one is needed.")
        elif isinstance(found, RSAKey) and found.raw_value.key_size < _LEAST_BITS:
            self.wrong(name, f"is shorter than {_LEAST_BITS} bits.")
        elif isinstance(found, ECKey) and found.curve_name != "P-256":
            self.wrong(name, "must be RSA, or elliptic with the curve P-256.")
        else:
            public = found.as_dict(private=False)
            named = {"kid": kid or found.thumbprint(), "use": "sig", "alg": algorithm_of(found)}
            values = found.as_dict(private=True) if found.is_private else public
            used: SigningKey = type(found).import_key({**values, **named})
            return used
        return None

    def own_key(self) -> SigningKey | None:
        inline, path = self.text("PRIVATE_KEY"), self.text("PRIVATE_KEY_FILE")
        if inline and path:
            self.wrong("PRIVATE_KEY_FILE", f"and {self.prefix}PRIVATE_KEY are both set: choose one.")
            return None
        name = "PRIVATE_KEY" if inline else "PRIVATE_KEY_FILE"
        text = inline.replace("\\n", "\n") if inline else self.file(name, path) if path else ""
        return self.key(name, text, private=True, kid=self.text("KEY_ID")) if text else None

    def thumbprint(self) -> str:
        """Return SHA-256 of our certificate (x5t#S256), which Entra ID knows our key by; empty without one."""
        path = self.text("CERTIFICATE_FILE")
        text = self.file("CERTIFICATE_FILE", path) if path else ""
        if not text:
            return ""
        try:
            digest = x509.load_pem_x509_certificate(text.encode()).fingerprint(SHA256())
        except ValueError:
            self.wrong("CERTIFICATE_FILE", "is no certificate in PEM.")
            return ""
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def levels(self) -> tuple[str, frozenset[str], frozenset[str], bool]:
        """Return the level asked for, those that satisfy it, those at which our second step is not asked for,
        and whether it never is."""
        order, acr, trusted = self.words("ACR_LEVELS"), self.text("ACR"), self.text("SECOND_STEP_FROM")

        def at_least(level: str, name: str) -> frozenset[str]:
            if not level:
                return frozenset()
            if order and level not in order:
                self.wrong(name, f"is not among the levels {' '.join(order)} ({self.prefix}ACR_LEVELS).")
                return frozenset({level})
            return frozenset(order[order.index(level) :]) if order else frozenset({level})

        always = trusted == "always"
        return acr, at_least(acr, "ACR"), frozenset() if always else at_least(trusted, "SECOND_STEP_FROM"), always

    def provider(self) -> Provider:
        """Read all of it."""
        key, secret = self.own_key(), self.text("CLIENT_SECRET")
        if key and secret:
            self.wrong("CLIENT_SECRET", "and a private key are both set: choose one.")
        elif not key and not secret and not self.faults:
            self.wrong(
                "PRIVATE_KEY_FILE", f"is missing (or {self.prefix}CLIENT_SECRET, where the service has no better way)."
            )
        scopes = self.words("SCOPES")
        if "openid" not in scopes:
            self.wrong("SCOPES", "must have openid among them.")
        audience = self.text("ASSERTION_AUDIENCE") or "issuer"
        if audience not in ("issuer", "token_endpoint"):
            self.wrong("ASSERTION_AUDIENCE", "must be issuer or token_endpoint.")
        published = tuple(
            found
            for path in self.words("PUBLISHED_KEY_FILES")
            if (text := self.file("PUBLISHED_KEY_FILES", path))
            and (found := self.key("PUBLISHED_KEY_FILES", text, private=False))
        )
        acr, accepted, vouching, always = self.levels()
        return Provider(
            name=self.name,
            kind=self.kind,
            label=self.text("LABEL") or self.name,
            issuer=self.issuer(),
            client_id=self.needed("CLIENT_ID"),
            secret=secret,
            key=key,
            algorithm=algorithm_of(key) if key else "",
            certificate_thumbprint=self.thumbprint(),
            published=published,
            assertion_audience=audience,
            scopes=scopes,
            acr=acr,
            accepted=accepted,
            vouching=vouching,
            always_vouches=always,
            par=self.flag("PAR"),
            signup=self.flag("SIGNUP"),
            trust_email=self.flag("TRUST_EMAIL"),
        )


def algorithm_of(key: SigningKey) -> str:
    """Return the algorithm ``key`` signs with."""
    return "RS256" if isinstance(key, RSAKey) else "ES256"


def read(environment: Mapping[str, str]) -> Setup:
    """Read ``OIDC_PROVIDERS`` and what belongs to each. A service with a fault is left out: what is half
    set up lets nobody in."""
    providers: list[Provider] = []
    faults: list[tuple[str, str]] = []
    names = [name.lower() for name in re.split(r"[\s,]+", environment.get("OIDC_PROVIDERS", "")) if name]
    for name in dict.fromkeys(names):
        if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name):
            faults.append(("OIDC_PROVIDERS", f"has a name that is not letters and digits: {name}"))
            continue
        reader = _Reader(name, environment)
        provider = reader.provider()
        if not reader.faults and any(provider.issuer == other.issuer for other in providers):
            reader.wrong("ISSUER", "is another service's issuer too: one could be taken for the other.")
        faults += reader.faults
        if not reader.faults:
            providers.append(provider)
    known = {"OIDC_PROVIDERS"}
    for key in sorted(environment):
        if key.startswith("OIDC_") and key not in known and key.split("_")[1].lower() not in names:
            faults.append((key, "belongs to no service named in OIDC_PROVIDERS."))
    return Setup(tuple(providers), tuple(faults))
