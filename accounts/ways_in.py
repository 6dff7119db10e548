"""The ways in which somebody can sign in. The last one cannot be removed."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from accounts import social
from accounts.models import User
from blogai.core.errors import Conflict

SENTENCE = "This is the only way you can sign in. Set a password or add another way first."


def require_another(user: User, but: Authenticator | SocialAccount) -> None:
    """Raises Conflict for the last way in. The user's row is locked until the transaction of the caller ends.

    So two requests cannot each remove the other's last one.
    """
    owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if owner.has_usable_password():
        return
    passkeys = Authenticator.objects.filter(user=owner, type=Authenticator.Type.WEBAUTHN)
    accounts = SocialAccount.objects.filter(user=owner, provider__in=social.offered())
    others: list[object] = [each for each in passkeys if each.wrap().is_passwordless]
    others += accounts
    if not any(each != but for each in others):
        raise Conflict(SENTENCE)
