"""Who must sit in a body (R1-R3): both models stand, and every rule that is broken is named with its paragraph."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from forum.organisation import composition
from forum.organisation.composition_rules.committee import term_ends
from forum.organisation.composition_rules.problem import Problem
from forum.organisation.composition_rules.sexes import least_appointed, least_of_each_sex
from forum.organisation.enums import BodyKind, DecidesBy, LegalBasis, Part, Role, Sex, Side
from forum.organisation.models import Body, Membership
from forum.organisation.services import bodies as services
from forum.organisation.services import memberships
from tests.factories.organisation import Municipality
from trepart import clock
from trepart.access.models import User

ON = date(2026, 11, 23)
F, M = Sex.FEMALE, Sex.MALE

Rows = list[dict[str, Any]]


def seats(rows: Rows, since: date = date(2026, 1, 1)) -> list[Membership]:
    made = []
    for number, row in enumerate(rows, start=1):
        person = User(pk=row.pop("pk", number), name=row.pop("name", f"Person {number}"))
        made.append(Membership(pk=number, person=person, valid_from=row.pop("since", since), **row))
    return made


def judge(body: Body, rows: Rows, on: date = ON) -> list[Problem]:
    with translation.override("en"):
        return composition.judge(body, seats(rows), on)


def said(problems: list[Problem], *, warnings: bool = False) -> str:
    return "\n".join(problem.message for problem in problems if problem.warning == warnings)


def committee(**facts: Any) -> Body:
    usual = {
        "name": "Utvalget", "kind": BodyKind.COMMITTEE, "legal_basis": LegalBasis.KOML_5_11, "mandate": "Reglement.",
        "chapter_11": True, "meetings_open": True, "decides_by": DecidesBy.VOTE,
    }  # fmt: skip
    return Body(**(usual | facts))


def two_sides() -> Rows:
    """Five elected by the council (three women, two men) and four from the unions."""
    elected = [
        {"role": role, "side": Side.MUNICIPALITY, "part": Part.ELECTED, "elected_by_council": True, "sex": sex}
        for role, sex in (
            (Role.LEADER, F),
            (Role.DEPUTY_LEADER, M),
            (Role.MEMBER, F),
            (Role.MEMBER, M),
            (Role.MEMBER, F),
        )
    ]
    union = [{"role": Role.MEMBER, "side": Side.EMPLOYEES, "part": Part.UNION} for _n in range(4)]
    return [*elected, *union]


def three_parts(each: int = 3) -> Rows:
    rows: Rows = [{"role": Role.MEMBER, "part": part} for part in Part for _n in range(each)]
    rows[0]["role"] = Role.LEADER
    return rows


def other_arrangement(**facts: Any) -> Body:
    return committee(legal_basis=LegalBasis.KOML_5_11_OTHER, evidence="Avstemning 3. mars: 91 prosent for.", **facts)


def test_the_committee_of_two_sides_keeps_every_rule() -> None:
    assert judge(committee(), two_sides()) == []


def test_the_body_of_three_equal_parts_keeps_every_rule() -> None:
    assert judge(other_arrangement(), three_parts()) == []


def change(number: int, **facts: Any) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        rows[number].update(facts)

    return edit


def drop(*numbers: int) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        for number in sorted(numbers, reverse=True):
            del rows[number]

    return edit


def add(**row: Any) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        rows.append(row)

    return edit


def many_women(rows: Rows) -> None:
    for row in rows[:5]:
        row["sex"] = F


def women_but_one(rows: Rows) -> None:
    many_women(rows)
    rows[0]["sex"] = M


@pytest.mark.parametrize(
    ("edit", "paragraph", "words"),
    [
        (change(2, side=Side.EMPLOYEES), "§ 5-11", "more than half of the members. They are 4 of 9"),
        (drop(4), "§ 5-11", "They are 4 of 8"),
        (drop(5, 6, 7, 8), "§ 5-11", "employees have no representative"),
        (change(3, side=""), "§ 5-11", "which side Person 4 represents"),
        (change(0, role=Role.MEMBER), "§ 5-11", "has no leader"),
        (change(1, role=Role.MEMBER), "§ 5-11", "has no deputy leader"),
        (change(2, role=Role.LEADER), "§ 5-11", "more than one leader"),
        (
            change(0, elected_by_council=False),
            "§ 5-11",
            "Person 1 is leader and must be elected by the municipal council",
        ),
        (change(2, elected_by_council=False), "§ 5-11", "Person 3 represents the municipality and must be elected"),
        (drop(1, 2, 3, 4, 5, 6, 7), "§ 5-7", "at least three members, and it has 2"),
        (change(3, leads_administration=True), "§ 7-3", "Person 4 holds a position"),
        (add(role=Role.DEPUTY, deputy_number=1, side=Side.EMPLOYEES, leads_administration=True), "§ 7-3", "Person 10"),
        (many_women, "§§ 7-4 to 7-7", "Now it is 0 of 5"),
        (women_but_one, "§§ 7-4 to 7-7", "Now it is 1 of 5"),
        (change(2, sex=""), "§§ 7-4 to 7-7", "Register the sex of Person 3"),
        (add(role=Role.MEMBER, pk=6, side=Side.MUNICIPALITY, elected_by_council=True, sex=M), "", "more than one seat"),
        (add(role=Role.DEPUTY, pk=6, deputy_number=1, side=Side.EMPLOYEES), "§ 7-10", "has a seat and is deputy"),
    ],
)
def test_each_broken_rule_of_the_two_sides_is_named(edit: Callable[[Rows], None], paragraph: str, words: str) -> None:
    rows = two_sides()
    edit(rows)
    found = said(judge(committee(), rows))
    line = next((line for line in found.splitlines() if words in line), "")
    assert line, found
    assert paragraph in line


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"mandate": " "}, "§ 5-13"),
        ({"chapter_11": False}, "§ 5-2"),
        ({"meetings_open": False}, "§ 11-5"),
        ({"decides_by": DecidesBy.CONSENSUS}, "§ 11-9"),
        ({"legal_basis": ""}, "Say on what legal basis"),
        ({"legal_basis": LegalBasis.COOPERATION}, "cannot rest on “cooperation forum”"),
    ],
)
def test_what_the_committee_rests_on(facts: dict[str, Any], words: str) -> None:
    assert words in said(judge(committee(**facts), two_sides()))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (drop(0), "2 elected politicians, 3 from the administration and 3 union"),
        (drop(6, 7, 8), "3 from the administration and 0 union"),
        (change(4, part=""), "which of the three parts Person 5 represents"),
        (change(0, role=Role.MEMBER), "§ 11-2"),
    ],
)
def test_each_broken_rule_of_the_three_parts_is_named(edit: Callable[[Rows], None], words: str) -> None:
    rows = three_parts()
    edit(rows)
    assert words in said(judge(other_arrangement(), rows))


def test_another_arrangement_takes_evidence() -> None:
    body = other_arrangement()
    body.evidence = "  "
    assert "three quarters" in said(judge(body, three_parts()))


def test_another_arrangement_lets_the_administration_in() -> None:
    """§ 7-3 does not shut out the administration's seats where the employees have chosen another arrangement (R2)."""
    rows = three_parts()
    rows[3]["leads_administration"] = True
    assert judge(other_arrangement(), rows) == []


def test_another_arrangement_is_not_held_to_what_binds_elected_bodies() -> None:
    """§§ 5-7 and 5-13 are for elected bodies; its own rules it must have all the same."""
    found = said(judge(other_arrangement(mandate=""), three_parts()[:2]))
    assert "rules that say what it is for" in found
    assert "equally many" in found
    assert "§ 5-7" not in found
    assert "§ 5-13" not in found


def test_a_committee_under_5_7_is_called_one() -> None:
    rows: Rows = [{"role": Role.LEADER}, {"role": Role.MEMBER}, {"role": Role.MEMBER}]
    body = committee(legal_basis=LegalBasis.KOML_5_7, name="Trepartsforum")
    assert said(judge(body, rows), warnings=True) == (
        "The name of the body must contain “utvalg” (Local Government Act § 5-1)."
    )
    body.name = "Trepartsutvalget"
    assert said(judge(body, rows), warnings=True) == ""


def test_two_years_of_the_employees_side_are_a_warning() -> None:
    rows = two_sides()
    rows[5]["since"] = date(2024, 11, 23)
    rows[6]["since"] = date(2024, 11, 24)
    rows[0]["since"] = date(2020, 1, 1)
    found = judge(committee(), rows)
    assert said(found) == ""
    assert said(found, warnings=True).splitlines() == [
        (
            "Person 6 has sat for two years. The employees' representatives are elected for two years at a time "
            "(Local Government Act § 5-11)."
        )
    ]


def test_a_term_begun_on_a_leap_day_ends() -> None:
    assert term_ends(Membership(valid_from=date(2024, 2, 29))) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("elected", "least"),
    [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3), (8, 4), (9, 4), (10, 4), (11, 5)],
)
def test_numbers_of_each_sex(elected: int, least: int) -> None:
    assert least_of_each_sex(elected) == least


@pytest.mark.parametrize(
    ("members", "least"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (8, 3), (9, 4), (10, 4), (11, 5)]
)
def test_numbers_of_each_sex_among_those_appointed(members: int, least: int) -> None:
    assert least_appointed(members) == least


def test_balance_of_those_not_elected_by_the_council_is_advice() -> None:
    rows = two_sides()
    for row in rows[5:]:
        row["sex"] = M
    found = judge(committee(), rows)
    assert said(found) == ""
    assert "at least 2 should be of each sex. Now it is 0 of 4" in said(found, warnings=True)
    assert "Equality and Anti-Discrimination Act § 28" in said(found, warnings=True)


def six_elected(*, first_list: str, second_list: str) -> Rows:
    """Two equal parts that the council has elected, three women on the one and three men on the other."""
    rows = three_parts()
    for number, row in enumerate(rows[:6]):
        row |= {
            "elected_by_council": True, "sex": F if number < 3 else M,
            "election_list": first_list if number < 3 else second_list,
        }  # fmt: skip
    return rows


def test_balance_is_counted_in_the_whole_body_or_on_each_list() -> None:
    """By agreement all that the council elects are one (§ 7-7); by lists each list is (§ 7-6). Never part by part."""
    body = other_arrangement()
    assert said(judge(body, six_elected(first_list="", second_list=""))) == ""
    found = said(judge(body, six_elected(first_list="Fellesliste", second_list="Bygdelista"))).splitlines()
    assert [line.split("among those elected to ")[1] for line in found] == [
        "the body from the list Bygdelista (Local Government Act §§ 7-4 to 7-7).",
        "the body from the list Fellesliste (Local Government Act §§ 7-4 to 7-7).",
    ]
    one = judge(body, six_elected(first_list="Fellesliste", second_list=""))
    assert len(said(one).splitlines()) == 2


def lmu(**facts: Any) -> Body:
    usual = {
        "name": "LMU", "kind": BodyKind.LMU, "legal_basis": LegalBasis.COOPERATION, "decides_by": DecidesBy.CONSENSUS,
        "superior_id": 1, "unit_id": 1,
    }  # fmt: skip
    return Body(**(usual | facts))


def lmu_rows() -> Rows:
    return [
        {"role": Role.LEADER, "part": Part.ADMINISTRATION},
        {"role": Role.UNION_REPRESENTATIVE, "part": Part.UNION},
        {"role": Role.SAFETY_REPRESENTATIVE},
    ]


def test_the_lmu_keeps_every_rule() -> None:
    assert judge(lmu(), lmu_rows()) == []


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (drop(0), "no leader"),
        (drop(1), "no union representative"),
        (drop(2), "no safety representative (Working Environment Act chapter 6)"),
    ],
)
def test_the_lmu_without_one_of_the_three(edit: Callable[[Rows], None], words: str) -> None:
    rows = lmu_rows()
    edit(rows)
    assert words in said(judge(lmu(), rows))


def test_the_lmu_agrees_and_has_somewhere_to_send() -> None:
    assert "does not vote" in said(judge(lmu(decides_by=DecidesBy.VOTE), lmu_rows()))
    assert "to which body the LMU sends" in said(judge(lmu(superior_id=None), lmu_rows()))


def test_the_coordination_group() -> None:
    body = Body(name="K", kind=BodyKind.COORDINATION, legal_basis=LegalBasis.COOPERATION, superior_id=1)
    rows: Rows = [{"role": Role.LEADER, "part": Part.ADMINISTRATION}, {"role": Role.MEMBER, "part": Part.UNION}]
    assert judge(body, rows) == []
    assert "no union representative" in said(judge(body, rows[:1]))
    body.superior_id = None
    assert "nowhere to go" in said(
        judge(body, [{"role": Role.LEADER}, {"role": Role.MEMBER, "part": Part.UNION}]), warnings=True
    )


def test_activation_is_refused_with_every_paragraph(town: Municipality) -> None:
    body = services.add_body(
        name="Et nytt utvalg", kind=BodyKind.COMMITTEE, legal_basis=LegalBasis.KOML_5_11, actor=town.administrator
    )
    memberships.start_membership(
        person=town.outsider,
        body=body,
        role=Role.MEMBER,
        side=Side.EMPLOYEES,
        leads_administration=True,
        actor=town.administrator,
    )
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        services.activate_body(body, actor=town.administrator)
    text = "\n".join(refused.value.messages)
    for paragraph in ("§ 5-7", "§ 5-11", "§ 5-13", "§ 7-3"):
        assert paragraph in text
    body.refresh_from_db()
    assert body.active_from is None
    assert [p.message for p in composition.hindrances(body)]


def test_ended_and_coming_memberships_do_not_count(town: Municipality) -> None:
    today = clock.today()
    memberships.end_membership(town.membership(town.chair), on=today, actor=None)
    membership = Membership.objects.get(person=town.chair, body=town.committee)
    assert membership.valid_to == today
    assert not composition.problems(town.committee, on=today)
    later = composition.problems(town.committee, on=today + timedelta(days=1))
    assert any("5-11" in problem.message for problem in later)
