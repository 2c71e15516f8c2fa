"""The year of the demo as a calendar: what is to happen, and when."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Generic, TypeVar

from django.utils import timezone

from forum.cases.enums import Resolution
from forum.meetings.planning.meeting_days import public_holidays
from portal.demo.towns.fjellvik import Story
from proposals.models import Proposal
from trepart import clock
from trepart.audit import sealing

Town = TypeVar("Town")


@dataclass
class Year(Generic[Town]):
    """The year as a calendar: what is to happen, on which day, at what time."""

    town: Town
    today: date
    progress: Callable[[str], None]
    calendar: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    #: What the bodies will decide when a case comes before them: (body id, case id) -> (resolution, story).
    intentions: dict[tuple[int, int], tuple[Resolution, Story]] = field(default_factory=dict)
    by_title: dict[str, Proposal] = field(default_factory=dict)
    happened: int = 0

    def moment(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return the moment so many days ago, at that time of the municipality's day, moved off weekends."""
        day = self.today - timedelta(days=days_ago)
        if days_ago > 0 and day.weekday() >= 5:
            day -= timedelta(days=day.weekday() - 4)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def meeting_moment(self, days_ago: int, hour: int) -> datetime:
        """Return the moment so many days ago, moved on to the next day on which anybody would hold a meeting: no
        weekend, no public holiday."""
        return timezone.make_aware(datetime.combine(self.coming_day(-days_ago), time(hour)))

    def coming_day(self, days_ahead: int) -> date:
        """Return the first day so many days ahead, or after it, on which anybody would call a meeting: no
        weekend, no public holiday."""
        day = self.today + timedelta(days=days_ahead)
        closed = public_holidays(day, day + timedelta(days=14))
        while day.weekday() >= 5 or day in closed:
            day += timedelta(days=1)
        return day

    def on(self, moment: datetime, deed: Callable[[], object]) -> None:
        """Let ``deed`` happen at ``moment``; what would come after now does not happen."""
        if moment <= timezone.now():
            heapq.heappush(self.calendar, (moment, next(self.order), deed))

    def live(self) -> None:
        """Live through the year, day by day."""
        total = len(self.calendar)
        sealed: date | None = None
        while self.calendar:
            moment, _number, deed = heapq.heappop(self.calendar)
            with clock.at(moment):
                deed()
                if sealed is None or (moment.date() - sealed).days >= 14:
                    sealing.seal_events()
                    sealed = moment.date()
            self.happened += 1
            if self.happened % 25 == 0:
                self.progress(
                    f"{moment:%d.%m.%Y}: {self.happened} av {max(total, self.happened + len(self.calendar))} hendelser"
                )
        sealing.seal_events()
