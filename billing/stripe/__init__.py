"""From Stripe to a plan.

    webhook        receives events: verify, store, queue a job
    events         the table of events
    client         asks Stripe
    sync           looks a customer up and writes what their subscription is now
    subscriptions  the facts in a subscription that decide about a plan
    invoices       a customer's invoices, for their page
    invoice_notices  what customers are told about theirs
    mirror         Stripe's objects in dj-stripe's tables
    tasks          the jobs, those by the clock included
    probes         whether Stripe answers, for /health

Events come late, twice and out of order. So an event is only a hint to look something up: the state is what
Stripe says when asked, and a newer look wins over an older one.
"""
