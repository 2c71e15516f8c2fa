"""The pages of the municipal council's lists: pasted, looked over, taken in; who may open what; what is hostile."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forum.cases.enums import Resolution
from forum.council.enums import CouncilCaseStatus
from forum.council.list_import import MOST_CASES
from forum.council.models import CouncilCase, CouncilList, CouncilSheet
from forum.meetings.core.models import Meeting
from forum.meetings.enums import MeetingStatus
from forum.meetings.session.decisions import services as decisions
from forum.meetings.session.votes import ballots
from forum.organisation.services.stand_ins import start_stand_in
from tests.factories.council_lists import RAW, SECRET, day, hold, take
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform

# The pages ------------------------------------------------------------------------------------------------------------


def rows_of(html: str) -> dict[str, str]:
    """Return what the preview would send: every field of its form, as a browser reads it."""
    fields = {}
    for name, value in re.findall(r'<input type="(?:text|url|date|hidden)" name="([^"]+)" value="([^"]*)"', html):
        fields[name] = value
    return fields


def preview(client: Client, meeting: Meeting, text: str, **more: Any) -> Any:
    return client.post(reverse("forum:council_take_in", args=[meeting.pk]), {"text": text, "do": "read", **more})


def taking(town: Municipality, meeting: Meeting, rows: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "do": "take",
        "council": town.council.pk,
        "held_on": day(meeting).isoformat(),
        "recommendation": "Ingen merknader.",
        "raw": RAW,
        "count": len(rows),
        **more,
    }
    for at, row in enumerate(rows):
        data |= {f"sak{at}-{name}": value for name, value in row.items()}
    return data


def test_a_secretary_pastes_looks_over_and_takes_in(town: Municipality, meeting: Meeting, client: Client) -> None:
    client.force_login(town.secretary)
    url = reverse("forum:council_take_in", args=[meeting.pk])
    assert client.get(url).status_code == 200
    html = preview(client, meeting, RAW, council=town.council.pk).content.decode()
    assert "Reguleringsplan for Sagatunet" in html
    assert "Et sidetall." in html
    rows = [
        {
            "take": "on",
            "number": "45/26",
            "title": "Reguleringsplan for Sagatunet",
            "archive": "26/1234",
            "url": "",
            "exempt": "",
        },
        {"take": "on", "number": "PS 46/26", "title": SECRET, "archive": "", "url": "", "exempt": "offl. § 25"},
        {"number": "RS 7/26", "title": "", "archive": "", "url": "", "exempt": "?"},
    ]
    wrong = client.post(
        url,
        taking(
            town,
            meeting,
            [{**rows[0], "number": "førtifem", "url": "javascript:alert(1)"}, {**rows[1], "exempt": "?"}, rows[2]],
            held_on="2020-01-01",
        ),
    )
    assert wrong.status_code == 422
    words = wrong.content.decode()
    assert "Skriv saksnummeret som 45/26 eller PS 45/26." in words
    assert 'value="førtifem"' in words  # what was written stays there
    assert 'value="javascript:alert(1)"' in words
    assert not CouncilCase.objects.exists()
    done = client.post(url, taking(town, meeting, rows))
    case_list = CouncilList.objects.get()
    assert done.status_code == 302
    assert done["Location"] == reverse("forum:council_list", args=[case_list.pk])
    assert list(case_list.cases.values_list("number", "case__access_basis")) == [
        ("45/26", ""),
        ("PS 46/26", "offl. § 25"),
    ]
    again = preview(client, meeting, f"{RAW}\nMøtedato: {day(meeting):%d.%m.%Y}", council=town.council.pk)
    words = again.content.decode()
    assert "Finnes her fra før. Ingenting endres." in words
    assert f"Finnes her fra før, med en annen tittel: «{SECRET}»" in words


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("liste.csv", "Tittel;Saksnr\nÅpningstid på Ørneset;45/26\n".encode("cp1252"), 200, "Åpningstid på Ørneset"),
        ("liste.csv", "Saksnr,Tittel\n45/26,Åpningstid\n".encode("utf-8-sig"), 200, "Åpningstid"),
        ("liste.json", b'{"saker": [{"saksnr": "45/26", "tittel": "Bro"}]}', 200, "Bro"),
        ("liste.json", b'{"saker": [{"saksnr": "45/26",', 422, "kan ikke leses"),
        ("liste.pdf", b"%PDF-1.7 ...", 422, "Dette er en PDF, et regneark eller et bilde."),
        ("liste.csv", b"Saksnr;Tittel\n45/26;\0A", 422, "Dette er ingen tekstfil."),
        ("liste.csv", b"", 422, "Fila du sendte er tom"),
        ("liste.csv", b"x" * 1_500_000, 422, "Fila er større enn 1 MB."),
    ],
)  # fmt: skip
def test_files(
    town: Municipality, meeting: Meeting, client: Client, name: str, content: bytes, status: int, said: str
) -> None:
    client.force_login(town.secretary)
    answer = preview(client, meeting, "", council=town.council.pk, file=SimpleUploadedFile(name, content))
    assert answer.status_code == status
    assert said in answer.content.decode() or (name == "liste.csv" and not content)


def test_hostile_lists(town: Municipality, meeting: Meeting, client: Client) -> None:
    client.force_login(town.secretary)
    url = reverse("forum:council_take_in", args=[meeting.pk])
    html = preview(
        client,
        meeting,
        'PS 1/26 <script>alert(1)</script>\nPS 2/26 =HYPERLINK("x")\n3/26 A\0B\u202eC',
        council=town.council.pk,
    ).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\u202e" not in html.split("<textarea")[0]
    many = "\n".join(f"PS {n}/26 Sak nummer {n}" for n in range(1, 2001))
    answer = preview(client, meeting, many, council=town.council.pk)
    assert answer.status_code == 422
    assert f"Det er 2000 saker i den. Høyst {MOST_CASES} tas inn om gangen" in answer.content.decode().replace(
        "\xa0", ""
    )
    assert "Sak nummer 1999" in answer.content.decode()  # nothing is lost
    assert preview(client, meeting, "a\n" * 6000, council=town.council.pk).status_code == 422
    assert preview(client, meeting, "", council=town.council.pk).status_code == 422
    assert preview(client, meeting, RAW, council=999999).status_code == 422
    assert client.post(url, {"do": "take"}).status_code == 422
    assert client.post(url, {"do": "take", "raw": RAW, "count": "99999999999999999999"}).status_code == 422
    assert client.post(url, {"do": "again", "raw": ""}).status_code == 404
    big = preview(client, meeting, "x" * 6_000_000, council=town.council.pk)
    assert big.status_code in (400, 413, 422)
    rows = [{"take": "on", "number": "1/26", "title": "<b>Fet</b>", "archive": "", "url": "", "exempt": ""}]
    assert (
        client.post(url, taking(town, meeting, rows, raw="\ud800\0 1/26 x".encode("utf-8", "replace"))).status_code
        == 302
    )
    case_list = CouncilList.objects.get()
    page = client.get(case_list.get_absolute_url()).content.decode()
    assert "<b>Fet</b>" not in page
    assert "&lt;b&gt;Fet&lt;/b&gt;" in page


def test_who_may_open_what(town: Municipality, meeting: Meeting, client: Client) -> None:
    url = reverse("forum:council_take_in", args=[meeting.pk])
    lists = reverse("forum:council_lists", args=[town.committee.slug])
    assert client.get(url).status_code == 302  # to sign in
    for person in (
        town.elected[3],
        town.union[0],
        town.employee(0),
        town.coordination_leader,
        town.outsider,
        town.administrator,
    ):
        client.force_login(person)
        assert client.get(url).status_code == 404, person
        assert client.post(url, {"do": "take"}).status_code == 404, person
    for person in (town.secretary, town.chair, town.elected[1]):
        client.force_login(person)
        assert client.get(url).status_code == 200, person
    case_list = take(town, meeting).case_list
    assert reverse("forum:council_list", args=[case_list.pk]) in client.get(lists).content.decode()
    client.logout()
    assert reverse("forum:council_list", args=[case_list.pk]) not in client.get(lists).content.decode()
    assert client.get(reverse("forum:council_lists", args=[town.coordination.slug])).status_code == 404
    assert client.get(reverse("forum:council_sheet", args=[case_list.pk])).status_code == 404
    perform(Meeting.objects.get(pk=meeting.pk), "call", actor=town.secretary)
    page = client.get(reverse("forum:council_list", args=[case_list.pk])).content.decode()
    assert "Reguleringsplan for Sagatunet" in page
    assert "Side 1 av 2" not in page  # the text as it was taken in is the secretary's
    assert client.get(reverse("forum:council_sheet", args=[case_list.pk])).status_code == 404


def test_a_stand_in_for_the_secretary_takes_in_and_sends(
    town: Municipality, meeting: Meeting, council_secretary: User, client: Client
) -> None:
    start_stand_in(
        place=town.membership(town.secretary),
        person=town.employee(0),
        valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=60),
        actor=town.secretary,
    )
    client.force_login(town.employee(0))
    url = reverse("forum:council_take_in", args=[meeting.pk])
    rows = [{"take": "on", "number": "45/26", "title": "Bro", "archive": "", "url": "", "exempt": ""}]
    assert client.post(url, taking(town, meeting, rows)).status_code == 302
    for item in hold(town, meeting):
        ballots.record_ballot(item, actor=town.employee(0))
        decisions.decide(item, text=item.recommendation, resolution=Resolution.ADOPT, actor=town.employee(0))
    case_list = CouncilList.objects.get()
    assert client.post(reverse("forum:council_sheet_send", args=[case_list.pk])).status_code == 302
    assert CouncilSheet.objects.get().sent_by == town.employee(0)
    assert Meeting.objects.get(pk=meeting.pk).status == MeetingStatus.ENDED
    assert CouncilCase.objects.get().status == CouncilCaseStatus.TREATED
