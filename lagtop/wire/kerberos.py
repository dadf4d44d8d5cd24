"""What Kerberos's failures mean in a sentence; numbers are those of RFC 4120 and MIT's krb5."""

from __future__ import annotations

from typing import Any

from gssapi.exceptions import GSSError

from lagtop.errors import AccessError

_FIRST_ERROR = -1765328384
"""Where the numbers of krb5 begin, of which RFC 4120's are the first (ERROR_TABLE_BASE_krb5)."""
_NO_CREDENTIALS = 7
"""GSS_S_NO_CRED, in the upper half of a major status (RFC 2744 section 3.9.1)."""
_NO_SUCH_USER, _NO_SUCH_SERVICE, _EXPIRED, _CLOCKS_DIFFER = 6, 7, 32, 37
_NO_KDC = (154, 156)
_RENEW = "kinit renews it"


class Kerberos:
    """aiokafka's steps of GSSAPI for one broker; raises AccessError that says what is wrong."""

    def __init__(self, steps: Any, principal: str) -> None:
        self._steps = steps
        self._principal = principal

    async def step(self, said: bytes | None) -> Any:
        """The next words to the broker, None after the last."""
        try:
            return await self._steps.step(said)
        except GSSError as error:
            raise AccessError(*self._told(error)) from error

    def _told(self, error: GSSError) -> tuple[str, str]:
        number = (error.min_code - _FIRST_ERROR) % (1 << 32)
        if number == _EXPIRED:
            return "the Kerberos ticket has expired", _RENEW
        if error.maj_code >> 16 == _NO_CREDENTIALS:
            return "there is no Kerberos ticket", "kinit gets one; KRB5CCNAME says where it lies"
        if number == _NO_SUCH_SERVICE:
            return (
                f"Kerberos knows no service {self._principal}",
                "is sasl.kerberos.service.name right, and is the broker called by its full name?",
            )
        if number == _NO_SUCH_USER:
            return "Kerberos does not know the ticket's owner", "kinit as somebody else"
        if number == _CLOCKS_DIFFER:
            return "this machine's clock and Kerberos's differ too much", "set the clock"
        if number in _NO_KDC:
            return f"Kerberos: {_words(error)}", "is KRB5_CONFIG (/etc/krb5.conf) right?"
        return f"Kerberos: {_words(error)}", "is there a ticket? klist"


def _words(error: GSSError) -> str:
    """The library's own words for the cause, without its preamble."""
    told = error.get_all_statuses(error.min_code, False)
    return "; ".join(told)[:200]
