"""Take in a delivery report from the mail server.

    manage.py take_bounce --recipient ADDRESS < report

Postfix, in master.cf (and ``varsler-retur@kommune.example`` pointed at it in the transport table;
``recipient_delimiter = +``):

    trepart  unix  -  n  n  -  -  pipe  user=trepart argv=/srv/trepart/manage.py take_bounce --recipient ${original_recipient}
"""  # noqa: E501  # one line of a configuration file

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trepart.notices import bounces

#: What a mail server understands (sysexits.h): unreadable data, not allowed.
DATA_ERROR, NOT_PERMITTED = 65, 77


class Command(BaseCommand):
    """Reads a report (RFC 3464) on standard input."""

    help = "Takes in a delivery report (RFC 3464) from standard input: the mail it is about is shown as not arrived."
    requires_system_checks: list[str] = []  # as Django declares it; a report is taken in within a moment

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address the report came to."""
        parser.add_argument(
            "--recipient", default="", help="the address the report came to; else it is taken from its headers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it in; exit 65 where it is no delivery report, 77 where it does not come from where a
        mail of ours has been."""
        content = sys.stdin.buffer.read(bounces.MOST_BYTES + 1)
        try:
            bounces.take(content, recipient=options["recipient"])
        except bounces.NotABounce as error:
            raise CommandError(str(error), returncode=DATA_ERROR) from None
        except bounces.Forged as error:
            raise CommandError(str(error), returncode=NOT_PERMITTED) from None
