"""A year in Fjellvik: every proposal walks its road through the portal's own steps, on the days they came.

Nothing is put into the database from the side, so the audit trail of the demo verifies, and every deadline, answer and
number is what the portal itself made of it.
"""

from datetime import date, timedelta

from forum.cases.enums import Resolution
from forum.organisation.enums import Role
from portal.demo.stories import logs, urgent
from portal.demo.stories.meetings import COMMITTEE_DAYS, COORDINATION_DAYS, coming, plan_meeting, preliminary
from portal.demo.stories.steps import agree, complete, fresh, step
from portal.demo.stories.year import Year
from portal.demo.towns.fjellvik import STORIES, Story
from portal.demo.towns.fjellvik_town import local_group_members
from proposals import services as proposals
from proposals.consent import services as consent
from trepart import clock
from trepart.access.models import User
from trepart.workflow import perform


def plan_year(year: Year) -> None:
    """Put the whole year in the calendar: the bodies' meetings and every story."""
    for days in COORDINATION_DAYS:
        plan_meeting(year, year.town.coordination, days, hour=12)
    for days in COMMITTEE_DAYS:
        plan_meeting(year, year.town.committee, days, hour=9)
    year.on(year.moment(30, 11), lambda: coming(year, year.town.committee, 10, 9, call=True))
    year.on(year.moment(18, 11), lambda: coming(year, year.town.coordination, 6, 12))
    for number, story in enumerate(STORIES):
        _tell(year, story, number)
    year.on(year.moment(24, 9), lambda: preliminary(year))
    logs.plan_logs(year)
    urgent.plan(year)


# The road of a story --------------------------------------------------------------------------------------------------


def _tell(year: Year, story: Story, number: int) -> None:
    town = year.town
    staff = town.staff[story.unit]
    proposer = staff[4 + number % 3] if story.unit not in ("Nordli skole", "Vei og park") else staff[4]
    leader = staff[0]

    def submit() -> None:
        data = {
            "title": story.title, "what": story.what, "why": story.why, "expected_effect": story.effect,
            "unit": town.units[story.unit].pk,
            "several_workplaces": "yes" if story.several else "no", "needs_grant": "yes" if story.grant else "no",
            "grant_amount": str(story.grant) if story.grant else "", "affects_users": "yes" if story.users else "no",
            "show_name": "on" if story.show_name else "",
        }  # fmt: skip
        year.by_title[story.title] = proposals.submit(proposer=proposer, data=data)

    year.on(year.moment(story.days, 8 + number % 3, 7 * number % 60), submit)
    if story.road in ("new", "overdue"):
        return
    if story.road == "withdrawn":
        year.on(
            year.moment(story.days - 5, 15),
            lambda: step(year, story, "withdraw", proposer, reason="Vi fant en bedre løsning selv."),
        )
        return
    if story.road == "passed_on":
        year.on(year.moment(
            story.days - 3, 12,
        ), lambda: step(year, story, "pass_on", leader, unit=town.units["Vei og park"].pk,
                answer="Gangveien er det Vei og park som har ansvaret for. Vi har sendt forslaget dit."))  # fmt: skip
        return
    year.on(year.moment(story.days - 2, 12), lambda: step(year, story, "begin", leader, access="employees"))
    if story.road == "begun":
        return
    if story.road == "merged":
        target = "Felles vikarordning på tvers av sykehjemmene"
        year.on(
            year.moment(205, 13),
            lambda: step(
                year,
                story,
                "merge",
                leader,
                into=year.by_title[target].case.reference,
                answer="Fjellvik sykehjem har foreslått det samme. Vi slår forslagene sammen, og du får samme svar.",
            ),
        )
        return
    year.on(year.moment(story.days - 12, 13), lambda: _local(year, story, leader))


def _local(year: Year, story: Story, leader: User) -> None:
    """The LMU deals with it, by consensus."""
    road = story.road
    soon = clock.today() + timedelta(days=45)
    if road == "lmu_done":
        agree(year, story, "done_already", answer=story.answer, carried_out_on=clock.today(), effect=story.result)
    elif road in ("lmu_adopted", "lmu_completed"):
        agree(
            year,
            story,
            "carry_out",
            answer=story.answer,
            responsible=leader.pk,
            due_on=clock.today() + timedelta(days=90 if road == "lmu_adopted" else 60),
        )
        if road == "lmu_completed":
            year.on(year.moment(story.days - 40, 14), lambda: proposals.report_progress(
                fresh(year, story), text=story.progress, actor=leader))  # fmt: skip
            year.on(year.moment(story.days - 72, 14), lambda: complete(year, story, leader))
    elif road == "lmu_further":
        agree(year, story, "think_further", answer=story.answer, resumes_on=year.today + timedelta(days=40))
    elif road == "lmu_declined":
        agree(year, story, "turn_down", answer=story.answer)
    elif road in ("lmu_provisional", "lmu_objected"):
        _provisional(year, story, leader, objected=road == "lmu_objected")
    elif road == "disagree":
        members = local_group_members(year.town.lmus[story.unit])
        union = next(m.person for m in members if m.role == Role.UNION_REPRESENTATIVE)
        said = {
            Role.LEADER: (
                "Vi har ikke folk til å dekke en halvtime til hver morgen uten at det går ut over ettermiddagen."
            ),
            Role.SAFETY_REPRESENTATIVE: "Det må være to voksne til stede fra åpning. Én alene er ikke forsvarlig.",
        }
        conclusion = consent.conclude(
            fresh(year, story),
            "carry_out",
            actor=union,
            data={
                "participants": [member.pk for member in members],
                "held_on": clock.today(),
                "answer": "Vi åpner en halvtime tidligere, med forskjøvet vakt for dem som ønsker det.",
                "responsible": leader.pk,
                "due_on": soon,
            },
        )
        for member in members:
            if member.role in said:
                consent.take_position(conclusion, agrees=False, text=said[Role(member.role)], actor=member.person)
        perform(
            conclusion,
            "send_up",
            actor=union,
            data={
                "answer": (
                    "Vi ble ikke enige i LMU. Koordineringsgruppa får se hva hver av oss mener, og tar det derfra."
                )
            },
        )
    else:
        _forward(year, story, soon)


def _provisional(year: Year, story: Story, leader: User, *, objected: bool) -> None:
    """A conclusion that waits for answers today: the leader wrote it, the union has answered, the others are silent."""
    members = local_group_members(year.town.lmus[story.unit])
    union = next(m.person for m in members if m.role == Role.UNION_REPRESENTATIVE)
    conclusion = consent.conclude(
        fresh(year, story),
        "carry_out",
        actor=leader,
        data={
            "participants": [member.pk for member in members],
            "held_on": clock.today(),
            "answer": "Ja, dette gjør vi. Vi begynner etter nyttår, og sier fra når det er på plass.",
            "responsible": leader.pk,
            "due_on": year.today + timedelta(days=60),
        },
    )
    text = "Malene skrives om av dem som fatter vedtakene. Da må de få tid til det, og det står det ingenting om."
    consent.take_position(conclusion, agrees=not objected, text=text if objected else "", actor=union)


def _forward(year: Year, story: Story, soon: date) -> None:
    why = "Det berører flere arbeidsplasser" + (" og trenger tilskudd." if story.grant else ".")
    agree(
        year,
        story,
        "forward",
        answer=f"LMU støtter forslaget. {why} Derfor er det sendt til koordineringsgruppa.",
        note="LMU er enige om å støtte dette.",
    )
    coordination, committee, case = year.town.coordination.pk, year.town.committee.pk, fresh(year, story).case_id
    first = {
        "coord_adopted": Resolution.ADOPT, "coord_declined": Resolution.DECLINE, "coord_further": Resolution.CONSIDER,
        "coord_back": Resolution.SEND_BACK,
    }.get(story.road)  # fmt: skip
    if first is not None:
        year.intentions[coordination, case] = (first, story)
    elif story.road != "coord_queue":
        year.intentions[coordination, case] = (Resolution.RECOMMEND, story)
        then = {
            "committee_adopted": Resolution.ADOPT, "committee_completed": Resolution.ADOPT,
            "committee_declined": Resolution.DECLINE,
            "committee_council": Resolution.TO_COUNCIL, "council_adopted": Resolution.TO_COUNCIL,
            "postponed": Resolution.POSTPONE,
        }.get(story.road)  # fmt: skip
        if then is not None:
            year.intentions[committee, case] = (then, story)


# Meetings -------------------------------------------------------------------------------------------------------------
