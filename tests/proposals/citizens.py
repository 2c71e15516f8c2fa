"""What a citizen sends in, and what becomes of it first."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from forum.organisation.services import bodies as organisation
from proposals import services
from proposals.enums import Origin
from proposals.models import Proposal
from proposals.queries import lists
from tests.factories.organisation import Municipality
from tests.proposals.asking import PNG, as_
from trepart.access import policy
from trepart.access.models import User
from trepart.workflow import perform

TITLE = "Benk ved badeplassen på Ørnes"


def idea(**changes: Any) -> dict[str, Any]:
    """What a citizen fills in."""
    return {
        "title": TITLE,
        "what": "En benk og en søppeldunk.",
        "why": "Folk sitter på steinene.",
        "expected_effect": "Flere eldre kommer.",
        "place": "Ørnes",
        "for_association": "no",
    } | changes


def citizen(name: str = "Ola Åsen", *, verified: bool = True) -> User:
    person = organisation.add_person(email=f"{name.split()[0].lower()}@post.example", name=name, actor=None)
    EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
    return person


def sent(person: User | None = None, files: Any = None, **changes: Any) -> Proposal:
    return services.submit(proposer=person or citizen(), data=idea(**changes), files=files, origin=Origin.CITIZEN)


def screened(town: Municipality, proposal: Proposal, access: str = "public", **data: Any) -> Proposal:
    perform(proposal, "begin", actor=town.coordination_secretary, data={"access": access} | data)
    return fresh(proposal)


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("case").get(pk=proposal.pk)


def attached(*names: str) -> MultiValueDict:
    uploads = [SimpleUploadedFile(name, PNG + name.encode(), content_type="image/png") for name in names]
    return MultiValueDict({"attachments": uploads})


def seen_by(reader: User | None, proposal: Proposal) -> dict[str, bool]:
    client = as_(reader)
    who: Any = reader or client.get("/forslag/").wsgi_request.user
    pages = {
        url: client.get(url).content.decode() for url in ("/", "/forslag/", f"/forslag/?q={proposal.case.reference}")
    }
    return {
        "page": client.get(proposal.get_absolute_url()).status_code == 200,
        "list": proposal.title in pages["/forslag/"],
        "search": f'href="{proposal.get_absolute_url()}"' in pages[f"/forslag/?q={proposal.case.reference}"],
        "front": proposal.title in pages["/"],
        "similar": proposal.title in client.get("/forslag/ny/liknende/", {"title": proposal.title}).content.decode(),
        "query": proposal in lists.proposals_for(who),
        "words": proposal in lists.proposals_for(who, words="søppeldunk"),
        "right": policy.can(who, "proposals.view", fresh(proposal)),
    }
