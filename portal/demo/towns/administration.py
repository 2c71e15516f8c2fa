"""What the administrator of Fjellvik has done: the municipality's facts and texts, a stand-in, a new period."""

from datetime import timedelta

from forum.organisation.enums import OfficeKind, Role, TextPlace
from forum.organisation.models import Appointment, Membership
from forum.organisation.services import municipality, stand_ins
from portal.demo.towns.fjellvik_town import Fjellvik
from trepart import clock

#: A coat of arms for a municipality that does not exist: a mountain over a bay.
_ARMS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path fill="#00496e" d="M2 2h36v24c0 10-8 17-18 20C10 '
    '43 2 36 2 26z"/><path fill="#fff" d="M7 26l9-15 5 8 3-4 9 11z"/><path fill="none" stroke="#fff" stroke-width="2" '
    'd="M8 32q4-3 8 0t8 0 8 0"/></svg>'
)
_TEXTS = {
    (
        TextPlace.PROPOSAL_HELP,
        "nb",
    ): "Trenger du hjelp til å skrive? Innbyggertorget hjelper deg gjerne, på telefon eller over disken.",
    (
        TextPlace.PROPOSAL_HELP,
        "nn",
    ): "Treng du hjelp til å skrive? Innbyggjartorget hjelper deg gjerne, på telefon eller over disken.",
    (
        TextPlace.PROPOSAL_HELP,
        "en",
    ): "Would you like help with the writing? The service desk is happy to help, by phone or over the counter.",
    (TextPlace.RECEIPT, "nb"): "Takk for at du gjør Fjellvik litt bedre.",
    (TextPlace.RECEIPT, "nn"): "Takk for at du gjer Fjellvik litt betre.",
    (TextPlace.RECEIPT, "en"): "Thank you for making Fjellvik a little better.",
    (TextPlace.PRIVACY, "nb"): "Personvernombudet i Fjellvik svarer på spørsmål om hva vi vet om deg.",
    (TextPlace.PRIVACY, "nn"): "Personvernombodet i Fjellvik svarar på spørsmål om kva vi veit om deg.",
    (TextPlace.PRIVACY, "en"): "The data protection officer in Fjellvik answers questions about what we know of you.",
}


def set_up(town: Fjellvik) -> None:
    """Write down the municipality's facts, coat of arms and texts; call it with the clock standing
    where the year begins."""
    municipality.change_municipality(
        name="Fjellvik kommune",
        address="Rådhusgata 1, 0000 Fjellvik",
        accent="#00496e",
        privacy_email="personvernombud@fjellvik.example",
        accessibility_email="tilgjengelig@fjellvik.example",
        feedback_email="portalen@fjellvik.example",
        actor=town.administrator,
    )
    municipality.change_logo(_ARMS.encode(), actor=town.administrator)
    for (place, language), words in _TEXTS.items():
        municipality.change_text(place, language, words, actor=town.administrator)


def as_it_is_today(town: Fjellvik) -> None:
    """Let somebody be away: a leader for a week, chosen by the leader, and the administrator soon, both with
    somebody in their place."""
    today = clock.today()
    leader, stand_in = town.leader("Biblioteket"), town.staff["Biblioteket"][3]
    place = Membership.objects.running().get(body=town.lmus["Biblioteket"], role=Role.LEADER)
    stand_ins.start_stand_in(
        place=place,
        person=stand_in,
        valid_from=today - timedelta(days=2),
        valid_to=today + timedelta(days=5),
        actor=leader,
    )
    office = Appointment.objects.running().get(office=OfficeKind.ADMINISTRATOR)
    stand_ins.start_stand_in(
        place=office,
        person=town.staff["Innbyggertorget"][3],
        valid_from=today + timedelta(days=20),
        valid_to=today + timedelta(days=30),
        actor=town.administrator,
    )
