"""Judges in runs: `mtqe run`, `mtqe judge`, the cache, budgets, repetitions and keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mtqe import api
from mtqe.config import NamedMetric
from mtqe.errors import ConfigError, MetricError
from mtqe.evaluation.judge import asking_of, judge_metric, judge_run
from mtqe.metrics.base import Details
from mtqe.metrics.judge.metric import Judge
from mtqe.run import Run
from mtqe.support.cache import Cache
from tests import judge_servers as servers
from tests.command_line import mtqe
from tests.judge_servers import judge
from tests.project import BAD, GOOD, write_project
from tests.service_protocols import KEY, set_keys
from tests.services import Loopback, Reply


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch, tmp_path):
    set_keys(monkeypatch)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))


@pytest.fixture
def run(tmp_path):
    """A run of two systems and three segments, on disk."""
    (tmp_path / "p").mkdir()
    config = write_project(tmp_path / "p")
    assert mtqe("run", config, "-m", "chrf", "-o", tmp_path / "run").code == 0
    return Run.read(tmp_path / "run")


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path / "cache")
    yield made
    made.close()


def lengths(data):
    """A model that marks the first word and takes a text's length for its worth."""

    def one(item):
        text = item["translation"]
        first = {"side": "translation", "text": text.split()[0], "occurrence": 1}
        said = {"severity": "minor", "explanation": "it comes first"}
        said["category"] = "Accuracy/Mistranslation"
        return {"errors": [{**first, **said}], "score": min(100, len(text))}

    if "translations" not in data:
        return json.dumps(one(data))
    entries = [{"id": item["id"], **one(item)} for item in data["translations"]]
    return json.dumps({"judgements": entries})


def asked(loopback):
    shown = [servers.shown(r.json["messages"][1]["content"]) for r in loopback.received]
    return Counter(item["translation"] for data in shown for item in servers.texts(data))


def test_mtqe_judge_adds_scores_spans_and_a_report(run, tmp_path):
    with Loopback(servers.openai(lengths)) as loopback:
        words = ("judge", run.folder, "--url", loopback.url, "--model", "m")
        dry = mtqe(*words, "--dry-run", "--json")
        assert loopback.received == []
        done = mtqe(*words, "-o", tmp_path / "judged")
        again = mtqe(*words, "-o", tmp_path / "judged", "--verbose")
    assert json.loads(dry.out)["judgements"] == 6
    assert (done.code, again.code) == (0, 0), done.err + again.err
    assert asked(loopback) == Counter([*GOOD, *BAD]), "nothing is asked twice"
    assert "judge: 6 requests, 600 tokens read and 120 written" in done.out
    assert "answered by m-2024-08-06" in again.out
    judged = Run.read(tmp_path / "judged")
    assert list(judged.scores) == ["chrf", "judge"]
    assert judged.scores["judge"]["good"] == pytest.approx(np.mean([len(text) for text in GOOD]))
    assert judged.segments["judge"].tolist() == [len(text) for text in [*GOOD, *BAD]]
    marked = judged.spans[judged.spans["origin"] == "judge:judge"]
    assert marked["text"].tolist() == [text.split()[0] for text in [*GOOD, *BAD]]
    assert set(marked["explanation"]) == {"it comes first"}
    assert judged.manifest.origins[-1].label == "Judge (ESA by m)"
    assert "Judge (ESA by m)" in (tmp_path / "judged" / "report.html").read_text("utf-8")
    assert Run.read(run.folder).scores.columns.tolist() == ["chrf"], "RUN itself is left alone"


def test_a_judge_that_nobody_has_measured_leads_no_verdict(run, tmp_path):
    """Unless it is alone."""
    with Loopback(servers.openai(lengths)) as loopback:
        judged = judge_run(run, NamedMetric("judge", judge(loopback.url)))
    assert "by chrF" in judged.manifest.verdict
    (_, info) = judged.manifest.metrics
    assert "other metrics lead the verdict" in info.notes[0]


def test_python_judges_as_the_program_does(run, tmp_path):
    with Loopback(servers.openai(lengths)) as loopback:
        options = {"model": "m", "url": loopback.url, "max_cost": 0.001, "input_price": 100.0}
        with pytest.raises(MetricError, match=r"more than max_cost = 0\.001"):
            api.judge_run(run, options)
        judged = api.judge_run(run, options, yes=True, output=tmp_path / "out", name="mine")
        again = api.judge_run(judged, options, name="mine")
    assert len(loopback.received) == 6
    assert Run.read(tmp_path / "out").scores.equals(judged.scores)
    assert again.scores.equals(judged.scores)
    assert list(judged.scores) == ["chrf", "mine"]
    for wrong in ("chrf", None):
        with pytest.raises(ConfigError):
            api.judge_run(run, wrong)  # type: ignore[arg-type]


def test_faults_that_pass_are_repeated(run):
    """As for engines: the client is the same."""
    faults: list[Callable[[Reply], Reply] | Reply | None] = [
        Reply(429, b"slow down", {"Retry-After": "0.05"}),
        Reply(503, b""),
        lambda reply: replace(reply, manner="cut"),
        lambda reply: replace(reply, body=b"<html>", headers={}),
    ]
    with Loopback(servers.openai(lengths), faults) as loopback:
        judged = judge_run(run, NamedMetric("judge", judge(loopback.url)))
    assert not judged.segments["judge"].isna().any()
    assert len(loopback.received) == 10
    usage = judged.manifest.metrics[-1].usage
    assert (usage.requests, usage.retries) == (6, 4)


def test_a_service_offers_no_judge(tmp_path):
    """Its clients would spend the money of whoever runs it, or send the key elsewhere."""
    refused = mtqe("serve", tmp_path, "--api", "--metric", "judge")
    assert refused.code == 1
    assert "doesn't offer the metric 'judge'" in refused.err


def test_a_gate_that_scores_again_pays_only_for_what_is_new(run, tmp_path):
    with Loopback(servers.openai(lengths)) as loopback:
        words = ("--url", loopback.url, "--model", "m")
        assert mtqe("judge", run.folder, *words).code == 0
        saved = mtqe("baseline", "save", run.folder, "-o", tmp_path / "base.jsonl", "--texts")
        assert saved.code == 0, saved.err
        rules = tmp_path / "gate.toml"
        rule = '[gate]\n[[gate.rules]]\nmetric = "judge"\nmax_drop = 90.0\n'
        rules.write_text(rule, encoding="utf-8")
        done = mtqe(
            "gate", run.folder, "--rules", rules, "--baseline", tmp_path / "base.jsonl", "--rescore"
        )
        assert "judge" in done.out, done.err
    assert len(loopback.received) == 6


def test_a_gate_that_scores_again_asks_no_server_that_a_run_folder_names(
    run, tmp_path, monkeypatch
):
    """The folder may be somebody else's: it would get any variable of the environment."""
    monkeypatch.setenv("SOMETHING_ELSE", "no-business-of-theirs-0123456789")
    base = tmp_path / "base.jsonl"
    assert mtqe("baseline", "save", run.folder, "-o", base, "--texts").code == 0
    rules = tmp_path / "gate.toml"
    rule = '[gate]\n[[gate.rules]]\nmetric = "chrf"\nmax_drop = 90.0\n'
    rules.write_text(rule, encoding="utf-8")
    words = ("gate", run.folder, "--rules", rules, "--baseline", base, "--rescore")
    assert mtqe(*words).code in (0, 4)
    manifest = json.loads((run.folder / "run.json").read_text("utf-8"))
    with Loopback(servers.openai(lengths)) as loopback:
        options = {"model": "m", "url": loopback.url, "key_variable": "SOMETHING_ELSE"}
        manifest["metrics"][0] |= {"metric": "judge", "options": {"options": options}}
        (run.folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
        refused = mtqe(*words)
    assert loopback.received == []
    assert refused.code == 1
    assert "--rescore asks no server, and 6 of the baseline's translations" in refused.err


def test_a_dry_run_refuses_what_judging_would_refuse(run):
    words = ("judge", run.folder, "--url", "http://127.0.0.1:9", "--model", "m", "--dry-run")
    no_documents = mtqe(*words, "--set", "context=2")
    assert no_documents.code == 1
    assert "does not say which document a segment belongs to" in no_documents.err
    no_name = mtqe(*words, "--name", "")
    assert no_name.code == 1
    assert "--name" in no_name.err


@pytest.mark.parametrize(("most", "code"), [(3, 0), (2, 3)])
def test_gates_count_a_judge_s_spans(run, tmp_path, most, code):
    with Loopback(servers.openai(lengths)) as loopback:
        words = ("--url", loopback.url, "--model", "m")
        assert mtqe("judge", run.folder, *words).code == 0
    rules = tmp_path / "gate.toml"
    rule = f'[gate]\n[[gate.rules]]\nmax_spans = {most}\norigin = "judge"\n'
    rules.write_text(rule + 'severity = "minor"\n', encoding="utf-8")
    done = mtqe("gate", run.folder, "--rules", rules)
    assert done.code == code, done.out + done.err


@pytest.mark.parametrize("category", ["Acuracy", "accuracy"])
def test_a_category_that_judges_are_not_asked_for_never_passes_a_gate(run, tmp_path, category):
    with Loopback(servers.openai(lengths)) as loopback:
        options = {"model": "m", "url": loopback.url, "kind": "mqm"}
        api.judge_run(run, options, output=tmp_path / "out")
    rule = f'[gate]\n[[gate.rules]]\nmax_spans = 0\norigin = "judge"\ncategory = "{category}"\n'
    (tmp_path / "rules.toml").write_text(rule)
    done = mtqe("gate", tmp_path / "out", "--rules", tmp_path / "rules.toml")
    assert done.code == 1
    assert f"judges give no category {category!r}; did you mean 'Accuracy'?" in done.err
    (tmp_path / "rules.toml").write_text(rule.replace(category, "Accuracy"))
    assert mtqe("gate", tmp_path / "out", "--rules", tmp_path / "rules.toml").code == 3


def test_a_category_that_an_esa_judge_can_t_give_never_passes_a_gate(run, tmp_path):
    with Loopback(servers.openai(lengths)) as loopback:
        options = {"model": "m", "url": loopback.url, "kind": "esa"}
        judged = api.judge_run(run, options, output=tmp_path / "esa")
        api.judge_run(judged, {**options, "kind": "mqm"}, name="mqm", output=tmp_path / "both")
    rules = tmp_path / "rules.toml"
    rule = '[gate]\n[[gate.rules]]\nmax_spans = 99\norigin = "judge"\ncategory = "Accuracy"\n'
    rules.write_text(rule, encoding="utf-8")
    done = mtqe("gate", tmp_path / "esa", "--rules", rules)
    assert done.code == 1
    assert "judge gives errors no category, so none would count" in done.err
    assert 'kind = "mqm"' in done.err
    rules.write_text(rule.replace('"judge"', '"mqm"'), encoding="utf-8")
    assert mtqe("gate", tmp_path / "both", "--rules", rules).code == 0


def test_a_judge_can_leave_the_report_out(run):
    with Loopback(servers.openai(lengths)) as loopback:
        words = ("judge", run.folder, "--url", loopback.url, "--model", "m", "--no-report")
        done = mtqe(*words)
    assert done.code == 0, done.err
    assert not (run.folder / "report.html").exists()
    assert "judge" in Run.read(run.folder).segments


def test_a_judge_replaces_itself_and_no_other_metric(run):
    with Loopback(servers.openai(lengths)) as loopback:
        first = judge_run(run, NamedMetric("judge", judge(loopback.url, kind="esa")))
        second = judge_run(first, NamedMetric("judge", judge(loopback.url, kind="da")))
        both = judge_run(first, NamedMetric("other", judge(loopback.url, kind="da")))
        with pytest.raises(ConfigError, match="has a metric 'chrf' already, which is a chrf"):
            judge_run(run, NamedMetric("chrf", judge(loopback.url)))
    assert len(first.spans[first.spans["origin"] == "judge:judge"]) == 6
    assert len(second.spans[second.spans["origin"] == "judge:judge"]) == 0
    assert [info.name for info in second.manifest.metrics] == ["chrf", "judge"]
    assert [info.name for info in both.manifest.metrics] == ["chrf", "judge", "other"]
    assert [info.name for info in second.manifest.origins] == [
        info.name for info in run.manifest.origins
    ]
    assert len(both.spans[both.spans["origin"] == "judge:judge"]) == 6


def test_a_judge_in_mtqe_toml(run, tmp_path):
    """`mtqe run` asks it like any metric, and the next run takes its answers from the cache."""
    config = tmp_path / "p" / "mtqe.toml"
    with Loopback(servers.openai(lengths)) as loopback:
        table = f'\n[metrics.strict]\nmetric = "judge"\nurl = "{loopback.url}"\nmodel = "m"\n'
        config.write_text(config.read_text("utf-8") + table, encoding="utf-8")
        assert mtqe("validate", config).code == 0
        assert mtqe("run", config, "-o", tmp_path / "one").code == 0
        assert mtqe("run", config, "-o", tmp_path / "two").code == 0
        named = judge_metric(run, {"kind": "da"}, config=config)
    down = mtqe("validate", config)
    assert "metrics.strict: nothing answers at 127.0.0.1" in down.err
    assert asked(loopback) == Counter([*GOOD, *BAD])
    one, two = Run.read(tmp_path / "one"), Run.read(tmp_path / "two")
    assert one.scores.equals(two.scores)
    infos = [run.manifest.metrics[-1] for run in (one, two)]
    assert (infos[0].usage.requests, infos[1].usage) == (6, None)
    assert isinstance(named.metric, Judge)
    assert (named.name, named.metric.options.kind, named.metric.options.model) == (
        "strict",
        "da",
        "m",
    )
    with pytest.raises(ConfigError, match="has no judge 'lax'"):
        judge_metric(run, {}, name="lax", config=config)


def test_a_judge_in_a_file_of_its_own(run, tmp_path):
    file = tmp_path / "judge.toml"
    file.write_text('[metrics.mine]\nmetric = "judge"\nmodel = "m"\nkind = "mqm"\n', "utf-8")
    named = judge_metric(run, {}, config=file)
    assert isinstance(named.metric, Judge)
    assert (named.name, named.metric.options.kind) == ("mine", "mqm")
    file.write_text('[judge]\nmodel = "m"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"judge.toml has no judge .* table \[metrics\.judge\]"):
        judge_metric(run, {}, config=file)
    with pytest.raises(ConfigError, match=r"table \[metrics\.mine\] with metric = \"judge\""):
        judge_metric(run, {}, name="mine", config=file)
    with pytest.raises(ConfigError, match=r"none.toml can't be read"):
        judge_metric(run, {}, config=tmp_path / "none.toml")


def test_context_is_of_the_same_document_and_system(tmp_path):
    rows = ["id\tsource\tdocument", "1\tA\tx", "2\tB\tx", "3\tC\ty", "4\tD\tx", "5\tE\ty"]
    (tmp_path / "corpus.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "t.txt").write_text("a\nb\nc\nd\ne\n", encoding="utf-8")
    with Loopback(servers.openai()) as loopback:
        done = mtqe(
            "score", "--corpus", tmp_path / "corpus.tsv", "--hypothesis", f"t={tmp_path / 't.txt'}",
            "--source-language", "en", "--target-language", "es", "-m", "judge",
            "--set", "judge.model=m", "--set", f"judge.url={loopback.url}",
            "--set", "judge.context=2", "-o", tmp_path / "out",
        )  # fmt: skip
    assert done.code == 0, done.err
    shown = [servers.shown(r.json["messages"][1]["content"]) for r in loopback.received]
    before = {
        item["source"]: [(s["source"], s["translation"]) for s in item.get("before", [])]
        for item in shown
    }
    assert before == {
        "A": [],
        "B": [("A", "a")],
        "C": [],
        "D": [("A", "a"), ("B", "b")],
        "E": [("C", "c")],
    }


def test_repetitions_give_mean_and_spread_and_are_kept_one_by_one(run, cache):
    scores = {}

    def varying(data):
        earlier = scores.setdefault(data["translation"], [])
        earlier.append(len(data["translation"]) + 3 * len(earlier))
        return json.dumps({"errors": [], "score": earlier[-1]})

    with Loopback(servers.openai(varying)) as loopback:
        options = {"temperature": 0.7, "concurrency": 1}
        three = NamedMetric("judge", judge(loopback.url, repeats=3, **options))
        judged = judge_run(run, three, cache=cache)
        assert len(loopback.received) == 18
        five = NamedMetric("judge", judge(loopback.url, repeats=5, **options))
        assert asking_of(run, five, cache).judgements == 12
        judge_run(run, five, cache=cache)
        assert len(loopback.received) == 30, "two more for each"
        judge_run(run, five, cache=cache)
    assert len(loopback.received) == 30
    assert judged.segments["judge"].tolist() == [len(text) + 3 for text in [*GOOD, *BAD]]
    assert judged.segments["judge/spread"].tolist() == [3.0] * 6
    columns = judged.statistics("judge", "good")
    assert columns[0][:2].tolist() == [19, 1]
    assert sorted(columns[0][2:]) == [16, 19, 22]
    (note,) = [n for n in judged.manifest.metrics[-1].notes if "judged 3 times" in n]
    assert "lies 3.0 from its mean" in note


def test_a_repetition_that_fails_leaves_the_translation_unscored(run, cache):
    answers = Counter()

    def moody(data):
        answers[data["translation"]] += 1
        spoilt = data["translation"] == GOOD[0] and answers[GOOD[0]] > 1
        return "no" if spoilt else lengths(data)

    with Loopback(servers.openai(moody)) as loopback:
        named = NamedMetric("judge", judge(loopback.url, repeats=2, temperature=1.0))
        judged = judge_run(run, named, cache=cache)
        assert not judged.is_complete
        assert np.isnan(judged.segments["judge"][0])
        assert not judged.segments["judge"][1:].isna().any()
        (failure,) = judged.manifest.metrics[-1].failures
        assert failure.startswith("1 translation unscored: not the JSON alone")
        assert "of good" in failure
        assert asking_of(run, named, cache).judgements == 1, "what failed is asked for again"


def test_failures_are_asked_for_again_by_the_next_run(run, tmp_path):
    """Also by `mtqe run`, which otherwise takes a whole evaluation from the cache."""
    config = tmp_path / "p" / "mtqe.toml"
    broken = {"now": True}

    def words(data):
        return "no" if broken["now"] and data["translation"] == BAD[0] else lengths(data)

    with Loopback(servers.openai(words)) as loopback:
        table = f'\n[metrics.judge]\nurl = "{loopback.url}"\nmodel = "m"\n'
        config.write_text(config.read_text("utf-8") + table, encoding="utf-8")
        first = mtqe("run", config, "-o", tmp_path / "one")
        before = len(loopback.received)
        broken["now"] = False
        second = mtqe("run", config, "-o", tmp_path / "two")
    assert "judge: 1 translation unscored: not the JSON alone" in first.out
    assert "no judge score" in first.out
    assert "no judge score" not in second.out
    assert len(loopback.received) == before + 1


def test_a_judge_that_says_nothing_usable_is_an_error_and_changes_nothing(run):
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    with Loopback(servers.openai(lambda _: "I'd rather not.")) as loopback:
        done = mtqe("judge", run.folder, "--url", loopback.url, "--model", "m")
    assert done.code == 1
    assert "could not score a single translation (not the JSON alone" in done.err
    assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before


def test_a_budget_is_asked_about_before_the_first_request(run):
    with Loopback(servers.openai(lengths)) as loopback:
        words = ("judge", run.folder, "--url", loopback.url, "--model", "m")
        prices = (
            "--set",
            "input_price=10000",
            "--set",
            "output_price=10000",
            "--set",
            "max_cost=1",
        )
        dry = mtqe(*words, *prices, "--dry-run")
        refused = mtqe(*words, *prices)
        assert loopback.received == []
        done = mtqe(*words, *prices, "--yes")
    assert "6 judgements to ask for: 6 requests, about" in dry.out
    assert "more than max_cost = 1" in dry.out
    assert (refused.code, done.code) == (1, 0)
    assert "6 judgements cost about" in refused.err
    assert "give --yes to go on" in refused.err
    assert len(loopback.received) == 6
    assert "about 7.20 USD" in done.out, "120 tokens for each answer, by the server's own count"


def test_a_budget_that_runs_out_leaves_the_rest_unscored(run, cache):
    """Whatever the estimate said: the server counts more than was thought."""

    def expensive(request):
        reply = servers.openai(lengths)(request)
        body = reply.body.replace(b'"prompt_tokens": 100', b'"prompt_tokens": 100000')
        return replace(reply, body=body, headers={})

    options = {"concurrency": 1, "kind": "da", "input_price": 10.0, "max_cost": 2.5}
    with Loopback(expensive) as loopback:
        named = NamedMetric("judge", judge(loopback.url, **options))
        judged = judge_run(run, named, cache=cache, approve=lambda _: pytest.fail("not over"))
        assert len(loopback.received) == 3
        scored = judged.segments["judge"].notna()
        assert scored.sum() == 3
        assert judged.segments[scored]["segment_id"].tolist().count("s1") == 2, "whole segments"
        (failure,) = judged.manifest.metrics[-1].failures
        assert failure.startswith("3 translations unscored: max_cost = 2.5 is used up; raise it")
        more = NamedMetric("judge", judge(loopback.url, **options | {"max_cost": 9.0}))
        assert not judge_run(run, more, cache=cache).segments["judge"].isna().any()
    assert len(loopback.received) == 6


def test_no_key_is_left_anywhere(run, tmp_path):
    """Not in the run, the cache, the report or the output, even where the server repeats it."""

    def indiscreet(request):
        reply = servers.openai(lengths)(request)
        assert request.headers["authorization"] == f"Bearer {KEY}"
        return type(reply)(
            200, reply.body.replace(b'"id": "chatcmpl-1"', f'"id": "{KEY}"'.encode())
        )

    with Loopback(indiscreet) as loopback:
        words = ("--debug", "judge", run.folder, "--url", loopback.url, "--model", "m")
        done = mtqe(*words, "--set", "key_variable=TEST_KEY", "--verbose", "-o", tmp_path / "out")
    assert (done.code, loopback.complaints) == (0, [])
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert KEY.encode() not in b"".join([*files, done.out.encode(), done.err.encode()])
    assert b"TEST_KEY" in (tmp_path / "out" / "run.json").read_bytes()


def test_every_metric_merges_one_repetition_to_itself():
    metric = judge("http://localhost:1", repeats=2, temperature=1.0)
    row, said = metric.merged(np.array([[10.0, 1.0], [20.0, 1.0]]), [Details(), Details()])
    assert row.tolist() == [15.0, 1.0, 10.0, 20.0]
    assert said.scores == {"spread": pytest.approx(50**0.5)}
    with pytest.raises(MetricError):
        judge("http://localhost:1", key_variable="NO_SUCH_KEY").check()


def test_a_request_stays_within_what_comparisons_resample(tmp_path):
    """Batches are of neighbours in one document, whatever else is judged."""
    rows = [f"{n}\tsource {n}\t{'xy'[n % 2]}\thipótesis {n}\tgood {n}" for n in range(22)]
    header = "id\tsource\tdocument\thypothesis:one\thypothesis:two"
    (tmp_path / "corpus.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with Loopback(servers.openai(lengths)) as loopback:
        done = mtqe(
            "score", "--corpus", tmp_path / "corpus.tsv", "--source-language", "en",
            "--target-language", "es", "-m", "judge", "--set", "judge.model=m",
            "--set", f"judge.url={loopback.url}", "--set", "judge.batch_size=4",
            "-o", tmp_path / "out",
        )  # fmt: skip
    assert (done.code, loopback.complaints) == (0, []), done.err
    users = [request.json["messages"][1]["content"] for request in loopback.received]
    requests = [servers.texts(servers.shown(user)) for user in users]
    assert sorted(map(len, requests)) == [3] * 4 + [4] * 8
    for items in requests:
        numbers = [int(item["source"].split()[1]) for item in items]
        assert {n % 2 for n in numbers} == {numbers[0] % 2}
        assert len({n // 2 // 4 for n in numbers}) == 1
        assert len({item["translation"].split()[0] for item in items}) == 1
    compared = mtqe("compare", tmp_path / "out")
    assert "6 groups resampled" in compared.out
