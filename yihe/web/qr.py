"""A square code as one path, without style or prolog: it stands in the page and passes the policy."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode import QRCode


def square_code(text: str, words: str) -> SafeString:
    code = QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="y-qr" viewBox="0 0 {0} {0}" role="img" aria-label="{2}">'
        '<path fill="#000" d="{1}"/></svg>',
        len(rows),
        squares,
        words,
    )
