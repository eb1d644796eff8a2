"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from tenantry.portal.customers.views import (
    adding,
    connect,
    customer,
    directory,
    ending,
    linking,
    listing,
    many,
    onboarding,
    profiles,
    tenants,
    visiting,
)

WIZARD = "customers/onboard/<int:draft_id>"
ONE = "customers/<int:customer_id>"

urlpatterns = [
    path("customers", listing.customers, name="customers"),
    path("customers/read", many.read, name="customers-read"),
    path("customers/tag", many.tag, name="customers-tag"),
    path("customers/manage", many.mode, name="customers-mode"),
    path("customers/groups", many.groups, name="customers-groups"),
    path("customers/export", many.export, name="customers-export"),
    path("customers/onboard", onboarding.ways, name="onboard"),
    path(WIZARD, onboarding.resume, name="onboard-resume"),
    path(f"{WIZARD}/account", onboarding.account, name="onboard-account"),
    path(f"{WIZARD}/identify", onboarding.identify, name="onboard-identify"),
    path(f"{WIZARD}/sign-in", onboarding.sign_in, name="onboard-sign-in"),
    path(f"{WIZARD}/information", onboarding.information, name="onboard-information"),
    path(f"{WIZARD}/data-centre", onboarding.data_centre, name="onboard-data-centre"),
    path(f"{WIZARD}/confirm", onboarding.confirm, name="onboard-confirm"),
    path(f"{WIZARD}/link", linking.make, name="onboard-link"),
    path(f"{WIZARD}/discard", onboarding.discard, name="onboard-discard"),
    path("connect/microsoft", connect.answer, name="connect-microsoft"),
    path("connect/<str:token>", visiting.visit, name="visit"),
    path(ONE, customer.dashboard, name="customer"),
    path(f"{ONE}/row", listing.row, name="customers-row"),
    path(f"{ONE}/drawer", listing.drawer, name="customers-drawer"),
    path(f"{ONE}/edit", customer.edit, name="customer-edit"),
    path(f"{ONE}/mode", customer.mode, name="customer-mode"),
    path(f"{ONE}/membership", customer.membership, name="customer-membership"),
    path(f"{ONE}/read", customer.read, name="customer-read"),
    path(f"{ONE}/disconnect", ending.disconnect, name="customer-disconnect"),
    path(f"{ONE}/reconnect", ending.reconnect, name="customer-reconnect"),
    path(f"{ONE}/activity", customer.activity, name="customer-activity"),
    path(f"{ONE}/users", directory.users, name="customer-users"),
    path(f"{ONE}/groups", directory.groups, name="customer-groups"),
    path(f"{ONE}/licences", directory.licences, name="customer-licences"),
    path(f"{ONE}/tenants", tenants.tenants, name="customer-tenants"),
    path(f"{ONE}/tenants/add", adding.tenant, name="customer-tenant-add"),
    path(f"{ONE}/tenants/first-read", tenants.first_read, name="customer-first-read"),
    path(f"{ONE}/consent/<int:profile_id>", tenants.consent, name="customer-consent"),
    path("links/<int:link_id>", linking.link, name="customer-link"),
    path("links/<int:link_id>/resend", linking.resend, name="customer-link-resend"),
    path("links/<int:link_id>/revoke", linking.revoke, name="customer-link-revoke"),
    path("settings/customer-apps", profiles.profiles, name="customer-apps"),
    path("tenants/<int:tenant_id>", tenants.tenant, name="tenant"),
]
