"""The pages that people click. They need no script, and are labelled so that nobody takes them for Stripe's.

checkout, bank, portal, invoice and control have one page each, or a few; `routes` says which is where.
"""
