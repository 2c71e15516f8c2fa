"""What every page carries: menu, footer, theme, headers, and signing in."""

import io
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from forum.organisation.services.municipality import change_logo
from portal import context, theme
from portal.views import about
from tests.factories.organisation import Municipality
from tests.trepart.pdf.test_document import check_with_pdfua
from trepart import municipality
from trepart.access.models import User
from trepart.server.security import content_security_policy

ACCENTS = ["#0062ba", "#ffcc00", "#7a1f3d", "#000000", "#ffffff", "#00ff00"]


def test_the_policy_stands_on_every_answer(client: Client, town: Municipality, settings: Any) -> None:
    settings.DEMO = True
    for url in (
        "/",
        "/demo/",
        "/konto/login/",
        "/finnes-ikke/",
        "/robots.txt",
        "/tema.css",
        "/min-side/",
        "/teknisk/login/",
    ):
        assert client.get(url).headers["Content-Security-Policy"] == content_security_policy(), url
    assert "unsafe" not in content_security_policy()
    assert client.get("/").headers["X-Frame-Options"] == "DENY"


def test_no_page_has_inline_style_or_script(client: Client, town: Municipality, settings: Any) -> None:
    settings.DEMO = True
    urls = ["/", "/demo/", "/konto/login/", "/konto/password/reset/", "/min-side/", "/min-side/varsler/", "/lmu/"]
    urls += [f"/lmu/{town.lmus[0].slug}/", f"/lmu/{town.lmus[0].slug}/logg/", f"/lmu/{town.lmus[0].slug}/brukere/ny/"]
    client.force_login(town.lmu_leader())
    for url in urls:
        page = client.get(url, follow=True).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", page), url


def test_the_technical_administration_works_under_it(client: Client, db: None) -> None:
    admin = User.objects.create_superuser("root@fjellvik.example", "Rot Rotesen", "et langt nok passord")
    client.force_login(admin)
    page = client.get("/teknisk/")
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.content.decode())


def test_the_public_costs_one_query_and_a_reader_what_rights_and_notices_cost(
    town: Municipality, rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    # The municipality is read once; a reader is asked for what runs for them, and unread notices, besides.
    for person, queries in ((AnonymousUser(), 1), (town.employee(), 3)):
        request = rf.get("/moter/")
        request.user = person
        with municipality.asked_once(), django_assert_num_queries(queries):
            given = context.portal(request)
            assert [link.current for link in given["menu"]] == [False, True, False, False, False, False]
            assert given["unread_notices"] == 0


def test_every_link_of_menu_and_footer_opens(client: Client, town: Municipality, settings: Any) -> None:
    for person in (None, town.employee()):
        if person:
            client.force_login(person)
        page = client.get("/").context
        for link in [*page["menu"], *page["footer_links"]]:
            assert client.get(link.url).status_code == 200, link
    assert [link.url for link in client.get("/").context["footer_links"]] == [
        "/hjelp/forslag/",
        "/tilgjengelighet/",
        "/personvern/",
        "/presse/",
    ]


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_whatever_the_colour(accent: str, dark: bool) -> None:
    found = theme.shades(accent, dark=dark)
    for ground in ("background-default", "background-tinted", "surface-default", "surface-tinted"):
        assert theme.contrast(found["text-subtle"], found[ground]) >= 4.5, ground
        assert theme.contrast(found["text-default"], found[ground]) >= 7, ground
    for base in ("base-default", "base-hover", "base-active"):
        assert theme.contrast(found["base-contrast-default"], found[base]) >= 4.5, base
    assert theme.contrast(found["border-default"], found["background-default"]) >= 3


def test_a_readable_colour_is_used_as_it_is() -> None:
    assert theme.shades("#7A1F3D")["base-default"] == "#7a1f3d"


def test_the_theme_follows_the_municipality(client: Client, db: None, settings: Any) -> None:
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "accent": ""}
    assert "tema.css" not in client.get("/").content.decode()
    assert client.get("/tema.css").content == b""
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "accent": "#7a1f3d"}
    assert "/tema.css?7a1f3d" in client.get("/").content.decode()
    answer = client.get("/tema.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "--ds-color-accent-base-default:#7a1f3d" in answer.content.decode()
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "accent": "red;}body{display:none"}
    assert client.get("/tema.css").content == b""


def test_the_coat_of_arms_is_a_file_of_the_right_kind(client: Client, db: None, settings: Any, tmp_path: Path) -> None:
    assert client.get("/vapen/").status_code == 404
    arms, other = tmp_path / "vapen.svg", tmp_path / "hemmelig.txt"
    arms.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    other.write_text("nei")
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "logo": str(arms)}
    assert client.get("/vapen/")["Content-Type"] == "image/svg+xml"
    assert "/vapen/" in client.get("/").content.decode()
    settings.MUNICIPALITY = {**settings.MUNICIPALITY, "logo": str(other)}
    assert client.get("/vapen/").status_code == 404


@pytest.mark.parametrize("kind", ["svg", "png", "webp"])
@pytest.mark.printed
def test_the_coat_of_arms_stands_on_what_is_printed(
    client: Client, town: Municipality, kind: str, tmp_path: Path
) -> None:
    before = client.get("/skjema/forslag.pdf").content
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path fill="#1f5c3a" d="M2 2h36v24c0 10-8 '
        '17-18 20z"/></svg>'
    )
    content = drawn.encode()
    if kind != "svg":
        saved = io.BytesIO()
        Image.new("RGBA", (80, 96), "#1f5c3a").save(saved, kind)
        content = saved.getvalue()
    change_logo(content, actor=town.administrator)
    printed = client.get("/skjema/forslag.pdf").content
    assert printed != before
    check_with_pdfua(printed, tmp_path)
    with pikepdf.open(io.BytesIO(printed)) as document:
        assert len(document.pages[0].images) == (0 if kind == "svg" else 1)


@pytest.mark.printed
def test_a_drawing_with_letters_is_not_printed(
    client: Client, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    about._printed.cache_clear()
    before = client.get("/skjema/forslag.pdf").content
    about._printed.cache_clear()
    lettered = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">F</text></svg>'
    monkeypatch.setattr(municipality, "arms", lambda: ("image/svg+xml", lettered))
    assert client.get("/skjema/forslag.pdf").content == before


def test_robots_and_the_small_picture(client: Client, settings: Any, db: None) -> None:
    assert "Disallow: /min-side/" in client.get("/robots.txt").content.decode()
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico").url.endswith("img/trepart.svg")


def test_one_signs_in_with_address_and_password_and_out_again(client: Client, town: Municipality) -> None:
    town.secretary.set_password("et langt nok passord")
    town.secretary.save()
    login = reverse("account_login")
    assert client.get(login).status_code == 200
    wrong = client.post(login, {"login": town.secretary.email, "password": "feil passord her"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    done = client.post(login, {"login": town.secretary.email.upper(), "password": "et langt nok passord"})
    assert done.url == reverse("portal:my_page")
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session  # asking is not doing
    assert client.post(reverse("account_logout")).url == reverse("portal:front")
    assert "_auth_user_id" not in client.session
