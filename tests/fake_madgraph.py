"""A stand-in for MadGraph5_aMC@NLO: it reads our scripts, says and writes what the real one would, and makes no physics."""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

EVENT = """<event>
 4 1 {weight:.7e} 91.188 0.00755 0.118
 21 -1 0 0 503 502 0.0 0.0 {e} {e} 0.0 0. 9.
 21 -1 0 0 501 503 0.0 0.0 -{e} {e} 0.0 0. 9.
 6 1 1 2 501 0 {x} {y} 0.0 {e} 173.0 0. 9.
 -6 1 1 2 0 502 {minus_x} {minus_y} 0.0 {e} 173.0 0. 9.
</event>
"""
BANNER = """<LesHouchesEvents version="3.0">
<header>
<MGVersion>
3.5.7
</MGVersion>
<MG5ProcCard>
<![CDATA[
{process}
]]>
</MG5ProcCard>
<MGRunCard>
<![CDATA[
{run_card}
]]>
</MGRunCard>
<MGGenerationInfo>
#  Number of Events        :       {n}
#  Integrated weight (pb)  :       {sigma:.6g}
</MGGenerationInfo>
</header>
<init>
2212 2212 6.5e3 6.5e3 0 0 247000 247000 -4 1
{sigma:.6e} {error:.6e} {sigma:.6e} 1
<generator name='MadGraph5_aMC@NLO' version='3.5.7'>fake</generator>
</init>
"""


def install(root: Path) -> Path:
    """Make `root` an installation, and return a folder with the compilers it needs."""
    tools = root / "tools"
    for name in ("bin", "madgraph", "input", "models/sm", "tools"):
        (root / name).mkdir(parents=True)
    for name in ("particles.py", "restrict_no_b_mass.dat"):
        (root / "models" / "sm" / name).touch()
    (root / "VERSION").write_text("version = 3.5.7\ndate = 2024-11-29\n")
    (root / "bin" / "mg5_aMC").write_text(Path(__file__).read_text())
    for name in ("gfortran", "make"):
        (tools / name).write_text("#!/bin/sh\n")
        (tools / name).chmod(0o755)
    return tools


def say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def event(weight: float, rng: random.Random) -> str:
    """Two tops back to back with pT = 50 GeV."""
    x = 50 * rng.random()
    y = math.sqrt(2500 - x * x)
    return EVENT.format(weight=weight, e=math.hypot(173, 50), x=x, y=y, minus_x=-x, minus_y=-y)


def write_lhe(place: Path, n: int, seed: int, process: str, card: dict[str, str], factor: float = 1.0) -> None:
    rng = random.Random(seed)
    sigma = round((500 + rng.random()) * factor, 3)
    text = "\n".join(f"  {value} = {name} ! fake" for name, value in card.items())
    place.mkdir(parents=True)
    with gzip.open(place / "unweighted_events.lhe.gz", "wt") as out:
        out.write(BANNER.format(process=process, run_card=text, n=n, sigma=sigma, error=sigma / 100))
        out.writelines(event(sigma, rng) for _ in range(n))
        out.write("</LesHouchesEvents>\n")
    (place / f"{place.name}_tag_1_banner.txt").write_text(text)
    say(f"     Cross-section :   {sigma:.4g} +- {sigma / 100:.4g} pb")


def output(folder: Path, lines: list[str]) -> None:
    if any("foo" in line for line in lines):
        say("InvalidCmd : No particle foo in model", f"command not executed: output {folder}")
        return
    for name in ("SubProcesses/P1_gg_ttx", "Cards", "Events", "bin", "HTML", "lib"):
        (folder / name).mkdir(parents=True)
    (folder / "lib" / "libpdf.a").touch()
    (folder / "SubProcesses" / "subproc.mg").write_text("P1_gg_ttx\n")
    (folder / "SubProcesses" / "P1_gg_ttx" / "matrix1.ps").write_text("%!PS-Adobe-2.0\nshowpage\n")
    (folder / "Cards" / "run_card.dat").write_text(
        "  10000 = nevents ! n\n  0 = iseed\n  6500.0 = ebeam1\n  20.0 = ptj\n"
    )
    (folder / "Cards" / "param_card.dat").write_text("Block mass\n  6 173.0 # MT\n")
    (folder / "Cards" / "proc_card_mg5.dat").write_text("\n".join(lines))
    for card in ("pythia8_card_default.dat", "delphes_card_default.dat"):
        (folder / "Cards" / card).write_text("Random:seed = 1\nset RandomSeed 1\n")
    (folder / "bin" / "madevent").write_text(Path(__file__).read_text())
    say("INFO: initialize a new directory: x", "Output to directory x done.")


def launch(folder: Path, run: str, answers: list[str]) -> None:
    file = folder / "Cards" / "run_card.dat"
    card = {w.split("!")[0].strip(): v.strip() for v, w in (row.split("=") for row in file.read_text().splitlines())}
    for line in answers:
        words = line.split(maxsplit=3)
        if words[:2] == ["set", "run_card"]:
            card[words[2]] = words[3]
        if words[:1] == ["set"] and "nonsense" in line:
            say(f"\x1b[1;34mWARNING: invalid set command {' '.join(words[2:])} \x1b[0m")
    (folder / "RunWeb").write_text("1")
    say("INFO: compile directory", "INFO: Running Survey", "INFO:  Idle: 1,  Running: 1,  Completed: 2 [ 1s ]")
    plan = json.loads(os.environ.get("FAKE_MADGRAPH", "{}"))
    if plan.get("hang") == run:
        (folder / "Events" / run).mkdir(parents=True)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        if plan.get("deaf"):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say("INFO: Refine results to 10")
        time.sleep(600)
    if plan.get("race") and (folder / "lib" / "libpdf.a").exists():
        say("str : A compilation Error occurs when trying to compile x.")
        return
    if plan.get("zero"):
        say("Survey return zero cross section. ", "Zero result detected: See x")
        return
    process = (folder / "Cards" / "proc_card_mg5.dat").read_text()
    write_lhe(folder / "Events" / run, int(card["nevents"]), int(card["iseed"]), process, card)
    if plan.get("other_sigma"):
        say("     Cross-section :   400.1 +- 1.0 pb")
    (folder / "RunWeb").unlink()


def decay(folder: Path, run: str) -> None:
    card = (folder / "Cards" / "madspin_card.dat").read_text().splitlines()
    seed = int(next(line.split()[2] for line in card if line.startswith("set seed")))
    say("INFO:   Running MadSpin ", "INFO: Decaying the events...  ")
    write_lhe(folder / "Events" / f"{run}_decayed_1", 10, seed, "", {}, 0.2)


def shower(folder: Path, run: str) -> None:
    say("INFO: Running Pythia8 [arXiv:1410.3012]")
    (folder / "Events" / run / "tag_1_pythia8_events.hepmc.gz").write_bytes(b"\x1f\x8b")


def main(script: Path) -> None:
    lines = script.read_text().splitlines()
    calls = script.parent / "calls.txt"
    calls.write_text((calls.read_text() if calls.is_file() else "") + script.stem + "\n")
    for index, line in enumerate(lines):
        words = line.split()
        match words:
            case ["output", folder, *_]:
                output(Path(folder), lines[:index])
            case ["launch", folder, "-n", run]:
                launch(Path(folder), run, lines[index + 1 :])
            case ["decay_events", run, "-from_cards"]:
                decay(Path.cwd(), run)
            case ["pythia8", run, "--no_default"]:
                shower(Path.cwd(), run)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
