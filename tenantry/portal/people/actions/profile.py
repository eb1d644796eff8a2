"""What a person may change of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.errors import Conflict, Missing
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners.models import Partner
from tenantry.portal.people import facts, rules
from tenantry.portal.people.actions.sessions import end_other_sessions
from tenantry.portal.people.models import Credential, Person, Session


@whole
def change_password(actor: Actor, kept: Session, wished: str) -> None:
    """Replace the person's password, for which the page has asked fresh proof; its other sessions end."""
    actor.require(OWN, kept)
    Credential.objects.get(person_id=actor.id).change(wished, Partner.objects.get().name)
    record(actor, facts.PasswordChanged(actor.id))
    end_other_sessions(actor, kept, Session.End.PASSWORD)


@whole
def change_profile(actor: Actor, person: Person, version: int, values: Mapping[str, str]) -> bool:
    """Store what the person says of itself, all or nothing; False when nothing differs. Refuses a stale form (409)."""
    actor.require(OWN, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.version != version:
        raise Conflict(_("Your profile was changed elsewhere since you opened it."))
    rules.check_profile(values)
    changed = {field: value for field, value in values.items() if getattr(person, field) != value}
    if not changed:
        return False
    before = {field: getattr(person, field) for field in changed}
    person.revise(**changed)
    names = tuple(Code(field) for field in sorted(changed))
    record(actor, facts.ProfileChanged(person.pk, names, _json(before), _json(changed)))
    return True


def choose_area(actor: Actor, person: Person, area: str) -> None:
    """Remember which area of the menu the person chose; a way of looking and no fact. Missing for a closed one."""
    actor.require(OWN, person)
    if area == "shared" or not actor.enters(area):
        raise Missing
    person.look_at(area)


def _json(values: Mapping[str, str]) -> Personal:
    return Personal(json.dumps(values, ensure_ascii=False, sort_keys=True))
