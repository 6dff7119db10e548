import pytest

from generation.pipeline.slugs import slug


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("", "How to Öffnen a Café?"), "how-to-offnen-a-cafe"),
        (("", "都市の庭", "balcony garden"), "balcony-garden"),
        (("", "都市の庭", "庭"), "都市の庭"),
        (("", "🌱", "!!!"), "post"),
        (("a" * 200,), "a" * 80),
        (("word " * 40,), "word-" * 15 + "word"),
        (("../../etc/passwd",), "etc-passwd"),
    ],
)
def test_it_is_the_first_that_can_be_typed_or_else_the_first(texts: tuple[str, ...], expected: str) -> None:
    assert slug(*texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("große-straßen-in-köln", "grosse-strassen-in-koln"),
        ("łódź-i-złoto", "lodz-i-zloto"),
        ("Smørrebrød på øen", "smorrebrod-pa-oen"),
        ("Þingvellir og æska", "thingvellir-og-aeska"),
        ("İstanbul'da ışık", "istanbul-da-isik"),
        ("Đường phố Hà Nội", "duong-pho-ha-noi"),
        ("cafe\u0301 de\u0301ja\u0300 vu", "cafe-deja-vu"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full-width"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen-and-zerowidth"),
        ("snake_case -- and more", "snake-case-and-more"),
    ],
)
def test_latin_letters_become_ascii(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हिन्दी में जानकारी", "हिन्दी-में-जानकारी"),
        ("הַנָּהָר וְהַגֶּשֶׁר", "הנהר-והגשר"),
        ("الكِتَابُ والقَلَم", "الكتاب-والقلم"),
        ("การดูแลน้ำ ในสวน", "การดูแลน้ำ-ในสวน"),
        ("நீர் வளம்", "நீர்-வளம்"),
        ("Дом у реки", "дом-у-реки"),
        ("Ο κήπος", "ο-κήπος"),
        ("한국의 정원", "한국의-정원"),
        ("庭の水やり", "庭の水やり"),
    ],
)
def test_words_of_other_scripts_stay_whole(text: str, expected: str) -> None:
    assert slug(text) == expected


@pytest.mark.parametrize("text", ["हिन्दी " * 60, "हि" * 200, "नी" * 41, "水" * 500])
def test_it_is_bounded(text: str) -> None:
    assert 0 < len(slug(text)) <= 80
    assert not slug(text).startswith("-")
    assert not slug(text).endswith("-")
