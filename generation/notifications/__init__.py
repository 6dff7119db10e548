"""Notifications that a run has ended: signed webhooks for programs, and mails for people."""
