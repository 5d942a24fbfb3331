"""Tables of people, cities, invite codes, outgoing mail and access records."""

from accounts.models.access import AccessLog
from accounts.models.code import InviteCode
from accounts.models.mail import OutgoingMail
from accounts.models.municipality import Department, Municipality, StaffMembership, StaffRole
from accounts.models.user import User

__all__ = [
    "AccessLog",
    "Department",
    "InviteCode",
    "Municipality",
    "OutgoingMail",
    "StaffMembership",
    "StaffRole",
    "User",
]
