"""What kommunestyret in Fjellvik has let the committee decide, with its decision (R35, R37)."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from forum.delegations import services
from forum.delegations.enums import Scope
from forum.organisation.models import Body
from trepart import clock, languages, municipality
from trepart.access.models import User
from trepart.pdf.rendering import render_pdf

#: The pot that employees' proposals can be given from, and how much each.
POT, EACH = "trepartspotten", 300_000


def delegate(committee: Body, *, since: date, actor: User) -> None:
    """Enter both delegations, with the decision as a document; call it with the clock on ``since`` or later."""
    decided = since - timedelta(days=21)
    common: dict[str, Any] = {"body": committee, "decided_on": decided, "valid_from": since, "actor": actor}
    number = f"PS {decided:%m}/{decided:%y}"
    services.enter_delegation(
        scope=Scope.EMPLOYER,
        matter=(
            "Saker mellom kommunen som arbeidsgiver og de ansatte som ikke er prinsipielle: velferd, arbeidstid, "
            "opplæring og arbeidsmåter"
        ),
        reference=number,
        document=_decision(number),
        **common,
    )
    services.enter_delegation(
        scope=Scope.EMPLOYEE_GRANTS,
        matter="Tilskudd til det ansatte foreslår om arbeidet sitt",
        limit=EACH,
        source=POT,
        reference=number,
        document=_decision(number),
        **common,
    )


def _decision(number: str) -> SimpleUploadedFile:
    content = render_pdf(
        "portal/pdf/demo_attachment.html",
        {
            "words": (
                f"Kommunestyret har i {number} gitt partssammensatt utvalg myndighet i saker mellom kommunen som "
                f"arbeidsgiver og de ansatte, og til å gi inntil 300 000 kr i hver sak fra {POT} til forslag fra "
                "ansatte. Det som går ut over dette, anbefaler utvalget."
            )
        },
        title=f"Særutskrift {number}",
        language=languages.default(),
        author=municipality.current().name,
        created=clock.now(),
    )
    return SimpleUploadedFile(f"Særutskrift {number.replace('/', '-')}.pdf", content, content_type="application/pdf")
