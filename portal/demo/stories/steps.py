"""The steps that a story's proposal takes on its road."""

from decimal import Decimal
from typing import Any

from django.utils.formats import localize_input

from portal.demo.stories.consent import take
from portal.demo.stories.year import Year
from portal.demo.towns.fjellvik import Story
from portal.demo.towns.fjellvik_town import local_group_members
from proposals.models import Proposal
from trepart import clock
from trepart.access.models import User


def fresh(year: Year, story: Story) -> Proposal:
    return Proposal.objects.get(pk=year.by_title[story.title].pk)


def step(year: Year, story: Story, name: str, actor: User, **data: Any) -> None:
    take(fresh(year, story), name, actor=actor, data=data)


def agree(year: Year, story: Story, name: str, **data: object) -> None:
    lmu = year.town.lmus[story.unit]
    chosen = [member.pk for member in local_group_members(lmu)]
    step(year, story, name, year.town.leader(story.unit), participants=chosen, held_on=clock.today(), **data)


def complete(year: Year, story: Story, actor: User) -> None:
    step(year, story, "complete", actor, carried_out_on=clock.today(), effect=story.result,
          effect_saved=str(story.saved) if story.saved else "",
          effect_absence=localize_input(Decimal(story.absence)) if story.absence else "")  # fmt: skip
