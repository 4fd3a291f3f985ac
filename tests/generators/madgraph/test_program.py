from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from hml_jupyter.errors import MissingProgramError, PathError, UnknownNameError
from hml_jupyter.generators.madgraph import program


def test_find_program(fake: Path) -> None:
    found = program.find_program()
    assert (found.root, found.version) == (fake, "3.5.7")
    assert Path(found.python).is_file()


def test_find_program_on_path(fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MG5_DIR")
    link = tmp_path / "mg5_aMC"
    link.symlink_to(fake / "bin" / "mg5_aMC")
    (fake / "bin" / "mg5_aMC").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.find_program().root == fake


def test_find_program_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MG5_DIR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError) as caught:
        program.find_program()
    for way in ("conda-forge", "mg5amcnlo", "launchpad.net", "MG5_DIR", "generator='pythia8'"):
        assert way in str(caught.value)
    monkeypatch.setenv("MG5_DIR", str(tmp_path))
    with pytest.raises(MissingProgramError, match=r"MG5_DIR='.*' holds no MadGraph5_aMC@NLO"):
        program.find_program()


def test_check_compiler(fake: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = program.find_program()
    program.check_compiler(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError, match="no Fortran compiler: install gfortran"):
        program.check_compiler(found)
    (fake / "input" / "mg5_configuration.txt").write_text(f"# cpp = g++\nfortran_compiler = {sys.executable}\n")
    with pytest.raises(MissingProgramError, match="needs make"):
        program.check_compiler(found)


def test_check_model(fake: Path) -> None:
    found = program.find_program()
    for model in ("sm", "sm-full", "sm-no_b_mass", str(fake / "models" / "sm"), f"{fake / 'models' / 'sm'}-no_b_mass"):
        assert program.check_model(found, model) == model
    with pytest.raises(UnknownNameError, match="unknown model 'smm'; near names: sm"):
        program.check_model(found, "smm")
    with pytest.raises(UnknownNameError, match=r"unknown model 'heft-full'.*path"):
        program.check_model(found, "heft-full")
    with pytest.raises(UnknownNameError, match="unknown restriction of the model sm 'no_bmass'; near names: no_b_mass"):
        program.check_model(found, "sm-no_bmass")


def test_check_tools(fake: Path) -> None:
    found = program.find_program()
    program.check_tools(found, "pythia8", "delphes")
    with pytest.raises(MissingProgramError, match=r"shower='mg5' is not available.*install mg5amc_py8_interface"):
        program.check_tools(found, "mg5", None)
    for file in ("HEPTools/pythia8/bin/pythia8-config", "elsewhere/MG5aMC_PY8_interface"):
        (fake / file).parent.mkdir(parents=True)
        (fake / file).touch()
    (fake / "input" / "mg5_configuration.txt").write_text("mg5amc_py8_interface_path = ./elsewhere # here\n")
    program.check_tools(found, "mg5", None)
    with pytest.raises(MissingProgramError, match="detector='delphes' is not available"):
        program.check_tools(found, "mg5", "delphes")


def test_environment(fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    variables = program.environment(program.find_program(), tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "MADGRAPH_BASE"):
        assert Path(variables[name]).is_relative_to(tmp_path)
    assert "PYTHONPATH" not in variables
    assert variables["PYTHONUNBUFFERED"] == "1"
    assert "auto_update = 0" in (tmp_path / "home" / "mg5_configuration.txt").read_text()


def test_check_model_beside_the_notebook(fake: Path, study: Path) -> None:
    found = program.find_program()
    shutil.copytree(fake / "models" / "sm", "mine")
    assert program.check_model(found, "mine") == str(study.resolve() / "mine")
    assert program.check_model(found, "mine-no_b_mass") == f"{study.resolve()}/mine-no_b_mass"
    shutil.copytree("mine", "a b")
    with pytest.raises(PathError, match="cannot import a model from"):
        program.check_model(found, "a b")
    with pytest.raises(UnknownNameError):
        program.check_model(found, "x" * 5000)


def test_scratch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    monkeypatch.setattr(program, "_SCRATCH", (tmp_path,))
    for usual, found in ((tmp_path, tmp_path), (tmp_path / "a b", tmp_path)):
        monkeypatch.setattr("tempfile.tempdir", str(usual))
        assert program.scratch() == found
        assert program.environment(program.Program(tmp_path, "3.5.7", "python"), tmp_path)["TMPDIR"] == str(found)
    monkeypatch.setattr(program, "_SCRATCH", (tmp_path / "a b",))
    with pytest.raises(PathError, match=r"cannot work in the folder for temporary files, '.*a b'.* set TMPDIR"):
        program.scratch()
