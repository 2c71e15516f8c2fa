"""What the portal costs, held against a bare Django page on the same machine: ``make bench``.

    python -m dev.bench            build 10,000 and 100,000 proposals, measure, print, and write docs/performance.md
    python -m dev.bench 200 400    other numbers of proposals (nothing is written); BENCH_ROUNDS=5 for fewer rounds

A database cluster of its own, durable as in production, in .local/bench: the demo municipality's year, copied as many
times as it takes (bench/multiply.py). One gunicorn for each size serves our pages and the bare ones alike, with one
process and one thread, so that nothing but the page itself is compared.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import BARE_VIEW, GROWTH, WANTED, Ratio, Server, beside, ratio, rounds
from dev import messages
from dev.cluster import psql, running_cluster
from dev.demo import DEFAULT_MODEL, LOCAL, DemoError, manage
from dev.processes import ROOT, Stopped, Supervisor
from dev.progress import line_by_line, step
from dev.server_account import PostgresError

FOLDER = LOCAL / "bench"
SIZES = (10_000, 100_000)
ROUNDS = 40
PRINTS = 30
#: A meeting packet of so many pages is made while this page is asked for, which may then take so
#: many times as long as alone.
PACKET, WATCHED, SLOWER = 300, "proposal list", 1.25
PORT = 8190
PAGE = ROOT / "docs" / "performance.md"
HEADING = "## The portal beside a bare page"


def environment(url: str) -> dict[str, str]:
    """What the bench's programs are started with; production's settings, but for https and mail."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": url,
        "TREPART_DATA": str(FOLDER / "data"),
        "SECRET_KEY": "only-for-the-bench-" + "b" * 40,
        "AUDIT_SEAL_KEY": "22" * 32,
        "SITE_URL": f"http://localhost:{PORT}",
        "EMAIL_URL": "dummymail://",
        "PYTHONUNBUFFERED": "1",
    }


def build(supervisor: Supervisor, socket_dir: Path, url: str, size: int) -> str:
    """Make the database of ``size`` proposals out of the seed, and return its URL."""
    name = f"bench_{size}"
    psql(socket_dir, "postgres", "-c", f'CREATE DATABASE "{name}" TEMPLATE bench_seed')
    own = url.replace("bench_seed", name)
    with step(f"{size:,} proposals".replace(",", " ")):
        run(supervisor, own, "-m", "bench.build", "grow", str(size))
    return own


def run(supervisor: Supervisor, url: str, *command: str) -> str:
    """Run one of the bench's programs and return what it printed; raises DemoError where it fails."""
    log = FOLDER / "log"
    with log.open("w+b") as output:
        code = supervisor.run([sys.executable, *command], environment(url), output=output.fileno())
        output.seek(0)
        said = output.read().decode(errors="replace")
    if code:
        raise DemoError(f"{said[-3000:]}\n{' '.join(command)} failed.")
    return said


def last_line(text: str) -> str:
    """The last line of what a program printed: the others are its log."""
    return text.strip().rpartition("\n")[2]


def seed(supervisor: Supervisor, url: str) -> None:
    """The demo municipality and what the measured writes use up, in the database all the others are made from."""
    with messages.lock():
        messages.compile_all()
    surroundings = {**environment(url), "DJANGO_SETTINGS_MODULE": "trepart.settings"}
    with step("Tables"):
        manage(supervisor, surroundings, "migrate", "--verbosity=0", "--no-input", quiet=True)
    print("The demo municipality (about a minute)")
    manage(supervisor, {**surroundings, "TREPART_DEMO": "1"}, "load_demo", "--model", DEFAULT_MODEL)
    with step("What the writes use up"):
        run(supervisor, url, "-m", "bench.build", "seed")
    with step("Style sheets, scripts, fonts"):
        manage(supervisor, surroundings, "collectstatic", "--no-input", "--verbosity=0", quiet=True)


def serve(supervisor: Supervisor, url: str, port: int) -> None:
    """Start the server of one database, and wait until it answers."""
    web = [sys.executable, "-m", "gunicorn", "bench.wsgi:application", f"--bind=127.0.0.1:{port}", "--workers=1"]
    web += [
        "--worker-class=gthread",
        "--threads=1",
        "--log-level=warning",
        "--no-control-socket",
        "--timeout=300",
        "--keep-alive=300",
    ]
    with (FOLDER / f"web-{port}.log").open("wb") as output:
        process = supervisor.start(web, environment(url), output=output.fileno())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        supervisor.pause(0.2)
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise DemoError(f"{(FOLDER / f'web-{port}.log').read_text()[-3000:]}\nThe server did not start.")


def table(servers: dict[int, Server], printed: tuple[list[float], list[float]]) -> tuple[list[str], list[str]]:
    """Return the lines of the table (Markdown), and a sentence for everything that costs more than is wanted."""
    sizes = sorted(servers)
    head = ["page", *(f"{size:,}".replace(",", " ") for size in sizes), "grows", "wanted", f"× {BARE_VIEW}"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    over: list[str] = []
    for name, (bare, most) in WANTED.items():
        found: list[Ratio] = [ratio(servers[s].took[name], servers[s].took[bare]) for s in sizes]
        grows = found[-1].middle / found[0].middle
        least = " / ".join(f"{ratio(servers[s].took[name], servers[s].took[BARE_VIEW]).middle:.0f}" for s in sizes)
        lines.append(f"| {name} | {' | '.join(map(str, found))} | {grows:.2f} | {most:g} × {bare} | {least} |")
        over += [
            f"{name}: {r.middle:.2f} × {bare} with {s} proposals, wanted {most:g}"
            for s, r in zip(sizes, found, strict=True)
            if r.middle > most
        ]
        if grows > GROWTH:
            over.append(f"{name}: the ratio grows by {grows:.2f}, wanted {GROWTH}")
    paper = ratio(*printed)
    lines.append(f"| minutes as PDF | {paper} | | | 1.1 × WeasyPrint alone | |")
    if paper.middle > 1.1:
        over.append(f"minutes as PDF: {paper.middle:.2f} × WeasyPrint alone, wanted 1.1")
    return lines, over


def milliseconds(servers: dict[int, Server]) -> list[str]:
    """Return the medians themselves: the whole answer, and processor time of the web server."""
    sizes = sorted(servers)
    lines = [
        f"| milliseconds (of them Python) | {' | '.join(f'{s:,}'.replace(',', ' ') for s in sizes)} |",
        "|---|" + "---|" * len(sizes),
    ]
    for name in servers[sizes[0]].took:
        cells = [
            f"{statistics.median(servers[s].took[name]):.1f} ({statistics.median(servers[s].cpu[name]):.1f})"
            for s in sizes
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def packet(supervisor: Supervisor, url: str, server: Server, pages: int) -> tuple[str, str]:
    """Make a packet in the background as the worker does (no less polite, deploy/worker.service) while a page is
    asked for again and again.

    Returns what it took, in a sentence, and what is beyond what is wanted, or nothing.
    """
    number = last_line(run(supervisor, url, "-m", "bench.build", "packet", str(pages)))
    until = time.monotonic() + 15
    alone = beside(server, WATCHED, lambda: time.monotonic() < until)
    log = FOLDER / "packet.log"
    command = ["nice", "-n", "5", sys.executable, "-m", "bench.build", "make", number]
    with log.open("wb") as output:
        making = supervisor.start(command, environment(url), output=output.fileno())
        meanwhile = beside(server, WATCHED, lambda: making.poll() is None)
    if making.returncode:
        raise DemoError(f"{log.read_text()[-3000:]}\nThe packet was not made.")
    made, seconds = json.loads(last_line(log.read_text()))
    times = statistics.median(meanwhile) / statistics.median(alone)
    said = (
        f"A meeting packet of {made} pages was made in the background in {seconds:.0f} s; the {WATCHED} took "
        f"{statistics.median(meanwhile):.1f} ms beside it ({len(meanwhile)} times) and {statistics.median(alone):.1f} "
        f"ms alone: {times:.2f} × (wanted {SLOWER:g})."
    )
    return said, f"{WATCHED}: {times:.2f} × alone while a packet is made, wanted {SLOWER:g}" if times > SLOWER else ""


def machine() -> str:
    """Say, in a few words, on what and under what load it was measured."""
    model = (
        re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        if Path("/proc/cpuinfo").exists()
        else None
    )
    name = model[1].strip() if model else "this machine"
    return f"{os.cpu_count()} cores ({name}), load {os.getloadavg()[0]:.1f}"


def write_page(lines: Sequence[str], ours: Sequence[str], over: Sequence[str], number: int) -> None:
    """Put what was measured into docs/performance.md, in place of what stood there."""
    now = datetime.now(UTC)
    said = (
        "Everything is within what is wanted."
        if not over
        else "Beyond what is wanted:\n\n" + "\n".join(f"- {one}" for one in over)
    )
    text = (
        f"{HEADING}\n`make bench`, {now:%d.%m.%Y}, {machine()}, {number} rounds in turns: how many times as much as "
        "the bare page, of the medians, with the middle half of the rounds in\n"
        "parentheses. A bare list has a session, 25 rows and a plain template; a bare write has a session, one lock, "
        "one insert and a commit; a bare view answers two\n"
        "letters. All three run behind Django's own middleware in the same process, on the same database.\n\n"
        + "\n".join(lines)
        + f"\n\n{said}\n\n"
        + "\n".join(ours)
        + "\n"
    )
    page = PAGE.read_text()
    before, _mark, rest = page.partition(HEADING)
    after = rest.partition("\n## ")[2]
    PAGE.write_text(before.rstrip() + "\n\n" + text + (f"\n## {after}" if after else ""))


def bench(sizes: Sequence[int], number: int) -> None:
    """Build, measure, print; write the page where the sizes are the ones it speaks of."""
    shutil.rmtree(FOLDER / "pg", ignore_errors=True)
    (FOLDER / "data" / "static").mkdir(parents=True, exist_ok=True)
    with Supervisor() as outer, running_cluster(FOLDER / "pg", databases=("bench_seed",)) as cluster:
        url = cluster.url("bench_seed")
        with Supervisor() as supervisor:
            outer.check()
            seed(supervisor, url)
            urls = {size: build(supervisor, cluster.socket_dir, url, size) for size in sizes}
            servers = {}
            with step("Servers"):
                for place, (size, own) in enumerate(urls.items()):
                    plan = json.loads(last_line(run(supervisor, own, "-m", "bench.build", "plan")))
                    serve(supervisor, own, PORT + place)
                    servers[size] = Server(PORT + place, plan)
            print("Rounds")
            rounds(servers, number, print)
            with step("Printing"):
                took = json.loads(last_line(run(supervisor, urls[sizes[0]], "-m", "bench.build", "pdf", str(PRINTS))))
            with step("A packet beside the pages"):
                pages = PACKET if tuple(sizes) == SIZES else PACKET // 10
                beside_it, slow = packet(supervisor, urls[sizes[0]], servers[sizes[0]], pages)
    lines, over = table(servers, (took[0], took[1]))
    over += [slow] if slow else []
    ours = [*milliseconds(servers), "", beside_it]
    print("\n" + "\n".join(lines) + "\n\n" + "\n".join(ours))
    print("\n" + ("Beyond what is wanted:\n" + "\n".join(over) if over else "Everything is within what is wanted."))
    if tuple(sizes) == SIZES:
        write_page(lines, ours, over, number)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    line_by_line()
    if not all(one.isdigit() and int(one) > 0 for one in given):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        bench(sorted(map(int, given)) or SIZES, int(os.environ.get("BENCH_ROUNDS") or ROUNDS))
    except Stopped:
        print("\nStopped.")
    except (DemoError, PostgresError, messages.MessagesError, subprocess.CalledProcessError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
