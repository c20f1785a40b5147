"""Refuses weak passwords in words; the rules stand in accounts.domain.passwords."""

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain import passwords

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class LengthValidator:
    """Fifteen characters for everyone; counted as people count them."""

    def validate(self, password: str, user: "AbstractBaseUser | None" = None) -> None:
        """Raise where it is too short, saying by how much."""
        del user
        missing = passwords.MINIMUM_LENGTH - len(password)
        if missing > 0:
            sentence = ngettext(
                "This password is %(missing)s character too short. "
                "Use %(minimum)s or more: a few words that do not belong together "
                "are easy to remember.",
                "This password is %(missing)s characters too short. "
                "Use %(minimum)s or more: a few words that do not belong together "
                "are easy to remember.",
                missing,
            )
            values = {"missing": missing, "minimum": passwords.MINIMUM_LENGTH}
            raise ValidationError(sentence % values, code="password_too_short")

    def get_help_text(self) -> str:
        """Return the hint beside the field."""
        return _(
            "%(minimum)s characters or more. A few words that do not belong together "
            "are easy to remember."
        ) % {"minimum": passwords.MINIMUM_LENGTH}


class CommonPasswordRefusal(CommonPasswordValidator):
    """The list of the passwords that are tried first, with our words."""

    def validate(self, password: str, user: "AbstractBaseUser | None" = None) -> None:
        """Raise where the whole password is a known one, or a mere pattern."""
        del user
        if passwords.folded(password).strip() in self.passwords or passwords.is_pattern(
            password
        ):
            message = _(
                "This password is among those that are tried first. Use another."
            )
            raise ValidationError(message, code="password_too_common")

    def get_help_text(self) -> str:
        """Return nothing: the hint on length says enough."""
        return ""


class OwnWordsValidator:
    """Refuses what people who know the person would try."""

    def validate(self, password: str, user: "AbstractBaseUser | None" = None) -> None:
        """Raise where a word of the name or the address is part of the password."""
        name = str(getattr(user, "name", "") or "")
        email = str(getattr(user, "email", "") or "")
        word = passwords.own_word_in(password, name=name, email=email)
        if word is not None:
            message = _(
                "This password contains “%(word)s”, which others can guess from your "
                "name, your address or this site. Use other words."
            )
            raise ValidationError(message % {"word": word}, code="password_own_word")

    def get_help_text(self) -> str:
        """Return the hint beside the field."""
        return _("Your name and your e-mail address must not be part of it.")
