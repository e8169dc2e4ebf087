"""The command backend with real programs, well and badly behaved."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from mtqe.backends.base import BackendContext
from mtqe.backends.local.batches import PATIENCE
from mtqe.backends.local.command import CommandBackend
from mtqe.corpus.base import Failure, Segment, Translation
from mtqe.errors import BackendError, ConfigError
from tests.engines import PAIR, PROLOGUE, UPPER, Engine, corpus


@pytest.fixture
def engine(tmp_path):
    return lambda body, **settings: Engine(tmp_path, body, **settings)


def texts(outcomes):
    return [outcome.text for outcome in outcomes]


def reasons(outcomes):
    return [outcome.reason for outcome in outcomes if isinstance(outcome, Failure)]


def backend(command, **options):
    return CommandBackend({"command": command, **options}, BackendContext("x", PAIR, Path()))


def test_a_batch_is_one_process_and_order_is_kept(engine):
    program = engine(UPPER)
    sources = [f"line {number}" for number in range(10_000)]
    assert texts(program.translate(sources)) == [source.upper() for source in sources]
    assert program.starts == 1


@pytest.mark.parametrize(
    "sources",
    [
        ["", "a", "", ""],
        [""],
        ["  padded  ", "\ttab\t"],
        ["U+2028\u2028inside", "form\x0cfeed", "next\x85line", "lone\rreturn", "é 漢字 😀 e\u0301"],
        ["ends in a carriage return\r", "does not"],
    ],
)
def test_every_character_of_a_line_comes_through(engine, sources):
    echo = engine("sys.stdout.buffer.write(data.encode('utf-8'))")
    assert texts(echo.translate(sources)) == sources


def test_a_program_that_ends_its_lines_in_crlf_gives_no_carriage_returns(engine):
    program = engine("for line in lines: sys.stdout.write(line + '\\r\\n')")
    assert texts(program.translate(["a", "", "b"])) == ["a", "", "b"]


def test_the_last_line_end_may_be_missing(engine):
    program = engine("sys.stdout.write('\\n'.join(lines))")
    assert texts(program.translate(["a", "b"])) == ["a", "b"]


def test_a_source_with_a_line_break_fails_alone(engine):
    first, second, third = engine(UPPER).translate(["a", "b\nc", "d"])
    assert (first.text, third.text) == ("A", "D")
    assert "line break" in second.reason


def test_a_crash_at_line_57_costs_that_line(engine):
    program = engine(
        "for line in lines:\n"
        "    if line == 'line 57': sys.exit('can not digest line 57')\n"
        "    print(line.upper())"
    )
    sources = [f"line {number}" for number in range(1, 201)]
    outcomes = program.translate(sources)
    failed = outcomes.pop(56)
    assert failed.reason.endswith("ended with code 1: can not digest line 57")
    assert texts(outcomes) == [s.upper() for s in sources if s != "line 57"]
    assert program.starts <= 2 * len(sources).bit_length()


@pytest.mark.parametrize("bad", [0, 9_999])
def test_a_bad_segment_at_the_edge_of_a_large_batch_is_found(engine, bad):
    program = engine(f"if 'line {bad}' in lines: sys.exit(3)\n{UPPER}")
    outcomes = program.translate([f"line {number}" for number in range(10_000)])
    assert [o.segment_id for o in outcomes if isinstance(o, Failure)] == [str(bad)]


def test_a_program_that_dies_of_a_signal_says_which(engine):
    program = engine("os.kill(os.getpid(), 11)")
    assert "was ended by SIGSEGV" in reasons(program.translate(["a"]))[0]


@pytest.mark.parametrize(
    ("body", "gave"),
    [
        ("for line in lines[1:]: print(line)", "0 lines for 1"),
        ("print('banner')\nfor line in lines: print(line)", "2 lines for 1"),
        ("pass", "0 lines for 1"),
    ],
)
def test_a_wrong_number_of_lines_is_never_aligned(engine, body, gave):
    program = engine(body)
    found = reasons(program.translate(["x", "y", "z"]))
    assert len(found) == 3
    assert all(gave in reason for reason in found)


def test_a_line_too_few_once_is_found_and_mended(engine):
    program = engine("for line in lines:\n    if line != 'lost': print(line)")
    outcomes = program.translate(["a", "b", "lost", "c", "d"])
    assert [getattr(o, "text", None) for o in outcomes] == ["a", "b", None, "c", "d"]
    assert "gave 0 lines for 1 segments" in outcomes[2].reason


def test_a_hanging_program_is_ended_with_all_that_it_started(engine, tmp_path):
    alive = tmp_path / "grandchild"
    program = engine(
        "import subprocess\nsubprocess.Popen([sys.executable, '-S', '-c',"
        " 'import os, sys, time; open(sys.argv[1], \"w\").write(str(os.getpid())); time.sleep(60)',"
        f" {str(alive)!r}])\n"
        "time.sleep(60)"
    )
    started = time.monotonic()
    (outcome,) = program.translate(["a"], timeout=1.0)
    assert "no answer within 1 s" in outcome.reason
    assert time.monotonic() - started < 5
    assert not _runs(int(alive.read_text()))


def _runs(pid):
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


def test_what_a_finished_program_leaves_running_is_ended(engine, tmp_path):
    pid = tmp_path / "pid"
    program = engine(
        "import subprocess\nchild = subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.DEVNULL)\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n{UPPER}"
    )
    assert texts(program.translate(["a"])) == ["A"]
    assert not _runs(int(pid.read_text()))


def test_a_hang_costs_its_batch_and_two_in_a_row_the_engine(engine):
    once = engine(f"if 'stuck' in lines: time.sleep(60)\n{UPPER}")
    outcomes = once.translate(["a", "stuck", "b", "c"], timeout=0.5, batch_size=2)
    assert [isinstance(outcome, Translation) for outcome in outcomes] == [False, False, True, True]


def test_an_engine_that_always_hangs_is_given_up(engine):
    program = engine("time.sleep(60)")
    with pytest.raises(BackendError, match=r"no answer within 0.2 s; given up after 2 failed"):
        program.translate([str(number) for number in range(50)], timeout=0.2, batch_size=1)
    assert program.starts <= 2


@pytest.mark.parametrize("batch_size", [1, 16, 10_000])
def test_an_engine_that_always_fails_is_started_a_bounded_number_of_times(engine, batch_size):
    program = engine("sys.exit('no licence')")
    with pytest.raises(BackendError, match="no licence; given up after"):
        program.translate([str(number) for number in range(2_000)], batch_size=batch_size)
    assert program.starts <= PATIENCE + batch_size.bit_length()


def test_failures_far_apart_never_add_up(engine):
    program = engine("if any(line.endswith('0') for line in lines): sys.exit(1)\n" + UPPER)
    outcomes = program.translate([str(number) for number in range(60)], batch_size=10)
    assert len(reasons(outcomes)) == 6
    assert program.starts > PATIENCE + 4


def test_output_that_is_no_utf8_is_a_failure(engine):
    program = engine("sys.stdout.buffer.write(b'\\xff\\xfe\\n')")
    (outcome,) = program.translate(["a"])
    assert "not UTF-8" in outcome.reason


def test_stderr_that_is_no_utf8_or_long_is_shown_shortened(engine):
    program = engine("sys.stderr.buffer.write(b'\\xff' + b'x' * 100_000 + b'the end')\nsys.exit(7)")
    (outcome,) = program.translate(["a"])
    assert outcome.reason.endswith("the end")
    assert len(outcome.reason) < 1000


def test_a_program_that_closes_its_input_early_is_no_crash_of_ours(engine):
    prologue = PROLOGUE.partition("data =")[0] + "os.close(0)\n"
    program = engine("print('one line')", prologue=prologue)
    with pytest.raises(BackendError, match="gave 1 lines for 2 segments"):
        program.translate(["x" * 1000] * 2000)
    assert program.starts < 60


def test_chatter_on_stderr_does_not_block(engine):
    program = engine(f"sys.stderr.write('x' * 1_000_000)\n{UPPER}")
    assert texts(program.translate(["a"])) == ["A"]


def test_languages_stand_in_for_placeholders():
    options = backend([sys.executable, "-c", "print('{source}>{target}')"])
    (outcome,) = options.translate([Segment("1", "x")])
    assert outcome.text == "en>es"
    assert "{" not in options.identity()["command"]


def test_a_command_as_one_string_is_split_as_a_shell_would_and_run_by_none(tmp_path):
    (outcome,) = backend("echo 'a  b' $HOME ; x").translate([Segment("1", "x")])
    assert outcome.text == "a  b $HOME ; x"


def test_a_program_beside_the_configuration_runs_wherever_mtqe_was_started(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    script = folder / "engine.sh"
    script.write_text("#!/bin/sh\ncat words.txt\n")
    script.chmod(0o755)
    (folder / "words.txt").write_text("hola\n")
    monkeypatch.chdir(tmp_path)
    made = CommandBackend({"command": "./engine.sh"}, BackendContext("x", PAIR, folder))
    made.check(corpus(["a"]))
    assert texts(made.translate([Segment("1", "hello")])) == ["hola"]


@pytest.mark.parametrize("program", ["no-such-program-here", "./no-such-file", "/etc/passwd"])
def test_a_program_that_cannot_run_is_told_before_translating(program):
    with pytest.raises(BackendError, match=r"PATH; install it or correct"):
        backend([program]).check(corpus(["a"]))


def test_a_program_that_disappears_is_given_up(tmp_path):
    with pytest.raises(BackendError, match="can't be started"):
        list(backend([str(tmp_path / "gone")]).translate([Segment(str(i), "") for i in range(99)]))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"command": []}, "systems.x.command is empty"),
        ({"command": ""}, "systems.x.command is empty"),
        ({"command": [""]}, "systems.x.command is empty"),
        ({"command": "engine 'open"}, "systems.x.command can't be split"),
        ({"command": 5}, "systems.x.command should be"),
        ({"command": ["engine", 5]}, "systems.x.command should be"),
        ({"command": "x", "timeout": 0}, "timeout must be greater than 0"),
        ({"command": "x", "timeout": float("nan")}, "timeout must be greater than 0"),
        ({"command": "x", "timeout": "60"}, "systems.x.timeout should be"),
        ({"command": "x", "batch_size": 0}, "batch_size must be greater than 0"),
        ({"command": "x", "batch_size": 2.5}, "systems.x.batch_size should be"),
        ({"command": "x", "batchsize": 5}, "did you mean 'batch_size'"),
        ({}, "'command' is missing"),
    ],
)
def test_wrong_options_are_refused_at_once(options, says):
    with pytest.raises(ConfigError) as caught:
        CommandBackend(options, BackendContext("x", PAIR, Path()))
    assert says in str(caught.value)


def test_the_identity_tells_engines_and_versions_apart():
    identities = [
        backend("engine a").identity(),
        backend("engine b").identity(),
        backend("engine a", version="2").identity(),
        backend(["engine a"]).identity(),
    ]
    assert len({tuple(sorted(identity.items())) for identity in identities}) == 4
    assert backend("engine a", timeout=5.0, batch_size=3).identity() == identities[0]
