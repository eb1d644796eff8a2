"""What people are told: notices in the portal, and mails."""

from tenantry.portal.notifications.models.mail import Mail
from tenantry.portal.notifications.models.notice import Notice

__all__ = ["Mail", "Notice"]
