#!/usr/bin/env python3
"""A team's pool in a real PostgreSQL server: the first synchronisation, news for many members, and kills.

    swift build -c release
    Benchmarks/team.py [--exemplars 100000] [--clients 200] [--changes 50] [--kills 300] [--only first|news|kills]

The server is Scripts/postgres, with durable commits, on this machine. `kills` runs three members that add, edit and
synchronise through the command line, and kills one of them or the server at random moments; in the end every change that a
command acknowledged has to be in the database and in the pool of a new member.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Postgres:
    def __init__(self, folder, port=None):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        command = [ROOT / "Scripts/postgres", "--data", folder] + (["--port", str(port)] if port else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline().decode().split()
        self.address, self.pid = line[0], int(line[1])
        self.port = int(self.address.rsplit(":", 1)[1].split("/")[0])

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def kill(self):
        try:
            os.kill(self.pid, 9)
        except ProcessLookupError:
            pass
        self.stop()

    def query(self, text):
        return subprocess.run(["psql", self.address, "-XqAt", "-c", text], check=True, capture_output=True,
                              text=True).stdout.split("\n")[:-1]


class Member:
    def __init__(self, binary, folder):
        self.binary, self.project = binary, folder / "project"
        self.project.mkdir(parents=True)
        self.environment = os.environ | {"XDG_DATA_HOME": str(folder / "data")}

    def command(self, *arguments):
        return [self.binary, "pool", *arguments]

    def run(self, *arguments, **options):
        return subprocess.run(self.command(*arguments), cwd=self.project, env=self.environment, capture_output=True,
                              text=True, **options)

    def start(self, *arguments, input=None):
        process = subprocess.Popen(self.command(*arguments), cwd=self.project, env=self.environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if input is not None:
            process.stdin.write(input)
        process.stdin.close()
        return process


def line(number, output="out"):
    return json.dumps({"instruction": f"Do the thing with number {number}.", "input": f"some input of case {number}",
                       "output": f"{output} {number} " + "words that make it as long as a usual answer " * 4})


def first(arguments, folder):
    """Times the first synchronisation of a large pool, in both directions."""
    server = Postgres(folder / "postgres")
    anna, ben = Member(arguments.binary, folder / "anna"), Member(arguments.binary, folder / "ben")
    file = folder / "pool.jsonl"
    file.write_text("\n".join(line(number) for number in range(arguments.exemplars)) + "\n")
    start = time.perf_counter()
    anna.run("import", file, "--pool", "team", "--keep-near-duplicates", check=True)
    imported = time.perf_counter() - start
    seconds = {}
    for name, member in ("sent", anna), ("received", ben):
        start = time.perf_counter()
        member.run("remote", "add", "team", server.address, check=True)
        seconds[name] = time.perf_counter() - start
    count = int(server.query("SELECT count(*) FROM pillow.exemplars")[0])
    there = len(json.loads(ben.run("list", "--json").stdout))
    server.stop()
    assert count == there == arguments.exemplars, (count, there)
    return {"exemplars": count, "imported s": round(imported, 1), "sent s": round(seconds["sent"], 1),
            "received s": round(seconds["received"], 1)}


def news(arguments, folder):
    """How long a change takes to be in the pools of all others."""
    server = Postgres(folder / "postgres")
    tool = Path(arguments.binary).parent / "TeamClients"
    out = subprocess.run([tool, server.address, folder / "clients", str(arguments.clients), str(arguments.changes)],
                         check=True, capture_output=True, text=True).stdout
    server.stop()
    return json.loads(out.strip().split("\n")[-1])


def kills(arguments, folder):
    """Kills members and the server at random moments; nothing that was acknowledged may be missing."""
    chance = random.Random(arguments.seed)
    server = Postgres(folder / "postgres")
    members = [Member(arguments.binary, folder / f"member-{number}") for number in range(3)]
    for member in members:
        member.run("remote", "add", "team", server.address, check=True)
    acknowledged, killed, number = set(), {"member": 0, "server": 0}, 0
    for _ in range(arguments.kills):
        member = chance.choice(members)
        number += 1
        if member.run("import", "-", "--pool", "team", "--format", "jsonl", "--keep-near-duplicates",
                      input=line(number) + "\n").returncode == 0:
            acknowledged.add(number)
        process = member.start("remote", "sync")
        time.sleep(chance.uniform(0, arguments.longest))
        if chance.random() < arguments.server_share:
            server.kill()
            killed["server"] += 1
            process.wait()
            server = Postgres(folder / "postgres", server.port)
        else:
            if process.poll() is None:
                killed["member"] += 1
            process.kill()
            process.wait()
    for _ in range(2):
        for member in members:
            member.run("remote", "sync", check=True)
    late = Member(arguments.binary, folder / "late")
    late.run("remote", "add", "team", server.address, check=True)
    wanted = {json.loads(line(number))["instruction"] for number in acknowledged}
    there = set(server.query("SELECT instruction FROM pillow.exemplars WHERE NOT is_retired"))
    doubled = int(server.query("SELECT count(*) - count(DISTINCT hash) FROM pillow.exemplars")[0])
    lost = {"database": len(wanted - there)}
    for name, member in [("new member", late)] + [(f"member {n}", m) for n, m in enumerate(members)]:
        lost[name] = len(wanted - {row["instruction"] for row in json.loads(member.run("list", "--json").stdout)})
    server.stop()
    return {"kills": arguments.kills, "while a member synchronised": killed["member"], "of the server": killed["server"],
            "acknowledged": len(acknowledged), "lost": lost, "doubled": doubled}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / ".build/release/pillow-lsp"))
    parser.add_argument("--exemplars", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--longest", type=float, default=0.25, help="seconds until a kill, at most")
    parser.add_argument("--server-share", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["first", "news", "kills"])
    arguments = parser.parse_args()
    for part in (first, news, kills):
        if arguments.only and arguments.only != part.__name__:
            continue
        folder = Path(tempfile.mkdtemp(prefix="pillow-team-"))
        folder.chmod(0o755)
        print(part.__name__, json.dumps(part(arguments, folder)), flush=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
