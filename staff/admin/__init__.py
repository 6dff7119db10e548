"""The lists and screens of the admin, one module for each noun."""

from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import ApiKey, User
from billing.models import StripeEvent, TierLimit, UsageRecord
from generation.models import LlmCall, Notification, Post, Run
from health.models import Incident
from staff.admin.billing import Ledger, Plans, StripeEvents
from staff.admin.incidents import Incidents
from staff.admin.jobs import Jobs
from staff.admin.keys import ApiKeys
from staff.admin.notifications import Notifications
from staff.admin.posts import Posts
from staff.admin.record import Record
from staff.admin.runs import ModelCalls, Runs
from staff.admin.users import Users
from staff.models import StaffAction
from staff.site import site

site.register(User, Users)
site.register(Run, Runs)
site.register(Post, Posts)
site.register(Notification, Notifications)
site.register(ApiKey, ApiKeys)
site.register(TierLimit, Plans)
site.register(UsageRecord, Ledger)
site.register(StripeEvent, StripeEvents)
site.register(LlmCall, ModelCalls)
site.register(ProcrastinateJob, Jobs)
site.register(Incident, Incidents)
site.register(StaffAction, Record)
