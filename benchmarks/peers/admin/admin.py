"""The change list with the columns, search, filters and page size of the portal's customers page."""

from __future__ import annotations

from django.contrib import admin

from benchmarks.peers.admin.models import Customer


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """What the cells need is fetched for all rows at once."""

    list_display = ("name", "status", "mode", "worn", "users", "seats", "synced")
    list_filter = ("mode", "country", "data_centre", "groups", "tags")
    search_fields = ("organisation", "email", "tenants__default_domain", "tenants__name", "=tenants__tenant_id")
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("tenants", "profiles", "tags", "figures", "states")

    @admin.display(description="Customer", ordering="sort_key")
    def name(self, customer):
        return f"{customer.organisation} {customer.tenants.all()[0].default_domain}"

    @admin.display(description="Status")
    def status(self, customer):
        return customer.profiles.all()[0].status

    @admin.display(description="Tags")
    def worn(self, customer):
        return ", ".join(tag.name for tag in customer.tags.all())

    @admin.display(description="Users")
    def users(self, customer):
        return customer.figures.all()[0].users

    @admin.display(description="M365 seats")
    def seats(self, customer):
        figures = customer.figures.all()[0]
        return f"{figures.seats_assigned} / {figures.seats_bought}"

    @admin.display(description="Synced")
    def synced(self, customer):
        return min(state.read_at for state in customer.states.all())
