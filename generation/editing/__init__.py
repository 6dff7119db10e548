"""What a person does to a finished post: edits that never lose a word, their versions, and proposals.

`sentences` splits a text, `merge` brings two edits of it together, `changes` says how one text becomes
another. `history` decides what a save, a restore or an accepted proposal adds, for any shelf of versions;
`shelf` is the one in Postgres, and `services` what the API and the pages call.
"""
