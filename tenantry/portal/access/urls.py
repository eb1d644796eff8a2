"""Where the pages of this folder stand."""

from __future__ import annotations

from django.urls import path

from tenantry.portal.access.views import groups, many, roles, users

urlpatterns = [
    path("settings/users", users.users, name="users"),
    path("licenses/settings/users", users.users_of_licenses, name="users_of_licenses"),
    path("settings/users/new", users.add_users, name="user_add"),
    path("settings/users/delete", many.delete, name="users_delete"),
    path("settings/users/roles/<int:role_id>/give", many.give, name="users_give"),
    path("settings/users/roles/<int:role_id>/take", many.take, name="users_take"),
    path("settings/users/<int:person_id>", users.user, name="user"),
    path("settings/users/<int:person_id>/deactivate", users.deactivate, name="user_deactivate"),
    path("settings/users/<int:person_id>/activate", users.activate, name="user_activate"),
    path("settings/users/<int:person_id>/resend", users.resend, name="user_resend"),
    path("settings/users/<int:person_id>/unlock", users.unlock, name="user_unlock"),
    path("settings/users/<int:person_id>/second-factor", users.reset_factor, name="user_reset_factor"),
    path("settings/users/<int:person_id>/owner", many.own, name="user_own"),
    path("settings/users/<int:person_id>/roles", users.give_role, name="user_give_role"),
    path("settings/users/<int:person_id>/roles/take", users.take_role, name="user_take_role"),
    path("settings/roles", roles.roles, name="roles"),
    path("settings/roles/new", roles.new_role, name="role_new"),
    path("settings/roles/permissions", roles.permissions, name="permissions"),
    path("settings/roles/<int:role_id>", roles.edit_role, name="role"),
    path("settings/roles/<int:role_id>/delete", roles.delete_role, name="role_delete"),
    path("settings/customer-groups", groups.groups, name="customer_groups"),
    path("settings/customer-groups/new", groups.new_group, name="customer_group_new"),
    path("settings/customer-groups/<int:group_id>", groups.edit_group, name="customer_group"),
    path("settings/customer-groups/<int:group_id>/delete", groups.delete_group, name="customer_group_delete"),
]
