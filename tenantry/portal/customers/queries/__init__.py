"""What is asked about customers, their tenants, groups and drafts."""

from tenantry.portal.customers.queries import listing, search
from tenantry.portal.customers.queries.activity import Happened, activity
from tenantry.portal.customers.queries.drafts import draft, known, preset, starter, told_of, unfinished
from tenantry.portal.customers.queries.groups import groups_for, groups_of, names_of_groups, own_groups, static_groups
from tenantry.portal.customers.queries.links import link, link_of, open_links, waiting_link
from tenantry.portal.customers.queries.overview import Overview, overview
from tenantry.portal.customers.queries.profiles import in_status, profile_apps, profile_customers, profiles
from tenantry.portal.customers.queries.records import (
    customer,
    people_by_address,
    profile,
    profile_of,
    stamp,
    tag_names,
    tags_of,
    tenant,
    tenant_by_id,
    where_allowed,
)

__all__ = [
    "Happened",
    "Overview",
    "activity",
    "customer",
    "draft",
    "groups_for",
    "groups_of",
    "in_status",
    "known",
    "link",
    "link_of",
    "listing",
    "names_of_groups",
    "open_links",
    "overview",
    "own_groups",
    "people_by_address",
    "preset",
    "profile",
    "profile_apps",
    "profile_customers",
    "profile_of",
    "profiles",
    "search",
    "stamp",
    "starter",
    "static_groups",
    "tag_names",
    "tags_of",
    "tenant",
    "tenant_by_id",
    "told_of",
    "unfinished",
    "waiting_link",
    "where_allowed",
]
