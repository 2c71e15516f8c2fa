"""What becomes of a person's proposals when the account is closed (R28, R31).

They are the municipality's cases, and go on without the name.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proposals.drafts import services as drafts
from proposals.enums import FINAL, ProposalStatus
from proposals.models import Proposal, ProposalDraft
from trepart.access.account_closure import Tie
from trepart.access.models import User
from trepart.audit.models import Event


def ties_of(person: User) -> Iterator[Tie]:
    """Give the measures the person answers for (they stand in the way), and the proposals sent in,
    with what becomes of them."""
    for measure in Proposal.objects.filter(responsible=person, status=ProposalStatus.ADOPTED).order_by("pk"):
        said = _("You are responsible for carrying out “%(title)s”.") % {"title": measure.title}
        yield Tie(said, url=measure.get_absolute_url(), stops=True)
    own = Proposal.objects.filter(proposer=person)
    sent = own.count()
    if sent:
        said = ngettext(
            "The proposal you have sent in. It is a case in the municipality's archive.",
            "The %(n)s proposals you have sent in. They are cases in the municipality's archive.",
            sent,
        )
        yield Tie(said % {"n": sent}, url=f"{reverse('proposals:list')}?mine=on", keeps_name=True)
    going = own.exclude(status__in=FINAL).count()
    if going:
        said = ngettext(
            "One of them is still being treated. It goes on, but the answer does not reach you. Withdraw it "
            "first if you do not want that.",
            "%(n)s of them are still being treated. They go on, but the answers do not reach you. Withdraw "
            "them first if you do not want that.",
            going,
        )
        yield Tie(said % {"n": going}, url=f"{reverse('proposals:list')}?mine=on")


def on_close(person: User, event: Event) -> None:
    """Take the name off what the person has sent in, under the event of the closing, and delete what was only begun."""
    for proposal in Proposal.objects.filter(proposer=person, show_name=True).order_by("pk"):
        proposal.show_name = False
        proposal.save(update_fields=["show_name"])
    for draft in ProposalDraft.objects.filter(person=person).order_by("pk"):
        drafts.discard(draft)
