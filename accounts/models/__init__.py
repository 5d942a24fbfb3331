"""Tables of people, cities, invite codes, outgoing mail and access records."""

from accounts.models.access import OPERATOR, AccessKind, AccessLog
from accounts.models.code import InviteCode
from accounts.models.first_sign_in import FirstSignIn
from accounts.models.kept import KeptForm
from accounts.models.mail import OutgoingMail
from accounts.models.municipality import Department, DepartmentMerger, Municipality, StaffMembership, StaffRole
from accounts.models.policy import AddressLine, MunicipalityPolicy, PersonContact, SealRule, Signer, policy_of
from accounts.models.user import User, no_operator

__all__ = [
    "OPERATOR",
    "AccessKind",
    "AccessLog",
    "AddressLine",
    "Department",
    "DepartmentMerger",
    "FirstSignIn",
    "InviteCode",
    "KeptForm",
    "Municipality",
    "MunicipalityPolicy",
    "OutgoingMail",
    "PersonContact",
    "SealRule",
    "Signer",
    "StaffMembership",
    "StaffRole",
    "User",
    "no_operator",
    "policy_of",
]
