"""Let the first administrator in; everybody after that is let in by an administrator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.organisation.enums import OfficeKind
from forum.organisation.services import bodies as services
from trepart.access.models import User
from trepart.access.sign_in import invitations


class Command(BaseCommand):
    """Appoint a person, registered or new, as administrator of the portal, and invite whoever has no password yet. The
    trail says that the portal itself did it."""

    help = (
        "Appoint a person as administrator of the portal; a person who is not registered yet is entered. Whoever has "
        "no password gets an invitation by e-mail, and its link is printed here: mail may not run yet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address the person signs in with")
        parser.add_argument("--name", default="", help="the person's name, where the person is not registered yet")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"].strip()).first()
        try:
            with services.in_bulk():
                if person is None:
                    person = services.add_person(email=options["email"], name=options["name"], actor=None)
                services.appoint(person=person, office=OfficeKind.ADMINISTRATOR, actor=None)
                sent = invitations.invite([person], actor=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{person.name} is administrator of the portal.")
        for link in sent.links.values():
            self.stdout.write(f"Choose a password, once, at {link}")
