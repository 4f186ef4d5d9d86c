"""Holds FOLDER/cases.json against oathtool and pyotp, and FOLDER/enrolments.json against pyotp and zbarimg.

Writes the codes that they make for each case to FOLDER/codes_<who>.txt.   Usage: python3 check_totp.py FOLDER
"""
import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys
import urllib.parse

import pyotp


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: got {got!r}, expected {expected!r}")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def oathtool(case):
    # The secret of a test, made of a seed that is in the repository, may be an argument.
    return run("oathtool", "--base32", f"--totp={case['algorithm']}", f"--digits={case['digits']}",
               f"--time-step-size={case['period']}s", f"--now=@{case['seconds']}", case["secret"]).strip()


def authenticator(case):
    return pyotp.TOTP(case["secret"], digits=case["digits"], digest=getattr(hashlib, case["algorithm"]),
                      interval=case["period"])


def check_codes(folder):
    cases = json.loads((folder / "cases.json").read_text())
    expected = [case["code"] for case in cases]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        made = {"oathtool": list(pool.map(oathtool, cases))}
    made["pyotp"] = [authenticator(case).at(case["seconds"]) for case in cases]
    for who, codes in made.items():
        for number, (got, code) in enumerate(zip(codes, expected, strict=True)):
            check(f"{who}, case {number}", got, code)
        (folder / f"codes_{who}.txt").write_text("".join(f"{code}\n" for code in codes))
        print(f"{who}: the same {len(codes)} codes")
    for case in cases:
        check("pyotp takes our code", authenticator(case).verify(case["code"], case["seconds"]), True)


def check_uri(enrolment):
    """Reads the URI by urllib, and by pyotp unless the label has a character that pyotp cannot read.

    pyotp.parse_uri (2.6 to 2.9) decodes the whole URI before it cuts it at '?', '&' and '#'.
    """
    uri = urllib.parse.urlsplit(enrolment["uri"])
    issuer, _, name = uri.path[1:].partition(":")
    query = dict(urllib.parse.parse_qsl(uri.query, strict_parsing=True))
    got = [uri.scheme, uri.netloc, urllib.parse.unquote(issuer), urllib.parse.unquote(name), query["issuer"], query["secret"]]
    check("urllib", got, ["otpauth", "totp", enrolment["issuer"], enrolment["account_name"], enrolment["issuer"],
                          enrolment["secret"]])
    if set("#%&+;?") & set(enrolment["issuer"] + enrolment["account_name"]):
        return 0
    totp = pyotp.parse_uri(enrolment["uri"])
    check("pyotp: kind", type(totp), pyotp.TOTP)
    for ours, theirs in [("issuer", totp.issuer), ("account_name", totp.name), ("secret", totp.secret),
                         ("digits", totp.digits), ("period", totp.interval), ("algorithm", totp.digest().name)]:
        check(f"pyotp: {ours}", theirs, enrolment[ours])
    check("pyotp: code by the URI", totp.at(1234567890), authenticator(enrolment).at(1234567890))
    return 1


def read_picture(file):
    return run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file))


def draw_text(file):
    """Draws what a terminal shows, 4 pixels a module, as a portable greymap."""
    rows = []
    for line in file.read_text().splitlines():
        colours, reset = "\x1b[30;107m", "\x1b[0m"
        check("colours", (line.startswith(colours), line.endswith(reset)), (True, True))
        glyphs = line.removeprefix(colours).removesuffix(reset)
        rows.append([0 if glyph in "\u2580\u2588" else 255 for glyph in glyphs for _ in range(4)])
        rows.append([0 if glyph in "\u2584\u2588" else 255 for glyph in glyphs for _ in range(4)])
    picture = b"".join(bytes(row) * 4 for row in rows)
    out = file.with_suffix(".pgm")
    out.write_bytes(f"P5 {len(rows[0])} {len(rows) * 4} 255\n".encode() + picture)
    return out


def check_pictures(folder):
    enrolments = json.loads((folder / "enrolments.json").read_text())
    read_by_pyotp = sum(check_uri(enrolment) for enrolment in enrolments)
    for number, enrolment in enumerate(enrolments):
        check(f"zbarimg, SVG {number}", read_picture(folder / f"qr_{number}.png"), enrolment["uri"] + "\n")
        text = draw_text(folder / f"qr_{number}.txt")
        check(f"zbarimg, text {number}", read_picture(text), enrolment["uri"] + "\n")
    count = len(enrolments)
    print(f"pyotp: reads {read_by_pyotp} URIs, urllib {count}; zbarimg: reads {count} SVG pictures and {count} of text")


check_codes(pathlib.Path(sys.argv[1]))
check_pictures(pathlib.Path(sys.argv[1]))
