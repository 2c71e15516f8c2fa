"""The municipality as the room keeps it: what `trepart.municipality` asks."""

from django.db import connection

from forum.organisation.body_kinds import MAY_BE_ABSENT
from forum.organisation.enums import BodyKind
from trepart import clock, municipality

#: The fields that are the same here and there.
_SAME = (
    "name", "address", "accent", "default_language", "answer_days", "waiting_months", "notice_days", "draft_days",
    "invitation_days", "objection_days", "disagreement_days", "unconfirmed_days", "accessibility_url", "privacy_url",
    "feedback_url", "accessibility_email", "privacy_email", "feedback_email", "new_act_from",
)  # fmt: skip


#: Written by hand: every page asks it, and the ORM's own work on it cost more than the answer.
_WRITTEN_DOWN = f"""
SELECT {", ".join(f"town.{name}" for name in _SAME)}, town.languages, town.two_step_roles, logo.digest,
    ARRAY(
        SELECT DISTINCT kind::text FROM organisation_body
        WHERE kind = ANY(%(kinds)s) AND active_from <= %(today)s AND (closed_on IS NULL OR closed_on > %(today)s)
    ),
    ARRAY(SELECT ARRAY[place::text, language::text, body] FROM organisation_textblock WHERE body <> '')
FROM organisation_municipality town LEFT JOIN organisation_logo logo ON logo.id = town.logo_id
ORDER BY town.id LIMIT 1
"""  # noqa: S608 (names of our own)


def written_down() -> municipality.Municipality | None:
    """Return what the municipality has written down, texts included, in one query; None before anybody has."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN_DOWN, {"kinds": [kind.value for kind in MAY_BE_ABSENT], "today": clock.today()})
        row = cursor.fetchone()
    if row is None:
        return None
    languages, two_step_roles, logo, kinds, words = row[len(_SAME) :]
    return municipality.Municipality(
        **dict(zip(_SAME, row, strict=False)),
        logo=logo or "",
        logo_file="" if logo else municipality.from_settings().logo_file,
        languages=tuple(languages),
        two_step_roles=tuple(two_step_roles),
        village_councils=BodyKind.GRENDEUTVALG in kinds,
        local_groups=BodyKind.LMU in kinds,
        coordination=BodyKind.COORDINATION in kinds,
        texts={(place, language): body for place, language, body in words},
    )
