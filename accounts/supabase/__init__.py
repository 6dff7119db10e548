"""Whoever has signed in with Supabase Auth may use the API with its access token (SUPABASE_URL).

`tokens` checks a token, `signing_keys` has the keys that the project signs with, and `identities` knows whose
it is.
"""

from accounts.supabase.identities import caller_for, refused
from accounts.supabase.tokens import is_token

__all__ = ["caller_for", "is_token", "refused"]
