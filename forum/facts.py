"""The municipality as the room keeps it: what `trepart.municipality` asks."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists
from django.db.models.functions import JSONObject

from forum.enums import BodyKind
from forum.models import Body, Municipality, TextBlock
from forum.standing import at_work
from trepart import clock, municipality

#: The fields that are the same here and there.
_SAME = (
    "name", "address", "accent", "default_language", "answer_days", "notice_days", "draft_days", "invitation_days", "unconfirmed_days",
    "accessibility_url", "privacy_url", "feedback_url", "accessibility_email", "privacy_email", "feedback_email",
)  # fmt: skip


def written_down() -> municipality.Municipality | None:
    """Return what the municipality has written down, texts included, in one query; None before anybody has."""
    words = TextBlock.objects.exclude(body="").values(found=JSONObject(place="place", language="language", body="body"))
    councils = Body.objects.filter(at_work(clock.today()), kind=BodyKind.GRENDEUTVALG)
    row = (
        Municipality.objects.annotate(words=ArraySubquery(words), councils=Exists(councils))
        .values(*_SAME, "languages", "two_step_roles", "logo__digest", "words", "councils")
        .first()
    )
    if row is None:
        return None
    return municipality.Municipality(
        **{name: row[name] for name in _SAME},
        logo=row["logo__digest"] or "",
        logo_file="" if row["logo__digest"] else municipality.from_settings().logo_file,
        languages=tuple(row["languages"]),
        two_step_roles=tuple(row["two_step_roles"]),
        village_councils=row["councils"],
        texts={(each["place"], each["language"]): each["body"] for each in row["words"]},
    )
