"""What the environment says: read as meant, and every mistake named without a secret in it."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from joserfc.jwk import ECKey, RSAKey

from tests.oidc.conftest import PEM, environment
from trepart.access.oidc import client, config
from trepart.server import production

ISSUER = "https://test.idporten.example"


def test_id_porten_needs_four_settings() -> None:
    setup = config.read(environment(ISSUER))
    assert setup.faults == ()
    [provider] = setup.providers
    assert (provider.name, provider.kind, provider.label, provider.issuer) == (
        "idporten",
        "idporten",
        "ID-porten",
        ISSUER,
    )
    assert (provider.scopes, provider.par, provider.signup, provider.trust_email) == (
        ("openid", "no_pid"),
        True,
        True,
        False,
    )
    assert provider.acr == "idporten-loa-substantial"
    assert provider.accepted == provider.vouching == {"idporten-loa-substantial", "idporten-loa-high"}
    assert (provider.algorithm, provider.assertion_audience, provider.secret) == ("RS256", "issuer", "")


def test_two_services_at_once() -> None:
    entra = "https://login.example/7f3c/v2.0"
    both = {**environment(ISSUER), **environment(entra, "entra", ACR="")}
    setup = config.read({**both, "OIDC_PROVIDERS": "idporten, entra"})
    assert setup.faults == ()
    assert [provider.name for provider in setup.providers] == ["idporten", "entra"]
    assert (setup.providers[1].signup, setup.providers[1].vouches_at("")) == (False, False)
    assert setup.get("entra") is setup.providers[1]
    assert setup.get("another") is None


def test_nothing_set_is_nothing_wrong() -> None:
    assert config.read({}) == config.Setup((), ())


def test_a_key_with_line_breaks_written_out() -> None:
    setup = config.read(environment(ISSUER, PRIVATE_KEY=PEM.replace("\n", "\\n")))
    assert setup.faults == ()


def test_an_elliptic_key_and_one_that_is_about_to_be_used(tmp_path: Path) -> None:
    old, new = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
    path, coming = tmp_path / "old.pem", tmp_path / "new.pem"
    path.write_bytes(old.as_pem(private=True))
    coming.write_bytes(new.as_pem(private=False))
    said = environment(ISSUER, PRIVATE_KEY="", PRIVATE_KEY_FILE=str(path), PUBLISHED_KEY_FILES=str(coming))
    del said["OIDC_IDPORTEN_PRIVATE_KEY"]
    setup = config.read(said)
    assert setup.faults == ()
    [provider] = setup.providers
    assert provider.algorithm == "ES256"
    first, second = client.public_keys(provider)
    assert (first["kid"], first["kty"], second["kid"], second["kty"]) == ("ours", "EC", new.thumbprint(), "RSA")
    assert not {"d", "p", "q"} & {*first, *second}


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in environment(ISSUER).items() if key != f"OIDC_IDPORTEN_{name}"}


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _SMALL = RSAKey.generate_key(1024).as_pem(private=True).decode()
#: What is set -> the setting that is named, and a word of what is said.
MISTAKES: dict[str, tuple[dict[str, str], str, str]] = {
    "no issuer": (_without("ISSUER"), "OIDC_IDPORTEN_ISSUER", "missing"),
    "no client": (_without("CLIENT_ID"), "OIDC_IDPORTEN_CLIENT_ID", "missing"),
    "no key": (_without("PRIVATE_KEY"), "OIDC_IDPORTEN_PRIVATE_KEY_FILE", "missing"),
    "http": (environment("http://idporten.example"), "OIDC_IDPORTEN_ISSUER", "https"),
    "no address": (environment("idporten"), "OIDC_IDPORTEN_ISSUER", "https"),
    "an address with a question": (environment(f"{ISSUER}?x=1"), "OIDC_IDPORTEN_ISSUER", "plain"),
    "key and secret": (environment(ISSUER, CLIENT_SECRET="s3cret"), "OIDC_IDPORTEN_CLIENT_SECRET", "both"),
    "two keys": (environment(ISSUER, PRIVATE_KEY_FILE="/x.pem"), "OIDC_IDPORTEN_PRIVATE_KEY_FILE", "both"),
    "nonsense for a key": (environment(ISSUER, PRIVATE_KEY="s3cret"), "OIDC_IDPORTEN_PRIVATE_KEY", "PEM"),
    "a key too short": (environment(ISSUER, PRIVATE_KEY=_SMALL), "OIDC_IDPORTEN_PRIVATE_KEY", "2048"),
    "a public key": (
        environment(ISSUER, PRIVATE_KEY=RSAKey.generate_key(2048).as_pem(private=False).decode()),
        "OIDC_IDPORTEN_PRIVATE_KEY",
        "public",
    ),
    "another curve": (
        environment(ISSUER, PRIVATE_KEY=ECKey.generate_key("P-384").as_pem(private=True).decode()),
        "OIDC_IDPORTEN_PRIVATE_KEY",
        "P-256",
    ),
    "a file that is not there": (
        {**_without("PRIVATE_KEY"), "OIDC_IDPORTEN_PRIVATE_KEY_FILE": "/no/such.pem"},
        "OIDC_IDPORTEN_PRIVATE_KEY_FILE",
        "read",
    ),
    "a level nobody knows": (environment(ISSUER, ACR="Level4"), "OIDC_IDPORTEN_ACR", "levels"),
    "trust from a level nobody knows": (
        environment(ISSUER, SECOND_STEP_FROM="Level4"),
        "OIDC_IDPORTEN_SECOND_STEP_FROM",
        "levels",
    ),
    "neither yes nor no": (environment(ISSUER, PAR="perhaps"), "OIDC_IDPORTEN_PAR", "1 or 0"),
    "without openid": (environment(ISSUER, SCOPES="profile"), "OIDC_IDPORTEN_SCOPES", "openid"),
    "a strange audience": (environment(ISSUER, ASSERTION_AUDIENCE="us"), "OIDC_IDPORTEN_ASSERTION_AUDIENCE", "issuer"),
    "a strange kind": (environment(ISSUER, KIND="saml"), "OIDC_IDPORTEN_KIND", "one of"),
    "a misspelt setting": (environment(ISSUER, CLIENTID="x"), "OIDC_IDPORTEN_CLIENTID", "no setting"),
    "a certificate that is none": (
        environment(ISSUER, CERTIFICATE_FILE=__file__),
        "OIDC_IDPORTEN_CERTIFICATE_FILE",
        "certificate",
    ),
    "a strange name": ({"OIDC_PROVIDERS": "id-porten"}, "OIDC_PROVIDERS", "letters"),
    "settings of nobody": ({"OIDC_ENTRA_ISSUER": ISSUER}, "OIDC_ENTRA_ISSUER", "no service"),
    "everybody's tenant": (environment("https://login.example/common/v2.0", "entra"), "OIDC_ENTRA_ISSUER", "tenant"),
    "the same twice": (
        {**environment(ISSUER), **environment(ISSUER, "other"), "OIDC_PROVIDERS": "idporten,other"},
        "OIDC_OTHER_ISSUER",
        "another",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_named(case: str) -> None:
    said, name, word = MISTAKES[case]
    setup = config.read(said)
    assert [fault for fault in setup.faults if fault[0] == name and word in fault[1]], setup.faults
    assert "s3cret" not in str(setup)
    # What is half set up lets nobody in.
    assert all(provider.name == "idporten" and name.startswith("OIDC_OTHER") for provider in setup.providers)


def test_a_mistake_stops_the_portal(settings: Any) -> None:
    settings.OIDC = config.read(environment("http://idporten.example"))
    found = [error for error in run_checks() if error.id == "trepart.E010"]
    assert [error.msg.split()[0] for error in found] == ["OIDC_IDPORTEN_ISSUER"]
    assert [fault for fault in production.faults(settings) if fault.name == "OIDC_PROVIDERS"]
    settings.OIDC = config.read(environment(ISSUER))
    assert not [error for error in run_checks() if error.id == "trepart.E010"]


def test_every_setting_is_in_the_table() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "oidc.md").read_text()
    assert {name for name in config._NAMES if f"`{name}`" not in page} == set()


def test_secrets_are_not_shown() -> None:
    [provider] = config.read(environment(ISSUER)).providers
    assert "PRIVATE" not in repr(provider)
    secret = {**_without("PRIVATE_KEY"), "OIDC_IDPORTEN_CLIENT_SECRET": "s3cret"}
    assert "s3cret" not in repr(config.read(secret))
