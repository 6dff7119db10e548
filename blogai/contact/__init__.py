"""The contact form, and the mails that come of it."""
