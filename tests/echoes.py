"""The forms in which a service may repeat a key."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import quote


def echoes(key: str) -> Mapping[str, str]:
    """A key in sixteen forms, by name."""
    data = key.encode("utf-8")
    return {
        "as it is": key,
        "in capitals": key.upper(),
        "percent-encoded": quote(key, safe=""),
        "every byte percent-encoded": "".join(f"%{byte:02x}" for byte in data),
        "percent-encoded twice": quote(quote(key, safe=""), safe=""),
        "Base64": base64.b64encode(data).decode(),
        "Base64 for addresses": base64.urlsafe_b64encode(data).decode(),
        "Base64 with a user": base64.b64encode(b"user:" + data).decode(),
        "Base64 in lines": base64.encodebytes(b"Bearer " + data * 2).decode(),
        "JSON": json.dumps(key).replace("/", "\\/").strip('"'),
        "JSON, every character escaped": "".join(f"\\u{ord(c):04x}" for c in key),
        "HTML": html.escape(key),
        "HTML, every character escaped": "".join(f"&#{ord(c)};" for c in key),
        "hexadecimal": data.hex(),
        "split over lines": f"{key[:9]}\n    {key[9:15]}\r\n{key[15:]}",
        "split over lines of a literal": f"{key[:11]}\\n{key[11:]}",
    }
