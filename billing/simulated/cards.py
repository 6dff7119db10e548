"""Stripe's test cards, and what becomes of a charge to each."""

from dataclasses import dataclass
from typing import Literal

type Behaviour = Literal["pays", "declined", "declined later", "asks once", "asks always"]


@dataclass(frozen=True, slots=True)
class Card:
    number: str
    label: str
    behaviour: Behaviour
    brand: str = "visa"
    code: str = "card_declined"
    decline_code: str | None = "generic_decline"
    message: str = "Your card was declined."

    @property
    def last4(self) -> str:
        return self.number[-4:]


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "Pays", "pays"),
        Card("5555555555554444", "Pays", "pays", "mastercard"),
        Card("4000002500003155", "Asks the bank once, then pays", "asks once"),
        Card("4000002760003184", "Asks the bank at every payment", "asks always"),
        Card("4000000000000341", "Pays now, and is declined at the next renewal", "declined later"),
        Card("4000000000000002", "Is declined", "declined"),
        Card(
            "4000000000009995",
            "Is declined for lack of funds",
            "declined",
            decline_code="insufficient_funds",
            message="Your card has insufficient funds.",
        ),
        Card(
            "4000000000000069",
            "Has expired",
            "declined",
            code="expired_card",
            decline_code=None,
            message="Your card has expired.",
        ),
    )
}
TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
}
"""The names under which Stripe's own test cards can be attached without their numbers."""
