"""Mails about somebody's plan: receipts, failed payments, and posts or assists nearly or all used up.

    queue        the table: a row for each mail, and its job; each mail once
    usage        finds users who have used 80% or 100% of a meter
    letters      what each mail says
    send         the job that sends one
    preferences  who wants no mails about their usage, and the way there without signing in

Receipts and failed payments come from `billing.stripe.invoices`. They are part of what was bought and cannot
be switched off; the others can.
"""
