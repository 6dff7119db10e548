"""The account itself: there is one, and nothing changes it."""

from billing.simulated.params import Params
from billing.simulated.store import Thing
from billing.simulated.world import World

ID = "acct_simulated"
NAME = "Simulated Stripe"


def retrieve(world: World, params: Params) -> Thing:
    return {
        **{"id": ID, "object": "account", "type": "standard", "country": "US", "default_currency": "usd"},
        **{"charges_enabled": True, "payouts_enabled": True, "details_submitted": True},
        **{"business_profile": None, "business_type": None, "email": None, "metadata": {}},
        "settings": {
            "branding": {
                "icon": "file_simulated",
                "logo": None,
                "primary_color": None,
                "secondary_color": None,
            },
            "card_payments": {"statement_descriptor_prefix": None},
            "dashboard": {"display_name": NAME, "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": "SIMULATED"},
        },
    }
