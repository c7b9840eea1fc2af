"""Run inside a network namespace of its own: the whole product is used, and every packet that tries to leave is noted.

The only way out is an interface that leads nowhere; a raw socket sees what is sent to it. Prints one JSON object:
{"steps": what was done, "packets": what was seen}. Started by test_egress.py with `unshare --net --mount`.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from playwright.sync_api import expect, sync_playwright

from localmind_app.core.jobs import Queue, register
from localmind_app.worker import PERIODIC
from tests.e2e.conftest import QUIET
from tests.product import Product, eventually, running
from tests.reflex_client import ACCOUNT, CHAT, delta_of, page

# What the browser itself asks of its maker (updates, sign-in, form filling) goes to a closed port of this machine, or
# is off. None of this touches what a page asks for.
MAKER = "http://127.0.0.1:9/"
NO_MAKER = [
    f"--gaia-url={MAKER}", f"--google-apis-url={MAKER}", f"--google-base-url={MAKER}", f"--lso-url={MAKER}",
    f"--apps-gallery-update-url={MAKER}", f"--component-updater=url-source={MAKER}",
    f"--autofill-server-url={MAKER}", f"--variations-server-url={MAKER}", "--disable-extensions",
]  # fmt: skip
EVERYTHING = 0x0003  # ETH_P_ALL
SINK = "sink0"


def seal(folder: Path) -> None:
    """Loopback up, one default route to nowhere for IPv4 and IPv6, and a name server that lies out there."""
    resolver = folder / "resolv.conf"
    resolver.write_text("nameserver 10.99.0.1\noptions timeout:1\n")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)
    for command in (
        f"link set lo up|link add {SINK} type veth peer name nowhere0|link set {SINK} addrgenmode none arp off|"
        f"link set nowhere0 addrgenmode none up|link set {SINK} up|"
        f"addr add 10.99.0.2/24 dev {SINK}|route add default via 10.99.0.1 dev {SINK}|"
        f"addr add fd99::2/64 dev {SINK} nodad|-6 route add default via fd99::1 dev {SINK}"
    ).split("|"):
        done = subprocess.run(["ip", *command.split()], capture_output=True, text=True)
        assert done.returncode == 0 or ("fd99" in command and "disabled" in done.stderr), (command, done.stderr)


class Sink(threading.Thread):
    """Notes every packet that leaves by the interface."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.packets: list[str] = []
        self._raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
        self._raw.bind((SINK, 0))

    def run(self) -> None:
        while True:
            self.packets.append(told(self._raw.recv(65536)))


def told(frame: bytes) -> str:
    """Protocol and destination of a frame in words."""
    kind, body = int.from_bytes(frame[12:14], "big"), frame[14:]
    if kind == 0x0800:
        port = int.from_bytes(body[22:24], "big")
        return f"IPv4 protocol {body[9]} to {socket.inet_ntoa(body[16:20])} port {port} {body[28:90]!r}"
    if kind == 0x86DD:
        return f"IPv6 next {body[6]} to {socket.inet_ntop(socket.AF_INET6, body[24:40])} {body[40:90]!r}"
    return f"ethertype {kind:#06x}"


def control(sink: Sink, chromium: str) -> None:
    """The sink works: what a program or a page sends is seen, and then forgotten."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"a program", ("192.0.2.1", 9))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *NO_MAKER])
        window = browser.new_page()
        window.evaluate(
            "() => { fetch('http://a-page.example/').catch(() => 0); new Image().src = 'http://192.0.2.7/'; }"
        )
        for sign in ("a program", "a-page", "to 192.0.2.7"):
            eventually(lambda wanted=sign: any(wanted in packet for packet in sink.packets))
        browser.close()
    time.sleep(1)  # what the kernel still says about them
    sink.packets.clear()


def tour(root: Path, chromium: str) -> list[str]:
    """Everything a person and a program do with the product at its defaults."""
    steps = []
    with running(root, LOCALMIND_DEV="") as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *NO_MAKER])
        window = browser.new_page()
        window.goto(product.link)
        window.wait_for_url(product.base + "/")
        steps.append("signed in by the link")
        field = window.get_by_role("textbox", name="Message")
        field.fill("What does LocalMind send to the network?")
        window.get_by_role("button", name="Send", exact=True).click()
        window.wait_for_url("**/c/*")
        expect(window.get_by_role("button", name="Stop", exact=True)).to_be_hidden(timeout=30_000)
        expect(window.locator("article")).to_have_count(2)
        steps.append("asked and read the stream")
        chat = window.url.rpartition("/c/")[2]
        product.client.cookies.update({cookie["name"]: cookie["value"] for cookie in window.context.cookies()})
        window.goto(product.base + "/settings")
        expect(window.get_by_role("heading", name="Appearance")).to_be_visible()
        steps.append("settings")
        for form in ("md", "json"):
            assert product.client.get(f"/api/chats/{chat}/export?form={form}").status_code == 200
        steps.append("exported")
        with page(product, f"/c/{chat}") as opened:
            opened.choose("slow")
            opened.send("Write and be stopped")
            time.sleep(0.5)
            opened.emit(f"{CHAT}.stop")
            form = {"name": "program"}
            key = opened.act(f"{ACCOUNT}.create_key", lambda u: delta_of(u, ACCOUNT).get("new_key"), form=form)
        steps.append("stopped an answer, made a key")
        headers = {"Authorization": f"Bearer {key}"}
        body = {"model": "starter", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}
        with httpx.Client(base_url=product.base, headers=headers, timeout=60) as program:
            assert program.post("/v1/chat/completions", json=body).status_code == 200
            names = [model["id"] for model in program.get("/v1/models").json()["data"] if model["kind"] == "embedding"]
            for name in names:
                asked = program.post("/v1/embeddings", json={"model": name, "input": "words"})
                assert asked.status_code == 200, asked.text
        steps.append("used the API")
        have_work_done(product)
        steps.append("the worker did its upkeep")
        product.kill("web")
        eventually(lambda: product.client.get("/readyz").status_code == 200, 30)
        window.goto(product.base + "/")
        expect(field).to_be_visible()
        steps.append("came back after a crash")
        browser.close()
    return steps


def have_work_done(product: Product) -> None:
    """Every periodic job once; they come by themselves only after a minute."""
    queue = Queue(product.home)
    for job in PERIODIC:
        register(job)
        queue.submit(job.name)
    queue.close()
    log = product.home.logs / "worker.log"
    eventually(
        lambda: all(f"{job.name} removed" in log.read_text() for job in PERIODIC if job.name.startswith("purge"))
    )


def main() -> None:
    """Seal, look, use, tell."""
    home, chromium = Path(sys.argv[1]), sys.argv[2]
    seal(home.parent)
    sink = Sink()
    sink.start()
    control(sink, chromium)
    steps = tour(home, chromium)
    time.sleep(1)
    print(json.dumps({"steps": steps, "packets": sink.packets}))


if __name__ == "__main__":
    main()
