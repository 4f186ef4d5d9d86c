"""Reads FOLDER/received/*.eml by Python's email module and compares each with FOLDER/expected/*.json.

Usage: python3 read_mails.py FOLDER
"""
import datetime
import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import sys


def mailbox(raw):
    """The one mailbox of a From or To field, as (address, name).

    By the older functions: `email.policy.default` of Python 3.11 keeps the space between two encoded words of a display
    name, which RFC 2047 section 6.2 drops (it does drop it in a subject).
    """
    ((name, address),) = email.utils.getaddresses([raw])
    return address, str(email.header.make_header(email.header.decode_header(name)))


def raw_field(mail, name):
    return next(value for key, value in mail.raw_items() if key == name)


def check(what, got, expected):
    if got != expected:
        sys.exit(f"python: {what}: got {got!r}, expected {expected!r}")


def words(part):
    """A part's text with LF lines."""
    return part.get_content().replace("\r\n", "\n")


def check_mail(mail, expected):
    plain, html = mail.iter_parts()
    check("type", mail.get_content_type(), "multipart/alternative")
    check("types", [plain.get_content_type(), html.get_content_type()], ["text/plain", "text/html"])
    check("subject", mail["Subject"], expected["subject"])
    check("from", mailbox(raw_field(mail, "From")), (expected["from"], expected["from_name"]))
    check("to", mailbox(raw_field(mail, "To")), (expected["to"], expected["to_name"]))
    date = datetime.datetime.fromisoformat(expected["date"].replace("Z", "+00:00"))
    check("date", mail["Date"].datetime, date.replace(microsecond=0))
    check("text", words(plain), expected["text"])
    check("html", words(html), expected["html"])
    check("link in text", expected["link"] in words(plain), True)
    check("link in html", expected["link"].replace("&", "&amp;") in words(html), True)
    check("fields", [name.lower() for name in mail.keys()], expected["fields"])
    check("auto-submitted", mail["Auto-Submitted"], "auto-generated")
    check("content-language", mail["Content-Language"], expected["language"])
    for part in (mail, plain, html):
        check("defects", [str(defect) for defect in part.defects], [])
        check("field defects", [str(d) for field in part.values() for d in field.defects], [])


def main():
    folder = pathlib.Path(sys.argv[1])
    mails = {}
    for path in (folder / "received").iterdir():
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        mails[mail["Message-ID"]] = mail
    expected = [json.loads(path.read_text("utf-8")) for path in (folder / "expected").iterdir()]
    for one in expected:
        check_mail(mails[f"<{one['message_id']}>"], one)
    if not expected:
        sys.exit("python: nothing was expected")
    print(f"python email: {len(expected)} mails read back as they were sent")


main()
