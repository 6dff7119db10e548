"""What search engines make of a post: named checks, each with a figure, a reason and what to do.

There is no total: a number alone tells nobody what to change.
"""
