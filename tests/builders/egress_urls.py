"""Names, what they resolve to, and the URLs that the egress guard takes or refuses."""

import socket

PUBLIC = "93.184.215.14"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

# What a name resolves to in these tests; addresses resolve to themselves.
ANSWERS = {
    "hooks.partner.test": [PUBLIC, PUBLIC_V6],
    "inside.partner.test": ["10.1.2.3"],
    "loop.partner.test": ["127.0.0.1"],
    "half.partner.test": [PUBLIC, "127.0.0.1"],
    "half6.partner.test": [PUBLIC, "::1"],
    "nat64.partner.test": ["64:ff9b::7f00:1"],
    "mapped.partner.test": ["::ffff:127.0.0.1"],
    "scoped.partner.test": ["fe80::1%eth0"],
    "odd.partner.test": ["not an address"],
    "localhost": ["127.0.0.1", "::1"],
    "metadata.google.internal": ["169.254.169.254"],
}

# url, code. No connection may be tried for any of them.
REFUSED = [
    # schemes
    ("http://hooks.partner.test/", "scheme_not_allowed"),
    ("ftp://hooks.partner.test/", "scheme_not_allowed"),
    ("file:///etc/passwd", "scheme_not_allowed"),
    ("gopher://127.0.0.1:6379/_FLUSHALL", "scheme_not_allowed"),
    ("javascript:alert(1)", "scheme_not_allowed"),
    ("data:text/plain,x", "scheme_not_allowed"),
    ("//hooks.partner.test/", "scheme_not_allowed"),
    ("hooks.partner.test", "scheme_not_allowed"),
    ("unix:///var/run/docker.sock", "scheme_not_allowed"),
    # ports
    ("https://hooks.partner.test:22/", "port_not_allowed"),
    ("https://hooks.partner.test:80/", "port_not_allowed"),
    ("https://hooks.partner.test:8443/", "port_not_allowed"),
    ("https://hooks.partner.test:0/", "port_not_allowed"),
    ("https://hooks.partner.test:/", "port_not_allowed"),
    ("https://hooks.partner.test:65536/", "url_malformed"),
    ("https://hooks.partner.test:44e1/", "url_malformed"),
    ("https://hooks.partner.test:-1/", "url_malformed"),
    # userinfo, fragment, ambiguous characters
    ("https://user:word@hooks.partner.test/", "userinfo_not_allowed"),
    ("https://hooks.partner.test@127.0.0.1/", "userinfo_not_allowed"),
    ("https://@hooks.partner.test/", "userinfo_not_allowed"),
    ("https://hooks.partner.test#@127.0.0.1/", "fragment_not_allowed"),
    ("https://hooks.partner.test/#", "fragment_not_allowed"),
    ("https://127.0.0.1\\@hooks.partner.test/", "url_malformed"),
    ("https://hooks.partner.test\\.inside.partner.test/", "url_malformed"),
    ("https://hooks.partner.test/a b", "url_malformed"),
    (" https://hooks.partner.test/", "url_malformed"),
    ("https://hooks.partner.test/\r\nX-Evil: 1", "url_malformed"),
    ("https://hooks.partner.test/\t", "url_malformed"),
    ("https://hooks.partner.test/\0", "url_malformed"),
    ("ht\ntps://hooks.partner.test/", "url_malformed"),
    ("", "url_malformed"),
    ("https://hooks.partner.test/" + "x" * 2048, "url_malformed"),
    # hosts
    ("https:///path", "host_not_allowed"),
    ("https://.", "host_not_allowed"),
    ("https://hooks..partner.test/", "host_not_allowed"),
    ("https://-hooks.partner.test/", "host_not_allowed"),
    ("https://hooks.partner.test%2f@127.0.0.1/", "userinfo_not_allowed"),
    ("https://127.0.0.1%2f.partner.test/", "host_not_allowed"),
    ("https://*.partner.test/", "host_not_allowed"),
    ("https://" + "a" * 64 + ".test/", "host_not_allowed"),
    ("https://[::1/", "url_malformed"),
    ("https://[::1%25lo]/", "host_not_allowed"),
    ("https://[fe80::1%eth0]/", "host_not_allowed"),
    ("https://[v1.x]/", "host_not_allowed"),
    (f"https://[{PUBLIC_V6}]inside.partner.test/", "host_not_allowed"),
    (f"https://inside.partner.test[{PUBLIC_V6}]/", "host_not_allowed"),
    ("https://[]/", "url_malformed"),
    # IDN and Unicode that resolvers fold into ASCII
    ("https://①②⑦.⓪.⓪.①/", "host_not_ascii"),
    ("https://127。0。0。1/", "host_not_ascii"),
    ("https://ｌｏｃａｌｈｏｓｔ/", "host_not_ascii"),  # noqa: RUF001 - the attack itself
    ("https://münchen.test/", "host_not_ascii"),
    ("https://hooks.partner.test/ü", "url_malformed"),
    # addresses in disguise
    ("https://127.1/", "host_not_allowed"),
    ("https://0x7f.1/", "host_not_allowed"),
    ("https://2130706433/", "host_not_allowed"),
    ("https://017700000001/", "host_not_allowed"),
    ("https://0177.0.0.1/", "host_not_allowed"),
    ("https://127.0.0.01/", "host_not_allowed"),
    ("https://0x7f000001/", "host_not_allowed"),
    ("https://127.0.0.0x1/", "host_not_allowed"),
    ("https://1.2.3.4.5/", "host_not_allowed"),
    ("https://256.1.1.1/", "host_not_allowed"),
    ("https://0/", "host_not_allowed"),
    # addresses that lead inside
    ("https://127.0.0.1/", "address_not_allowed"),
    ("https://127.0.0.1./", "address_not_allowed"),
    ("https://127.255.255.254/", "address_not_allowed"),
    ("https://0.0.0.0/", "address_not_allowed"),
    ("https://10.0.0.1/", "address_not_allowed"),
    ("https://172.16.0.1/", "address_not_allowed"),
    ("https://192.168.1.1/", "address_not_allowed"),
    ("https://169.254.169.254/latest/meta-data/", "address_not_allowed"),
    ("https://100.100.100.200/", "address_not_allowed"),
    ("https://168.63.129.16/", "address_not_allowed"),
    ("https://192.0.0.8/", "address_not_allowed"),
    ("https://192.0.2.1/", "address_not_allowed"),
    ("https://198.18.0.1/", "address_not_allowed"),
    ("https://224.0.0.1/", "address_not_allowed"),
    ("https://240.0.0.1/", "address_not_allowed"),
    ("https://255.255.255.255/", "address_not_allowed"),
    ("https://[::]/", "address_not_allowed"),
    ("https://[::1]/", "address_not_allowed"),
    ("https://[::127.0.0.1]/", "address_not_allowed"),
    ("https://[::ffff:127.0.0.1]/", "address_not_allowed"),
    ("https://[::ffff:5db8:d70e]/", "address_not_allowed"),
    ("https://[64:ff9b::7f00:1]/", "address_not_allowed"),
    ("https://[64:ff9b:1::1]/", "address_not_allowed"),
    ("https://[2002:7f00:1::]/", "address_not_allowed"),
    ("https://[2001:0:7f00:1::]/", "address_not_allowed"),
    ("https://[fe80::1]/", "address_not_allowed"),
    ("https://[fc00::1]/", "address_not_allowed"),
    ("https://[fd00:ec2::254]/", "address_not_allowed"),
    ("https://[fec0::1]/", "address_not_allowed"),
    ("https://[ff02::1]/", "address_not_allowed"),
    ("https://[2001:db8::1]/", "address_not_allowed"),
    # names that lead inside, wholly or by one answer
    ("https://inside.partner.test/", "address_not_allowed"),
    ("https://INSIDE.partner.test./", "address_not_allowed"),
    ("https://loop.partner.test/", "address_not_allowed"),
    ("https://half.partner.test/", "address_not_allowed"),
    ("https://half6.partner.test/", "address_not_allowed"),
    ("https://nat64.partner.test/", "address_not_allowed"),
    ("https://mapped.partner.test/", "address_not_allowed"),
    ("https://scoped.partner.test/", "address_not_allowed"),
    ("https://odd.partner.test/", "address_not_allowed"),
    ("https://localhost/", "address_not_allowed"),
    ("https://metadata.google.internal/", "address_not_allowed"),
]

ACCEPTED = [
    "https://hooks.partner.test",
    "https://hooks.partner.test/kyc?tenant=1&x=%2F",
    "https://HOOKS.partner.test.:443/",
    f"https://{PUBLIC}/",
    f"https://[{PUBLIC_V6}]/",
]


class RecordingDial:
    """Counts the connections asked for and makes none."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: tuple[str, int], timeout_s: float) -> socket.socket:
        self.asked.append(address)
        assert timeout_s > 0
        raise ConnectionRefusedError


def resolve(host: str, port: int, timeout_s: float) -> list[str]:
    """What a name resolves to here; addresses resolve to themselves."""
    assert port > 0
    assert timeout_s > 0
    return ANSWERS.get(host, [host] if ":" in host or host[-1].isdigit() else [])
