"""Who comes in, which roles they hold, what roles give, which customers groups hold."""

from tenantry.portal.access.actions.ending import (
    change_owner,
    delete_people,
    spared_from_deletion,
    withdraw_from,
)
from tenantry.portal.access.actions.groups import GroupWish, create_group, delete_group, edit_group
from tenantry.portal.access.actions.inviting import Invitees, invite, resend_invitation
from tenantry.portal.access.actions.opening import NewPartner, Opened, open_partner
from tenantry.portal.access.actions.people import NewPerson, activate, add_person, deactivate, unlock
from tenantry.portal.access.actions.roles import assign_role, create_role, delete_role, edit_role, withdraw_role

__all__ = [
    "GroupWish",
    "Invitees",
    "NewPartner",
    "NewPerson",
    "Opened",
    "activate",
    "add_person",
    "assign_role",
    "change_owner",
    "create_group",
    "create_role",
    "deactivate",
    "delete_group",
    "delete_people",
    "delete_role",
    "edit_group",
    "edit_role",
    "invite",
    "open_partner",
    "resend_invitation",
    "spared_from_deletion",
    "unlock",
    "withdraw_from",
    "withdraw_role",
]
