"""The executor: what it asks in which order, what it writes first, and that a step is whole or not at all."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from procrastinate.contrib.django.models import ProcrastinateJob

from forum.organisation.services import memberships
from tests.errands.lifecycle import Ended
from tests.errands.models import Errand, Stop
from tests.factories.organisation import Municipality
from trepart import clock, workflow
from trepart.access.models import User
from trepart.audit.models import Event
from trepart.notices.models import Notice
from trepart.refusals import GuardRefused, InvalidInput, NotPermitted, Refused, WrongState
from trepart.workflow import Transition, Workflow, available, perform

pytestmark = pytest.mark.django_db
Make = Callable[..., Errand]


def _everything() -> tuple[Any, ...]:
    """Count what a step could leave behind."""
    return (
        Event.objects.count(),
        Notice.objects.count(),
        ProcrastinateJob.objects.count(),
        Errand.history.count(),
        Stop.history.count(),
        list(Errand.objects.order_by("id").values_list("id", "status", "status_event")),
        list(Stop.objects.order_by("id").values_list("id", "status", "status_event")),
    )


def test_a_step_writes_event_status_history_and_notices_together(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = perform(errand("running"), "finish", actor=town.secretary, data={"answer": "Salted.", "count": "2"})
    event = made.status_event
    assert (made.status, event.from_state, event.to_state) == ("done", "running", "done")
    assert (event.subject_type, event.subject_id) == ("errands.errand", made.pk)
    assert (event.root_type, event.root_id) == ("errands.errand", made.pk)
    assert event.actor == town.secretary
    assert event.acting_body == town.committee.pk
    assert event.acting_role == "secretary"
    assert event.text == {"answer": "Salted."}
    assert made.history.latest().event_id == event.pk
    assert made.history.latest().history_user_id == town.secretary.pk
    stop = made.stops.get()
    assert stop.status == "done"
    assert stop.status_event.root_type == "errands.errand"
    assert stop.status_event.acting_role == "secretary"
    assert stop.status_event.pk > event.pk
    assert stop.history.latest().event_id == stop.status_event_id
    notice = Notice.objects.get(event=event)
    assert notice.person == town.employee()
    assert notice.subject == "Sand & salt & Salted."
    assert "<Salted.>" in notice.body
    assert ProcrastinateJob.objects.filter(task_name="notices.deliver", args={"mail_id": notice.mail_id}).count() == 1


def test_the_order_is_guard_form_check_event_status_effect_notices(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    perform(errand("running"), "finish", actor=town.secretary, data={"answer": "Yes"})
    assert errands.trace == [
        "guard None",
        "form",
        "check Yes None",
        "effect after event errands.finished, status done",
        "notify",
    ]


def test_where_it_stands_is_asked_before_who_asks_and_that_before_the_guard(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    errands.broken.add("guard")
    with pytest.raises(WrongState):
        perform(errand("open"), "finish", actor=town.outsider, data={"answer": "x"})
    with pytest.raises(NotPermitted):
        perform(errand("running"), "finish", actor=town.outsider, data={"answer": "x"})
    assert errands.trace == []
    with pytest.raises(GuardRefused) as refusal:
        perform(errand("running"), "finish", actor=town.secretary, data={})
    assert str(refusal.value.message) == "The road is closed."
    assert errands.trace == ["guard None"]


def test_the_check_sees_what_was_filled_in(errand: Make, town: Municipality) -> None:
    made = errand("running")
    with pytest.raises(GuardRefused):
        perform(made, "finish", actor=town.secretary, data={"answer": "no"})
    with pytest.raises(InvalidInput) as refusal:
        perform(made, "finish", actor=town.secretary, data={"answer": "", "count": "many"})
    assert set(refusal.value.form.errors) == {"answer", "count"}


@pytest.mark.parametrize("what", ["guard", "effect", "notify", "stop"])
def test_a_step_that_fails_anywhere_leaves_nothing(
    what: str, errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = errand("running")
    before = _everything()
    errands.broken.add(what)
    with pytest.raises((RuntimeError, Refused)):
        perform(made, "finish", actor=town.secretary, data={"answer": "Yes"})
    assert _everything() == before
    assert made.status == "running"
    errands.broken.clear()
    assert perform(made, "finish", actor=town.secretary, data={"answer": "Yes"}).status == "done"


def test_a_creation_that_fails_can_be_tried_again_with_the_same_object(
    errands: ModuleType, town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Errand(body=town.committee, owner=town.employee())
    with pytest.raises(InvalidInput):
        perform(new, "open", actor=town.secretary, data={})
    assert new.pk is None
    with monkeypatch.context() as patch:
        patch.setattr(Stop, "save", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("no disk")))
        with pytest.raises(RuntimeError):
            perform(new, "open", actor=town.secretary, data={"title": "A"})
    assert (new.pk, new.title, new.status, new._state.adding) == (None, "", "", True)
    assert perform(new, "open", actor=town.secretary, data={"title": "A"}).title == "A"
    assert Errand.objects.count() == 1


def test_an_old_page_is_told_so(errand: Make, town: Municipality) -> None:
    made = errand("open")
    seen = made.status_event_id
    perform(made, "start", actor=town.secretary, seen=seen)
    with pytest.raises(WrongState):
        perform(made, "start", actor=town.chair, seen=seen)
    perform(made, "rest", actor=None)
    # Back where it was, but not as it was seen.
    with pytest.raises(WrongState):
        perform(made, "start", actor=town.chair, seen=seen)
    made.refresh_from_db()
    assert perform(made, "start", actor=town.chair, seen=made.status_event_id).status == "running"


def test_only_the_portal_takes_automatic_steps_alone(errand: Make, town: Municipality) -> None:
    made = errand("running")
    with pytest.raises(NotPermitted):
        perform(made, "finish", actor=None, data={"answer": "x"})
    with pytest.raises(NotPermitted):
        perform(made, "rest", actor=town.secretary)
    assert perform(made, "rest", actor=None).status_event.actor is None


def test_a_consequence_cannot_be_taken_by_hand(errand: Make, town: Municipality) -> None:
    stop = errand("running").stops.get()
    for actor in (town.secretary, town.administrator, None):
        with pytest.raises(NotPermitted):
            perform(stop, "end", actor=actor, given=Ended(why="x"))


@pytest.mark.parametrize("who", ["anonymous", "gone", "inactive"])
def test_somebody_who_is_nobody_here_is_refused(who: str, errand: Make, town: Municipality) -> None:
    made = errand("open")
    actor: Any = AnonymousUser()
    if who == "gone":
        actor = User(pk=10**9, email="x@y.example", name="X")
    if who == "inactive":
        actor = town.secretary
        actor.is_active = False
        actor.save()
    with pytest.raises(NotPermitted):
        perform(made, "start", actor=actor)
    assert available(made, actor) == []


def test_a_membership_that_ended_in_between_gives_nothing(errand: Make, town: Municipality) -> None:
    made = errand("open")
    reader = User.objects.get(pk=town.secretary.pk)
    assert [a.transition.name for a in available(made, reader)] == ["start"]
    membership = town.membership(town.secretary)
    memberships.end_membership(membership, on=clock.today() - timedelta(days=1), actor=None)
    # The page still holds the person as fetched before; the step asks afresh.
    with pytest.raises(NotPermitted):
        perform(made, "start", actor=reader)


def test_a_membership_runs_out_at_midnight_though_no_job_has_run(errand: Make, town: Municipality) -> None:
    made = errand("open")
    memberships.end_membership(town.membership(town.secretary), on=clock.today(), actor=None)
    assert available(made, User.objects.get(pk=town.secretary.pk))
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(NotPermitted):
        perform(made, "start", actor=town.secretary)
    assert perform(made, "start", actor=town.secretary).status == "running"


def test_buttons_say_why_they_are_shut_and_agree_with_the_deed(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = errand("running")
    assert [(a.transition.name, a.why, a.open) for a in available(made, town.secretary)] == [("finish", None, True)]
    errands.broken.add("guard")
    assert [(a.why, a.open) for a in available(made, town.secretary)] == [("The road is closed.", False)]
    assert available(made, town.outsider) == []
    assert available(made, AnonymousUser()) == []


def test_an_unknown_step_or_lifecycle_is_a_programming_error(errand: Make, town: Municipality) -> None:
    with pytest.raises(KeyError):
        perform(errand("open"), "fly", actor=town.secretary)
    with pytest.raises(KeyError):
        workflow.workflow_of(town.committee)
    with pytest.raises(ValueError, match="already"):
        workflow.register(workflow.workflow_of(Errand))


def test_a_consequence_is_given_what_it_takes_and_nothing_else(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = errand("running")
    step = workflow.workflow_of(made)["finish"]
    for wrong in ({"why": "x"}, None):

        def careless(inner: Any, wrong: Any = wrong) -> None:
            workflow.follow(inner, inner.subject.stops.get(), "end", wrong)

        original = step.effect
        object.__setattr__(step, "effect", careless)  # the table is frozen; this one row is borrowed
        try:
            with pytest.raises(TypeError, match=r"errands.stop end: given .* and takes"):
                perform(made, "finish", actor=town.secretary, data={"answer": "Yes"})
        finally:
            object.__setattr__(step, "effect", original)
    assert errand("running").status == "running"


def test_a_table_that_disagrees_with_its_edges_is_refused(errands: ModuleType) -> None:
    step: dict[str, Any] = {"label": "x", "permission": None, "event": "errands.stop"}
    here = Transition(name="a", sources=frozenset({""}), target="open", **step)
    with pytest.raises(ValueError, match="disagree"):
        Workflow(model="x.y", states=errands.S, edges=frozenset({("", "open"), ("open", "done")}), transitions=(here,))
    with pytest.raises(ValueError, match="share a name"):
        Workflow(model="x.y", states=errands.S, edges=frozenset({("", "open")}), transitions=(here, here))


def test_a_step_caught_inside_another_takes_only_itself_back(
    errand: Make, errands: ModuleType, town: Municipality
) -> None:
    made = errand("running")
    errands.broken.add("stop")
    step = workflow.workflow_of(made)["finish"]

    def careful(inner: Any) -> None:
        with pytest.raises(GuardRefused):
            workflow.follow(inner, inner.subject.stops.get(), "end", Ended(why="x"))

    original = step.effect
    object.__setattr__(step, "effect", careful)  # the table is frozen; this one row is borrowed
    try:
        done = perform(made, "finish", actor=town.secretary, data={"answer": "Yes"})
    finally:
        object.__setattr__(step, "effect", original)
    assert done.status == "done"
    assert done.stops.get().status == "open"
    assert Event.objects.filter(subject_type="errands.stop", to_state="done").count() == 0
