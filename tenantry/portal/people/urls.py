"""Addresses of what people keep."""

from __future__ import annotations

from django.urls import path

from tenantry.portal.people import views

urlpatterns = [
    path("lists/<slug:list_key>/layout", views.layout, name="list-layout"),
    path("lists/<slug:list_key>/views", views.save, name="list-views"),
    path("lists/views/<int:view_id>", views.change, name="list-view"),
    path("lists/views/<int:view_id>/delete", views.delete, name="list-view-delete"),
]
