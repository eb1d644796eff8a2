"""How a person keeps its lists: views, columns, page size, height."""

from __future__ import annotations

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.people.models import SavedView


@whole
def save_view(actor: Actor, key: str, name: str, query: str) -> SavedView:
    """Keep a list's search, filters, order and columns under a name; refuses the 51st and a name that is taken."""
    actor.require(OWN)
    _check_query(query)
    return SavedView.keep(actor.id, key, " ".join(name.split()), query)


def rename_view(actor: Actor, view: SavedView, name: str) -> None:
    """Give a saved view another name."""
    actor.require(OWN, view)
    view.rename(" ".join(name.split()))


def replace_view(actor: Actor, view: SavedView, query: str) -> None:
    """Keep the list as it is now under the view's name."""
    actor.require(OWN, view)
    _check_query(query)
    view.replace(query)


def delete_view(actor: Actor, view: SavedView) -> None:
    """Forget a saved view."""
    actor.require(OWN, view)
    view.delete()


def lay_out(actor: Actor, key: str, query: str) -> None:
    """Keep which columns of a list the person sees, in which order, how many rows and how high."""
    actor.require(OWN)
    _check_query(query)
    SavedView.lay_out(actor.id, key, query)


def _check_query(query: str) -> None:
    if len(query) > SavedView.LONGEST_QUERY:
        raise Refused(_("This view holds too many filters to be saved."))
