from django.db import migrations, models

# The functions name nothing of ours but each other. `generation.posts.search` asks through the first three, so that a
# word is looked for in the form in which it stands here.
FUNCTIONS = r"""
CREATE FUNCTION search_words(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    regexp_replace(normalize(written, NFKC), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4'
        '\u00b6-\u00b9\u00bb-\u00bf\u2000-\u2bff\u3000-\u3004\u3008-\u3030\u30fb]+', ' ', 'g');
COMMENT ON FUNCTION search_words IS 'Without punctuation.';

CREATE FUNCTION search_folded(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE WHEN octet_length(words) = length(words) THEN lower(words) ELSE translate(lower(normalize(regexp_replace(
        normalize(words, NFKD), '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+', '', 'g'
    ), NFC)), 'łøđðħı', 'loddhi') END;
COMMENT ON FUNCTION search_folded IS 'In small letters, without accents and vowel points.';

CREATE FUNCTION search_stems(configuration regconfig, words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    search_folded(array_to_string(tsvector_to_array(to_tsvector(configuration, words)), ' '));
COMMENT ON FUNCTION search_stems IS 'The stems of these words, once each.';

CREATE FUNCTION search_of_post(language text, title text, body text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $function$
DECLARE
    unspaced CONSTANT text := '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u30fa\u30fc-\u30ff'
        '\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff';
    configuration CONSTANT regconfig := CASE split_part(lower(language), '-', 1)
        WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
        WHEN 'el' THEN 'greek' WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque'
        WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi'
        WHEN 'hu' THEN 'hungarian' WHEN 'hy' THEN 'armenian' WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian'
        WHEN 'lt' THEN 'lithuanian' WHEN 'nb' THEN 'norwegian' WHEN 'ne' THEN 'nepali' WHEN 'nl' THEN 'dutch'
        WHEN 'nn' THEN 'norwegian' WHEN 'no' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
        WHEN 'ru' THEN 'russian' WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil'
        WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish'
    END::regconfig;
    words text := search_words(left(title || ' ' || body, 200000));
    spaced text;
    found tsvector;
BEGIN
    -- A tsvector holds a megabyte: 200,000 bytes of text make at most 800,000 of it.
    words := left(words, (200000::bigint * length(words) / greatest(200000, octet_length(words)))::integer);
    spaced := regexp_replace(words, '[' || unspaced || ']+', ' ', 'g');
    found := to_tsvector('simple', search_folded(spaced));
    IF configuration IS NOT NULL THEN -- the stems, without their positions
        found := found || array_to_tsvector(array_remove(string_to_array(search_stems(configuration, spaced), ' '), ''));
    END IF;
    IF words ~ ('[' || unspaced || ']') THEN -- each two characters that stand side by side
        SELECT found || string_agg('''' || letter || rtrim(next) || ''':' || number, ' ')::tsvector INTO found FROM (
            SELECT number, letter, lead(letter, 1, ' ') OVER (ORDER BY number) AS next FROM unnest(string_to_array(
                regexp_replace(words, '[^' || unspaced || ']+', ' ', 'g'), NULL)) WITH ORDINALITY AS letters (letter, number)
        ) AS pairs WHERE letter <> ' ';
    END IF;
    RETURN found;
END
$function$;
COMMENT ON FUNCTION search_of_post IS 'What a post is found by: its words, their stems in its language, and pairs of characters of scripts without spaces.';
"""

# One statement, and so the table is written once. The column keeps its name: the version before asks for words in the
# same way, and meanwhile finds less of what's written in Chinese and Japanese.
COLUMN = """
ALTER TABLE generated_content DROP COLUMN search,
    ADD COLUMN search tsvector GENERATED ALWAYS AS (search_of_post(language, title, content_markdown)) STORED;
CREATE INDEX generated_content_search ON generated_content USING gin (search);
"""
AS_BEFORE = r"""
ALTER TABLE generated_content DROP COLUMN search,
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple',
        regexp_replace(left(title || ' ' || content_markdown, 200000), '([\u3040-\u30ff\u3400-\u9fff])', ' \1 ', 'g')
    )) STORED;
CREATE INDEX generated_content_search ON generated_content USING gin (search);
"""
NO_FUNCTIONS = """
DROP FUNCTION search_of_post;
DROP FUNCTION search_stems;
DROP FUNCTION search_folded;
DROP FUNCTION search_words;
"""


class Migration(migrations.Migration):
    """Search in the language of each post."""

    dependencies = [
        ("generation", "039_kinds_of_runs"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(COLUMN, AS_BEFORE),
        migrations.AddIndex(
            "Post", models.Index(fields=["owner", "language", "-id"], name="generated_content_language")
        ),
    ]
