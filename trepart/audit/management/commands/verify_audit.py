"""Hold the audit trail against its seals."""

import argparse

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from trepart.audit import sealing, verifying
from trepart.audit.comparing.findings import count


def _paper(text: str) -> tuple[int, str]:
    number, _colon, digest = text.partition(":")
    if not number.isascii() or not number.isdigit() or len(digest) < 12:
        raise argparse.ArgumentTypeError("NUMBER:DIGEST, with at least the first 12 signs of the digest")
    return int(number), digest.lower()


class Command(BaseCommand):
    """Print a sentence for everything that is not as it was written, and exit 1; one line where all is well."""

    help = (
        "Verify the audit trail: the chain, the seal log, the seals printed in minutes, and every status against "
        "its events."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect", type=_paper, metavar="NUMBER:DIGEST", help="a seal you have on paper, as printed in minutes"
        )

    def handle(self, *args: object, expect: tuple[int, str] | None, **options: object) -> None:
        findings = verifying.verify(expect)
        for finding in findings:
            self.stdout.write(finding.message)
        events, seals, waiting = verifying.counts()
        if findings:
            raise CommandError(
                _("The audit trail is not as it was written: %(count)s findings.") % {"count": count(findings)},
                returncode=1,
            )
        newest = sealing.newest()
        self.stdout.write(
            _(
                "The audit trail is as it was written: %(events)s events in %(seals)s seals, %(waiting)s "
                "waiting for theirs. Newest seal: %(newest)s"
            )
            % {
                "events": events,
                "seals": seals,
                "waiting": waiting,
                "newest": f"{newest.number}:{newest.digest}" if newest else "–",
            }
        )
