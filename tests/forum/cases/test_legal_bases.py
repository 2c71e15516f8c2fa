"""The provisions by which something is kept from the public (R8, R25)."""

import pytest

from forum.cases import legal_bases
from forum.cases.enums import CaseAccess
from forum.cases.models import Case
from forum.meetings.agenda import services as agenda
from forum.organisation.enums import LegalBasis
from forum.organisation.models import Body
from tests.factories.organisation import Municipality
from tests.forum.meetings.test_lifecycle import plan
from trepart.refusals import GuardRefused


def test_internal_documents_are_no_ground_on_the_list() -> None:
    """Offl § 16: §§ 14 and 15 never cover what is put before an elected body."""
    assert not any(legal_bases.is_internal_only(provision) for provision, _label in legal_bases.PROVISIONS)


@pytest.mark.parametrize(
    ("text", "internal"),
    [
        ("offl. § 14", True),
        ("offl § 15 første ledd", True),
        ("offentleglova § 14", True),
        ("offentleglova §§ 14", True),
        ("offl § 13, jf. fvl § 13", False),
        ("offl. § 23 første ledd", False),
        ("koml. § 14-7", False),
        ("offl. § 140", False),
        ("", False),
    ],
)
def test_what_names_them(text: str, *, internal: bool) -> None:
    assert legal_bases.is_internal_only(text) is internal


@pytest.mark.django_db
def test_a_case_exempt_as_internal_is_not_put_before_an_elected_body(town: Municipality) -> None:
    case = Case.objects.create(
        year=2026, number=81, title="Notat", access=CaseAccess.RECEIVER, access_basis="offl. § 14"
    )
    meeting = plan(town)
    with pytest.raises(GuardRefused, match="§ 16"):
        agenda.add_item(meeting, title="Notat", case=case, actor=town.secretary)
    assert not meeting.items.filter(case=case).exists()
    Body.objects.filter(pk=town.committee.pk).update(legal_basis=LegalBasis.KOML_5_11_OTHER)
    assert agenda.add_item(meeting, title="Notat", case=case, actor=town.secretary).case == case
