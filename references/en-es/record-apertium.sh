#!/bin/bash
# Remake hypotheses/apertium.txt and hypotheses/apertium.toml.
# Needs Debian's packages apertium and apertium-eng-spa.
#
# One pipeline translates all segments. Each passes Apertium's own plain-text deformatter and ends
# in a null byte (null-flush mode): in a plain file of lines, Apertium moves words from one line to
# the next where a line has no final full stop.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")"

deformat() {
    while IFS= read -r source; do
        printf '%s' "$source" | apertium-destxt
        printf '\0'
    done
}

# Apertium prints a few empty texts more at the end: each stage of its pipeline flushes once more.
reformat() {
    while IFS= read -r -d '' stream; do
        [ -n "$stream" ] || continue
        printf '%s' "$stream" | apertium-retxt
        printf '\n'
    done
}

tail -n +2 corpus.tsv | cut -f4 | deformat |
    apertium -z -u -f none eng-spa | reformat >hypotheses/apertium.txt

segments=$(($(wc -l <corpus.tsv) - 1))
lines=$(wc -l <hypotheses/apertium.txt)
if [ "$lines" -ne "$segments" ]; then
    echo "Apertium gave $lines lines for $segments segments." >&2
    exit 1
fi

cat >hypotheses/apertium.toml <<TOML
# Written by record-apertium.sh.
system = "apertium"
pair = "eng-spa"
command = "apertium -z -u -f none eng-spa"
recorded = $(date --utc +%F)
segments = $segments

[versions]
apertium = "$(dpkg-query -W -f '${Version}' apertium)"
apertium-eng-spa = "$(dpkg-query -W -f '${Version}' apertium-eng-spa)"
TOML
