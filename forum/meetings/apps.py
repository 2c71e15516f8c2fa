"""Meetings as a Django app: what it registers when the program starts."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """See the package's docstring."""

    name = "forum.meetings"

    def ready(self) -> None:
        """Register the lifecycles of meetings and minutes, and what of theirs hangs on people."""
        from forum.meetings import events, permissions  # noqa: F401  # importing registers
        from forum.meetings.attendance.place_changes import AfterPlaces
        from forum.meetings.case_papers import notes
        from forum.meetings.case_papers import permissions as paper_permissions  # noqa: F401  # as above
        from forum.meetings.core.closed import earlier_titles
        from forum.meetings.follow_up.services import DecisionsToCarryOut
        from forum.meetings.minutes.printing.seals import printed_seals
        from forum.meetings.minutes.workflow import MINUTES_WORKFLOW
        from forum.meetings.planning import feed_services
        from forum.meetings.unattended import AHEAD, DRAFTS
        from forum.meetings.workflow import MEETING_WORKFLOW
        from forum.organisation import place_changes, responsibilities, unattended
        from trepart import workflow
        from trepart.access import account_closure
        from trepart.audit import timeline, verifying
        from trepart.notices import withholding

        responsibilities.register("forum", DecisionsToCarryOut())
        place_changes.register(AfterPlaces())
        account_closure.erases(feed_services.forget)
        account_closure.erases(notes.forget)
        workflow.register(MEETING_WORKFLOW)
        workflow.register(MINUTES_WORKFLOW)
        verifying.register_witness(printed_seals)
        withholding.register_titles(earlier_titles.of_meetings)
        timeline.register_curtain(permissions.behind_closed_doors)
        unattended.watch_bodies(AHEAD)
        unattended.watch_bodies(DRAFTS)
