"""Choosing what a body decides in the demo's year, and in which words."""

from forum.cases.enums import Resolution
from forum.meetings.attendance import roll_call
from forum.organisation.enums import Role
from portal.demo.towns.fjellvik import Story


def _first_elected(rows: list[roll_call.Row]) -> int:
    return next(
        n for n, row in enumerate(rows) if row.membership.role == Role.MEMBER and row.membership.part == "elected"
    )


def _decision_text(resolution: Resolution, story: Story) -> str:
    if resolution == Resolution.RECOMMEND:
        return _RECOMMENDED.get(story.road, story.answer)
    if resolution == Resolution.POSTPONE:
        return "Saken utsettes til neste møte. Administrasjonen legger fram et overslag over drift."
    if resolution == Resolution.SEND_BACK:
        return "Saken sendes tilbake til LMU, som skal trekke inn brukerrepresentanter før den konkluderer."
    return story.answer


#: What the coordination group recommended where the committee came to something else.
_RECOMMENDED = {
    "committee_declined": "Det settes av 290 000 kr til egen bil for teamet.",
    "postponed": "Det settes av 90 000 kr til en utstyrsbu ved skateparken.",
    "committee_council": "Forslaget gjennomføres. Saken sendes kommunestyret, siden den krever en ny investering.",
    "council_adopted": "Solceller tas inn i prosjektet. Saken sendes kommunestyret.",
}
