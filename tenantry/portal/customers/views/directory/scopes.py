"""Delegated permissions of Microsoft Graph in plain words (Microsoft Graph permissions reference)."""

from __future__ import annotations

from tenantry.kernel.text import Text, lazy

WRITING = r"ReadWrite|\.Write|\.Send|Manage|full_access|user_impersonation|AccessAsUser|\.Invite|FullControl"
"""What the name of a permission holds that lets an app change something."""
_SENTENCES: dict[str, Text] = {
    "openid": lazy("Sign people in."),
    "profile": lazy("See names of those who sign in."),
    "email": lazy("See addresses of those who sign in."),
    "offline_access": lazy("Keep access while nobody is signed in."),
    "User.Read": lazy("Read the person’s own profile."),
    "User.ReadWrite": lazy("Change the person’s own profile."),
    "User.ReadBasic.All": lazy("Read everybody’s name and address."),
    "User.Read.All": lazy("Read everybody’s profile."),
    "User.ReadWrite.All": lazy("Change everybody’s profile."),
    "Group.Read.All": lazy("Read all groups."),
    "Group.ReadWrite.All": lazy("Change all groups."),
    "GroupMember.Read.All": lazy("Read who is in which group."),
    "Directory.Read.All": lazy("Read the whole directory."),
    "Directory.ReadWrite.All": lazy("Change the directory."),
    "Directory.AccessAsUser.All": lazy("Do in the directory what the person may do."),
    "Mail.Read": lazy("Read the person’s mail."),
    "Mail.ReadBasic": lazy("See senders and subjects of the person’s mail."),
    "Mail.ReadWrite": lazy("Read and change the person’s mail."),
    "Mail.Send": lazy("Send mail as the person."),
    "MailboxSettings.Read": lazy("Read mailbox settings."),
    "MailboxSettings.ReadWrite": lazy("Change mailbox settings."),
    "Calendars.Read": lazy("Read the person’s calendar."),
    "Calendars.ReadWrite": lazy("Change the person’s calendar."),
    "Contacts.Read": lazy("Read the person’s contacts."),
    "Contacts.ReadWrite": lazy("Change the person’s contacts."),
    "People.Read": lazy("See whom the person works with."),
    "Files.Read": lazy("Read the person’s files."),
    "Files.ReadWrite": lazy("Change the person’s files."),
    "Files.Read.All": lazy("Read all files that the person may open."),
    "Files.ReadWrite.All": lazy("Change all files that the person may open."),
    "Sites.Read.All": lazy("Read all sites that the person may open."),
    "Sites.ReadWrite.All": lazy("Change all sites that the person may open."),
    "Notes.Read": lazy("Read the person’s notebooks."),
    "Tasks.ReadWrite": lazy("Change the person’s tasks."),
    "Chat.Read": lazy("Read the person’s chats."),
    "Chat.ReadWrite": lazy("Read chats and write in them."),
    "ChannelMessage.Send": lazy("Write in channels as the person."),
    "Team.ReadBasic.All": lazy("See the person’s teams."),
    "OnlineMeetings.ReadWrite": lazy("Make online meetings."),
    "Presence.Read": lazy("See whether the person is available."),
    "Application.Read.All": lazy("Read all apps."),
    "AuditLog.Read.All": lazy("Read sign-ins and audit entries."),
    "Reports.Read.All": lazy("Read usage reports."),
    "Policy.Read.All": lazy("Read all policies."),
    "SecurityEvents.Read.All": lazy("Read security events."),
    "user_impersonation": lazy("Do in the app what the person may do."),
    "EWS.AccessAsUser.All": lazy("Do in the mailbox what the person may do."),
    "IMAP.AccessAsUser.All": lazy("Read and change the mailbox by IMAP."),
    "SMTP.Send": lazy("Send mail by SMTP as the person."),
}


def sentences(scope: str) -> list[str]:
    """Each permission in words; one that is not known by its name."""
    return [str(_SENTENCES.get(name, f"{name}.")) for name in scope.split()]
