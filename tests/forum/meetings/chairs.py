"""A small model of who sits where in a meeting, for the random ones: it knows nothing of the program (R4, R11)."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Case:
    """What is different in one case only, as long as it is not decided."""

    #: A deputy for this case, on the chair of whoever is out of it.
    just_here: dict[int, int] = field(default_factory=dict)
    #: Who is out of this case alone.
    out: set[int] = field(default_factory=set)
    #: The people who have stepped aside: they do so whatever seat they have; and the deputies called for them.
    aside: set[int] = field(default_factory=set)
    called: dict[int, int] = field(default_factory=dict)


@dataclass
class Chairs:
    """Chairs, each with somebody or nobody on it; and what is different in a case."""

    side: dict[int, str]
    lists: dict[str, list[int]]
    person: dict[int, int]
    sitting: dict[int, int | None] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def at(self, chair: int, case: Case) -> int | None:
        """Who sits on a chair in a case, stepped aside or not."""
        who = case.just_here.get(chair, self.sitting[chair])
        return None if who in case.out else who

    def on(self, chair: int, case: Case) -> int | None:
        """Who takes part from a chair in a case."""
        who = self.at(chair, case)
        if who is not None and self.person[who] not in case.aside:
            return who
        return case.called.get(chair)

    def there(self, case: Case) -> dict[int, int]:
        """Who takes part in a case, and from which chair."""
        return {who: chair for chair in self.sitting if (who := self.on(chair, case)) is not None}

    def next_deputy(self, chair: int) -> int | None:
        """The first on the list of the chair's side who has no seat in any case."""
        taken = set(self.sitting.values())
        for case in self.cases:
            taken |= {*case.just_here.values(), *case.called.values()}
        return next((deputy for deputy in self.lists[self.side[chair]] if deputy not in taken), None)

    def leaves(self, who: int, chair: int, deputy: int | None, case: Case, *, only: bool) -> None:
        """Somebody leaves a chair: for the rest, or for the case, and always only the case if sitting in no other."""
        if self.sitting[chair] != who:
            del case.just_here[chair]
            only = True
        elif only:
            case.out.add(who)
        if only and deputy is not None:
            case.just_here[chair] = deputy
            case.out.discard(deputy)
        if not only:
            self.sitting[chair] = deputy
            if deputy is not None:
                case.out.discard(deputy)

    def comes(self, chair: int, case: Case) -> None:
        """The member comes to the own chair, and whoever sat there steps down; not in a case the member is out of
        alone, unless it is this one."""
        case.out.discard(chair)
        case.just_here.pop(chair, None)
        if self.sitting[chair] != chair:
            self.sitting[chair] = chair
            for other in self.cases:
                if chair not in other.out:
                    other.just_here.pop(chair, None)

    def away(self, who: int) -> None:
        """Somebody is no longer there, wherever they sat."""
        for chair, sits in self.sitting.items():
            if sits == who:
                self.sitting[chair] = None
        for case in self.cases:
            for where in (case.just_here, case.called):
                for chair in [chair for chair, sits in where.items() if sits == who]:
                    del where[chair]

    def taken_out(self, chair: int) -> None:
        """A chair is taken away, with whoever sits on it."""
        self.side.pop(chair)
        self.sitting.pop(chair)
        for case in self.cases:
            case.just_here.pop(chair, None)
            case.called.pop(chair, None)

    def put_there(self, chair: int, side: str) -> None:
        """A chair is put there; nobody sits on it yet."""
        self.side[chair], self.sitting[chair] = side, None


def weigh(votes: dict[int, bool], presiding: int) -> bool:
    """Whether it is adopted: the one who presides weighs a shade more than the others."""
    return sum((1.5 if who == presiding else 1.0) * (1 if yes else -1) for who, yes in votes.items()) > 0
