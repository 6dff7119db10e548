"""From Stripe to a plan.

    webhook        the door: verify, store the event, queue a job
    events         the table of events
    client         asks Stripe
    sync           looks a customer up and writes what their subscription is now
    subscriptions  the facts in a subscription that decide about a plan
    mirror         Stripe's objects in dj-stripe's tables
    tasks          the jobs, those by the clock included
    probes         whether Stripe answers, for /health

Events come late, twice and out of order. So an event is only a hint that there is something to look up: what
Stripe says when asked is the state, and a newer look wins over an older one.
"""
