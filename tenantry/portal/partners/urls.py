"""Where the pages of this folder stand."""

from __future__ import annotations

from django.urls import path

from tenantry.portal.partners import views

urlpatterns = [path("settings/general", views.general, name="general")]
