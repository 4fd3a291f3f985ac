"""The command line: ``hml quickstart | lab | replay | verify | pack``."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import __version__, progress
from .errors import HmlError, MissingProgramError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except HmlError as error:
        print(f"hml: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"hml: interrupted{options.kept}", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hml", description="Signal-versus-background studies, recorded as they are clicked."
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(kept="")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    quick = commands.add_parser(
        "quickstart", help="a whole study without a browser: generate, select, train, compare, record"
    )
    quick.add_argument("--study", default="study", help="folder of the study (default: study)")
    quick.add_argument("--events", type=int, default=2000, help="events for each process (default: 2000)")
    quick.set_defaults(run=_quickstart, kept="; finished pieces are kept, the same command goes on from there")

    lab = commands.add_parser("lab", help="copy the tutorials here and open JupyterLab on the first")
    lab.add_argument("--no-browser", action="store_true", help="only start the server")
    lab.add_argument("--port", type=int, help="where JupyterLab listens; a free one near 8888 by default")
    lab.set_defaults(run=_lab)

    again = commands.add_parser(
        "replay", help="run a recorded notebook, or a packed study, in an empty folder and compare every result"
    )
    again.add_argument("notebook", type=Path)
    again.add_argument(
        "--inputs",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="where a file that the notebook reads is now; once for each file",
    )
    again.add_argument("--json", action="store_true", help="print the verdicts as one line of JSON")
    again.add_argument("--while-open", action="store_true", help="stop when the standard input closes")
    again.set_defaults(run=_replay)

    check = commands.add_parser("verify", help="check a preserved network: files, card, and its scores in every format")
    check.add_argument("folder", type=Path)
    check.set_defaults(run=_verify)

    packing = commands.add_parser(
        "pack", help="write a study, its results and its record, or a preserved network, into one file"
    )
    packing.add_argument("study")
    packing.add_argument(
        "--to", metavar="FILE", help="the file (default: STUDY.zip beside it, of a preserved network in this folder)"
    )
    packing.set_defaults(run=_pack)
    return parser


def _quickstart(options: argparse.Namespace) -> int:
    from .quickstart import quickstart
    from .studies import study_name

    began = time.monotonic()
    with _bars():
        tables = quickstart(options.study, events=options.events)
    for table in tables:
        print(f"\n{table}")
    spent, study = time.monotonic() - began, study_name(Path(options.study).resolve())
    print(f"\nDone in {spent:.0f} s. Left here: {study}/ (runs, data, models), {study}.record.ipynb and .py")
    print(f"Look at it:     {_command('lab')}    and there {study}.record.ipynb")
    print(f'Go on from it:  in a new notebook, import hml_jupyter as hml, then hml.Lab("{study}")')
    print(f"Replay it:      {_command('replay')} {shlex.quote(study)}.record.ipynb")
    return 0


def _lab(options: argparse.Namespace) -> int:
    places = (
        Path(__file__).parent / "examples",
        Path(__file__).parent.parent / "examples",
    )  # a checkout has them beside
    place = next((folder for folder in places if any(folder.glob("*.ipynb"))), None)
    if place is None:
        msg = "the tutorials are not in this installation; install hml_jupyter again"
        raise MissingProgramError(msg)
    tutorials = sorted(place.glob("*.ipynb"))
    for source in (*tutorials, *(events.parent for events in sorted(place.glob("*/Events")))):
        if Path(source.name).exists():
            print(f"{source.name} is here already and stays as it is")
        elif source.is_dir():
            shutil.copytree(source, source.name)
            print(f"copied {source.name}, a saved run that a tutorial reads")
        else:
            shutil.copyfile(source, source.name)
            print(f"copied {source.name}")
    command = [sys.executable, "-m", "jupyter", "lab", f"--LabApp.default_url=/lab/tree/{tutorials[0].name}"]
    if options.no_browser:
        command.append("--no-browser")
    if options.port is not None:
        command.append(f"--port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    sys.stdout.flush()
    os.execv(command[0], command)


def _replay(options: argparse.Namespace) -> int:
    from .replay import replay

    inputs = dict(_pair(text) for text in options.inputs)
    if options.while_open:
        threading.Thread(target=_interrupt_at_end_of_input, daemon=True).start()
    if options.json:
        found = replay(options.notebook, inputs=inputs)
        rows = [[step.number, step.code, step.verdict, step.note] for step in found.steps]
        print(json.dumps({"text": found.text, "ok": found.ok, "rows": rows}))
        return 0 if found.ok else 1
    with _bars():
        found = replay(options.notebook, inputs=inputs)
    for step in found.steps:
        print(f"{step.number:3d}  {step.verdict:22s} {step.code[:80]}" + (f"\n     {step.note}" if step.note else ""))
    print(found.text)
    return 0 if found.ok else 1


def _verify(options: argparse.Namespace) -> int:
    from . import display  # noqa: F401  (what is found shows itself as a table)
    from .preserve import load_preserved

    found = load_preserved(options.folder).verify()
    print(found)
    return 0 if found.ok else 1


def _pack(options: argparse.Namespace) -> int:
    from .pack import pack
    from .studies import MARK, sidecar_paths

    with _bars():
        file = pack(options.study, path=options.to)
    opens = "Lab" if (Path(options.study) / MARK).is_file() else "load_preserved"
    recorded = opens == "Lab" and sidecar_paths(Path(options.study))[0].is_file()
    how = f"{_command('replay')} {shlex.quote(str(file))}" if recorded else f"hml.{opens}({str(file)!r})"
    print(f"{file}: {file.stat().st_size / 1e6:.3g} MB; look at it with {how}")
    return 0


def _interrupt_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    main = threading.main_thread()
    while main.is_alive() and main.ident:  # one that comes while the kernel starts is lost
        signal.pthread_kill(main.ident, signal.SIGINT)
        time.sleep(2)


def _pair(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not equals or not name or not path:
        from .errors import ArgumentError

        msg = f"--inputs takes NAME=PATH, not {text!r}"
        raise ArgumentError(msg)
    return name, path


def _command(verb: str) -> str:
    """Return how the user calls us: with the folder of the environment where the command is not on the path."""
    beside = Path(sys.executable).parent / "hml"
    if shutil.which("hml") or not beside.exists():
        return f"hml {verb}"
    here = Path.cwd()
    shown = beside.relative_to(here) if beside.is_relative_to(here) else beside
    return f"{shown} {verb}"


@contextmanager
def _bars() -> Iterator[None]:
    """Show progress as bars with rate and remaining time; notices stay above them."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.table import Column

    def fixed(width: int) -> Column:
        return Column(min_width=width, no_wrap=True)

    columns = (
        TextColumn("{task.description}", table_column=Column(max_width=36, no_wrap=True, overflow="ellipsis")),
        BarColumn(12, table_column=fixed(12)),
        TextColumn("{task.fields[rate]}", table_column=fixed(13)),
        TimeElapsedColumn(table_column=fixed(7)),
        TimeRemainingColumn(table_column=fixed(7)),
    )
    tasks: dict[str, Any] = {}
    with Progress(*columns) as shown:

        def end() -> None:
            """Fill the bars of the stages before: not every stage tells that it has come to its end."""
            for task in shown.tasks:
                shown.update(task.id, completed=1.0)

        def hear(report: progress.Report) -> None:
            if report.is_notice:
                shown.console.print(report.text, markup=False, highlight=False)
                return
            data = report.data
            name = str(data.get("label") or report.text)
            if name not in tasks:
                end()
                if not shown.console.is_terminal:  # a log gets its bars at the end only
                    shown.console.print(f"{name} ...", markup=False, highlight=False, soft_wrap=True)
                tasks[name] = shown.add_task(name, total=1.0, rate="")
            made, spent = data.get("done"), shown.tasks[tasks[name]].elapsed
            rate = f"{made / spent:.3g} {data['unit']}/s" if made and spent and spent > 0.5 else ""
            shown.update(tasks[name], completed=report.fraction or 0.0, rate=rate)

        with progress.listening(hear):
            yield
        end()
