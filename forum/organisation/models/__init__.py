"""The models of the room, one file an aggregate."""

from forum.organisation.models.bodies import Appointment, Body, Employment, Membership, PoliticalParty, Unit
from forum.organisation.models.body_functions import BodyFunction
from forum.organisation.models.municipality import Logo, Municipality, TextBlock
from forum.organisation.models.stand_ins import StandIn

__all__ = [
    "Appointment",
    "Body",
    "BodyFunction",
    "Employment",
    "Logo",
    "Membership",
    "Municipality",
    "PoliticalParty",
    "StandIn",
    "TextBlock",
    "Unit",
]
