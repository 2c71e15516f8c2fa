"""Which role has which right: (body kind, role) -> permissions.

docs/roles.md is printed from here and tested against it.

Permissions are granted on the *body* the role is held in, never on a single proposal or meeting; what they reach
there is said by the rule each permission is registered with. An office (`kind` "office") holds its permissions
in the whole municipality.
"""

from collections.abc import Mapping

_READ = frozenset(
    {
        "forum.view_internal",
        "forum.view_queue",
        "forum.view_meeting",
        "forum.view_opinion",
        "forum.view_commission",
        "proposals.view",
        "forum.view_follow_up",
    }
)
#: Whoever has a seat in a body that concludes by consent; the secretary and user representatives have none (R24).
_SEATED = frozenset({"proposals.take_position", "proposals.view_conclusion"})
_LMU_MEMBER = (
    _READ
    | _SEATED
    | {
        "proposals.conclude",
        "proposals.handle",
        "proposals.answer",
        "proposals.agree",
        "forum.log_meeting",
        "forum.view_closed",
        "forum.ask_opinion",
        "lmu.view",
    }
)
_LMU_LEADER = _LMU_MEMBER | {
    "proposals.follow_up",
    "proposals.enter_paper",
    "proposals.send_letters",
    "proposals.correct_answer",
    "proposals.see_proposer",
    "proposals.untie_account",
    "lmu.manage",
    "forum.run_meeting",
    "forum.publish_minutes",
    "forum.answer_opinion",
    "forum.carry_commission",
}
_CLERK = _READ | {
    "proposals.conclude",
    "proposals.view_conclusion",
    "proposals.handle",
    "proposals.answer",
    "proposals.decide",
    "proposals.follow_up",
    "proposals.enter_paper",
    "proposals.send_letters",
    "proposals.correct_answer",
    "proposals.see_proposer",
    "proposals.untie_account",
    "forum.plan_meeting",
    "forum.run_meeting",
    "forum.write_minutes",
    "forum.publish_minutes",
    "forum.follow_up",
    "forum.assign_follow_up",
    "forum.export_attendance",
    "forum.view_closed",
    "forum.ask_opinion",
    "forum.hear_commission",
    "forum.write_paper",
}
_LINE = _READ | {
    "proposals.handle",
    "proposals.answer",
    "proposals.decide",
    "proposals.follow_up",
    "proposals.enter_paper",
    "proposals.send_letters",
    "proposals.correct_answer",
    "proposals.see_proposer",
    "proposals.untie_account",
    "forum.view_closed",
    "forum.ask_opinion",
    "forum.answer_opinion",
    "forum.carry_commission",
    "forum.write_paper",
    "forum.read_draft_agenda",
}
_GIVER = frozenset({"forum.give_commission"})
_VILLAGER = _READ | {"grendeutvalg.work"}
_VILLAGE_LEADER = _VILLAGER | {"grendeutvalg.manage", "forum.answer_opinion", "forum.carry_commission"}
_CHAIR = _CLERK | _SEATED | {"forum.approve_minutes"}
#: Committees are elected bodies, and elected bodies are what the municipal council delegates to.
_DELEGATED = frozenset({"forum.keep_delegations"})

ROLES: Mapping[tuple[str, str], frozenset[str]] = {
    ("lmu", "leader"): _LMU_LEADER,
    ("lmu", "deputy_leader"): _LMU_LEADER,
    ("lmu", "member"): _LMU_MEMBER,
    ("lmu", "union_representative"): _LMU_MEMBER,
    ("lmu", "safety_representative"): _LMU_MEMBER,
    # A guest: reads the cases they are a guest in, by `proposals.permissions`, and nothing of what the body keeps.
    ("lmu", "user_representative"): frozenset(),
    ("line", "leader"): _LINE,
    ("line", "deputy_leader"): _LINE,
    ("line", "secretary"): _LINE,
    # Heard before an employee's proposal ends: they read what they are asked about, by `proposals.permissions`.
    ("line", "union_representative"): frozenset(),
    ("line", "safety_representative"): frozenset(),
    ("line", "user_representative"): frozenset(),
    ("coordination", "leader"): _CHAIR | {"proposals.agree", "forum.log_meeting", "lmu.view"},
    ("coordination", "deputy_leader"): _CHAIR | {"proposals.agree", "forum.log_meeting", "lmu.view"},
    ("coordination", "secretary"): _CLERK | {"proposals.agree", "forum.log_meeting", "lmu.view"},
    ("coordination", "member"): _READ | _SEATED | {"forum.view_closed", "lmu.view"},
    ("coordination", "union_representative"): _READ | _SEATED | {"forum.view_closed", "lmu.view"},
    ("coordination", "safety_representative"): _READ | _SEATED | {"forum.view_closed", "lmu.view"},
    ("coordination", "deputy"): _READ,
    ("committee", "leader"): _CHAIR | _GIVER | _DELEGATED,
    ("committee", "deputy_leader"): _CHAIR | _GIVER | _DELEGATED,
    ("committee", "secretary"): _CLERK | _GIVER | _DELEGATED | {"proposals.record_council"},
    ("committee", "member"): _READ | _SEATED | {"forum.view_closed"},
    ("committee", "deputy"): _READ,
    ("grendeutvalg", "leader"): _VILLAGE_LEADER,
    ("grendeutvalg", "deputy_leader"): _VILLAGE_LEADER,
    ("grendeutvalg", "secretary"): _VILLAGE_LEADER,
    ("grendeutvalg", "member"): _VILLAGER,
    ("grendeutvalg", "deputy"): _VILLAGER,
    ("council", "leader"): frozenset({"forum.receive_views"}),
    ("council", "secretary"): frozenset({"forum.receive_views"}),
    ("office", "administrator"): frozenset(
        {
            "forum.manage_organisation",
            "forum.keep_delegations",
            "forum.choose_stand_in",
            "forum.view_body",
            "forum.export_attendance",
            "grendeutvalg.manage",
            "audit.view",
        }
    ),
    ("office", "chief_executive"): frozenset({"audit.view"}),
    ("office", "hr"): frozenset({"forum.export_attendance"}),
    ("office", "archive"): frozenset({"audit.view", "audit.erase"}),
}
