"""`mtqe align` on small messy documents, as a user runs it."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mtqe.cli.app import State, program

ZH = """首页
新闻
体育
登录
科学家发现新的深海鱼类
研究人员周二表示，他们在太平洋一条海沟的底部发现了一种此前未知的鱼。
图：研究船停靠在港口。路透社
这种鱼生活在八千多米深的地方，那里的压力是海面的八百倍。
“我们从没想到会在这么深的地方看到它们，”领导这次考察的李教授说。“它们很脆弱，但是非常适应那里的环境。”
该团队计划明年返回，用新的摄像机进行更长时间的观测。
点击订阅我们的新闻邮件
版权所有 © 2023 海洋日报
"""
EN_BODY = [
    "Scientists discover a new fish in the deep sea",
    "Researchers said on Tuesday that they had found a previously unknown fish at the bottom of a "
    "trench in the Pacific.",
    "The fish lives more than eight thousand metres down, where the pressure is eight hundred "
    "times that at the surface.",
    '"We never expected to see them that deep," said Professor Li, who led the expedition. "They '
    'are fragile, but they are very well adapted to their environment."',
    "The team plans to return next year with new cameras for longer observations.",
]
ES_BODY = [
    "Científicos descubren un nuevo pez en las profundidades del mar",
    "Los investigadores dijeron el martes que habían encontrado un pez hasta ahora desconocido en "
    "el fondo de una fosa del Pacífico.",
    "El pez vive a más de ocho mil metros de profundidad, donde la presión es ochocientas veces la "
    "de la superficie.",
    "«Nunca esperábamos verlos a tanta profundidad», dijo la profesora Li, que dirigió la "
    "expedición. «Son frágiles, pero están muy bien adaptados a su entorno.»",
    "El equipo planea volver el año que viene con nuevas cámaras para observaciones más largas.",
]
EN = "\n\n".join(["Skip to content", "Home", "News", "Sport", *EN_BODY, "Most read", *EN_BODY])
ES_PAGE = (
    "<meta charset=utf-8><nav><a>Inicio</a></nav><h1>{}</h1><p>{}</p><figure><figcaption>Un barco"
    "</figcaption></figure><p>{}</p><p>{}</p><p>{}</p><aside>Otra cosa</aside>"
).format(*ES_BODY)


def run(*arguments):
    return CliRunner().invoke(program(["align"]), ["align", *map(str, arguments)], obj=State())


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def documents(tmp_path):
    texts = {"a.zh.txt": ZH, "a.en.txt": EN, "a.es.html": ES_PAGE}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_messy_paragraphs_give_clean_pairs(documents):
    output = documents / "pairs.tsv"
    languages = ("--source-language", "zh", "--target-language", "en", "--level", "paragraph")
    sides = documents / "a.zh.txt", documents / "a.en.txt"
    page = documents / "review.html"
    found = run(*sides, *languages, "-o", output, "--review", page)
    assert found.exit_code == 0, found.output
    assert [row["target"] for row in rows(output)] == EN_BODY
    assert list(rows(output)[0])[:4] == ["source", "target", "confidence", "cost"]
    assert "default-src 'none'" in page.read_text(encoding="utf-8")


def test_a_page_and_a_text_give_sentences(documents):
    output = documents / "pairs.tsv"
    sides = documents / "a.en.txt", documents / "a.es.html"
    found = run(*sides, "--source-language", "en", "--target-language", "es", "-o", output)
    assert found.exit_code == 0, found.output
    assert [row["source_place"] for row in rows(output)][-2:] != []
    assert " ".join(row["target"] for row in rows(output)) == " ".join(ES_BODY)


def test_folders_are_paired_by_content(tmp_path):
    other = ["El ayuntamiento aprobó el presupuesto.", "Habrá más autobuses por la noche."]
    texts = {
        "en/1.txt": "The town council approved the budget.\nThere will be more buses at night.",
        "en/2.txt": "\n".join(EN_BODY),
        "es/x.txt": "\n".join(ES_BODY),
        "es/y.txt": "\n".join(other),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    output = tmp_path / "out"
    languages = ("--source-language", "en", "--target-language", "es", "--level", "paragraph")
    found = run(tmp_path / "en", tmp_path / "es", *languages, "-o", output)
    assert found.exit_code == 0, found.output
    assert [row["target"] for row in rows(output / "1.txt.tsv")] == other
    assert [row["target"] for row in rows(output / "2.txt.tsv")] == ES_BODY
    assert sorted(file.name for file in output.iterdir()) == ["1.txt.tsv", "2.txt.tsv"]
    pages = tmp_path / "pages"
    found = run(tmp_path / "en", tmp_path / "es", *languages, "-o", output, "--review", pages)
    assert found.exit_code == 0, found.output
    assert sorted(file.name for file in pages.iterdir()) == ["1.txt.html", "2.txt.html"]


def test_tags_that_are_no_languages_are_refused(documents):
    sides = documents / "a.es.html", documents / "a.es.html"
    tags = ("--source-language", "es", "--target-language", "no tag")
    found = run(*sides, *tags, "-o", documents / "x.tsv")
    assert found.exit_code != 0
    assert "--target-language" in str(found.exception)


def test_languages_that_no_encoder_knows_are_aligned_by_length_and_told_so(documents):
    output = documents / "pairs.tsv"
    sides = documents / "a.es.html", documents / "a.es.html"
    found = run(*sides, "--source-language", "es", "--target-language", "nah", "-o", output)
    assert found.exit_code == 0, found.output
    assert "because no encoder knows both es and nah" in found.output


def test_refused_input_ends_in_one_sentence(documents):
    bad = documents / "bad.txt"
    bad.write_bytes("海洋".encode("gb18030"))
    arguments = ("--source-language", "zh", "--target-language", "en", "-o", "-")
    found = run(bad, documents / "a.en.txt", *arguments)
    assert found.exit_code != 0
    assert "not UTF-8" in str(found.exception)


ARTICLES = Path(__file__).parents[1] / "unit" / "align" / "articles"


@pytest.mark.parametrize(("name", "source"), [("ferry", "de"), ("library", "zh")])
def test_paragraphs_of_an_article_swallow_no_neighbours(tmp_path, name, source):
    """Forty paragraphs and a headline, among captions, headings, by-lines, credits and menus."""
    keys = {}
    for language in (source, "en"):
        lines = (ARTICLES / f"{name}.{language}.tsv").read_text(encoding="utf-8").splitlines()[1:]
        cells = [line.split("\t") for line in lines]
        (tmp_path / f"{language}.txt").write_text("\n".join(text for *_, text in cells), "utf-8")
        keys[language] = {text: key for key, _, text in cells if key != "-"}
    output = tmp_path / "pairs.tsv"
    sides = tmp_path / f"{source}.txt", tmp_path / "en.txt"
    languages = ("--source-language", source, "--target-language", "en")
    found = run(*sides, *languages, "--level", "paragraph", "-o", output)
    assert found.exit_code == 0, found.output
    pairs = [
        (keys[source].get(row["source"]), keys["en"].get(row["target"])) for row in rows(output)
    ]
    assert len(pairs) == 41
    assert sum(ours == theirs is not None for ours, theirs in pairs) >= 40


def test_a_sub_heading_between_two_paragraphs_of_one_translation_is_taken_out(tmp_path):
    german = [
        "Der Hafen bleibt im Winter geschlossen, weil das Eis die Schleusen beschädigt hat.",
        "Die Fischer protestieren gegen die lange Pause, denn sie verlieren ihr Einkommen.",
        "Streit um Geld",
        "Ein Sprecher sagte, die Stadt werde die Boote schleppen und die Kosten übernehmen.",
        "Im Mai soll der Hafen mit einem Fest wieder öffnen.",
    ]
    english = [
        "The port stays closed in winter because ice has damaged the locks.",
        "The fishermen protest against the long break, for they lose their income. A spokesman "
        "said the city would tow the boats and pay for it.",
        "In May the port is to open again with a festival.",
    ]
    for name, lines in (("de", german), ("en", english)):
        (tmp_path / f"{name}.txt").write_text("\n".join(lines), "utf-8")
    output = tmp_path / "pairs.tsv"
    languages = ("--source-language", "de", "--target-language", "en")
    sides = tmp_path / "de.txt", tmp_path / "en.txt"
    found = run(*sides, *languages, "--level", "paragraph", "-o", output)
    assert found.exit_code == 0, found.output
    sources = [row["source"] for row in rows(output)]
    assert sources == [german[0], f"{german[1]} {german[3]}", german[4]]
    assert "1 paragraph between parts of another's translation" in found.stderr
