"""The server's address as a QR code."""

import io

import segno

from app.errors import Problem, ProblemCode
from app.requests.request import request
from app.requests.server_address import server_address

QUIET_ZONE = 4  # modules of paper around the code (ISO/IEC 18004)


def qr_code(url: str) -> bytes:
    """Return the QR code of an address as SVG, black on white in dark mode too.

    It corrects few errors: a code on a screen has none, and its fewer, larger modules can be read
    from further away.
    """
    file = io.BytesIO()
    code = segno.make(url, error="l", micro=False)
    code.save(file, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, xmldecl=False)
    return file.getvalue()


def own_url(public_address: str) -> str:
    """Return the address of this server for other devices; Problem 404 where it is not known."""
    url = server_address(request.environ, public_address).url
    if not url:
        detail = "Start the server with HOST=0.0.0.0 and open it at localhost or at its IP address."
        raise Problem(ProblemCode.UNKNOWN_ADDRESS, f"{detail} Or set INKLING_PUBLIC_ADDRESS.")
    return url
