#!/usr/bin/env python3
"""Makes forenames.csv, surnames.csv and streets.csv again.

    make.py [DATA]      DATA: the folder with common-forenames-by-country.csv and
                        common-surnames-by-country.csv (popular-names-by-country, CC0)

What the dataset lacks (older names, Arabic, Nigerian, Ethiopian ..., the long tail of English
surnames) comes from own/*.txt. Weights are counts where the dataset has them, else fall with the
rank. See README.md.
"""
import collections
import csv
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE / '../../../shared/data/names/popular-names-by-country'

# Corpus -> the dataset's countries that make it, and the cohort that the forenames belong to.
FORENAMES = {
    'GB': (['GB'], 5), 'ES': (['MX'], 5), 'DE': (['DE'], 5), 'IT': (['IT'], 0), 'FR': (['FR'], 0),
    'PL': (['PL'], 0), 'BR': (['BR', 'PT'], 0), 'CN': (['CN'], 5), 'TW': (['TW'], 0),
    'KR': (['KR'], 5), 'JP': (['JP'], 5), 'RU': (['RU'], 0), 'GR': (['GR'], 0), 'AM': (['AM'], 0),
    'PH': (['PH'], 5), 'IN': (['IN'], 5), 'NP': (['NP'], 0), 'BD': (['BD'], 0), 'IS': (['IS'], 0),
}
SURNAMES = {
    'US': ['US'], 'GB': ['GB'], 'MX': ['MX'], 'CU': ['CU', 'DO'], 'GT': ['GT', 'CR'],
    'CO': ['CO', 'PE', 'CL'],
    'DE': ['DE', 'AT'], 'IT': ['IT'], 'IE': ['IE'], 'FR': ['FR', 'LU'],
    'PL': ['PL'], 'NL': ['NL', 'BE'], 'NO': ['NO', 'DK', 'SV'], 'CN': ['CN'], 'KR': ['KR'],
    'JP': ['JP'], 'VN': ['VN'], 'PH': ['PH'], 'RU': ['RU'], 'BR': ['BR', 'PT'], 'GR': ['GR'],
    'AM': ['AM'], 'IL': ['IL'], 'NP': ['NP'], 'BD': ['BD'], 'IS': ['IS'],
}
# (The dataset's surnames under SV are Sweden's.)
SCRIPT_ONLY = {'RU', 'CN', 'KR', 'TW', 'JP', 'GR', 'BD'}  # rows without the own script are left out
HAN_FOR_HANGUL = {'KR'}  # alternatives in another script than the forenames'
TAIL_OF_US = 1.28e8      # so that Smith has 1.9 % of this corpus, near 1 % of everyone

# The long tail of English surnames: places that could be, by their roots and endings.
ROOTS = '''Al Ash Ather Barn Beau Birch Black Brad Bramble Bran Brook Burn Cald Carl Clay Clif Cold
Cole Cran Crom Dal Dar Dun East Eden Ell Fair Far Fen Fern Gar Gold Gran Green Had Hal Ham Hart
Hather Haw Hay Hazel Heath Hol Horn Hunt Kel Ken King Lang Lath Lin Lock Long Mal Mar May Mel Mid
Mill Moor Nor Oak Pem Pen Pres Rad Red Rock Rush Sel Shel Sher Stan Staf Stock Strat Sut Swin Thorn
Til Wake Wal War Wat Wel West Whit Wil Win Wood Wy'''.split()
ENDINGS = '''ford field well ton wood worth ley bridge burn brook ham by croft shaw stone man er
combe bury more dale land ridge gate house'''.split()

FOLD = str.maketrans({
    'ł': 'l', 'Ł': 'L', 'ø': 'o', 'Ø': 'O', 'đ': 'd', 'Đ': 'D', 'ß': 'ss', 'ı': 'i', 'æ': 'ae',
    'Æ': 'Ae', 'œ': 'oe', 'ð': 'd', 'Ð': 'D', 'þ': 'th', 'Þ': 'Th', '’': "'", 'ʼ': "'",
    'ə': 'a',
})
UMLAUT = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'Ä': 'Ae', 'Ö': 'Oe', 'Ü': 'Ue'})


def clean(text):
    text = unicodedata.normalize('NFC', text).replace('’', "'").strip()
    return re.sub(r'\s+', ' ', text)


def ascii_of(text, corpus):
    """The name as an English keyboard writes it."""
    text = clean(text)
    if corpus == 'DE':
        text = text.translate(UMLAUT)
    text = unicodedata.normalize('NFD', text.translate(FOLD))
    return ''.join(c for c in text if not unicodedata.combining(c))


def without_stress(text):
    """Cyrillic as people write it: the dictionary's accents go, й and ё stay."""
    return unicodedata.normalize('NFC', unicodedata.normalize('NFC', text).replace('\u0301', ''))


def is_latin(text):
    return all('LATIN' in unicodedata.name(c, '') for c in text if c.isalpha())


def zipf(rank, peak=100000):
    """A weight for rank 0, 1, ...: flatter at the top than 1/rank, as names are."""
    return int(peak * (6 / (rank + 6)) ** 0.9) + 1


def own(name):
    """Lines 'key: a, b, c' of own/name.txt."""
    for line in (HERE / 'own' / name).read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            key, _, names = line.partition(':')
            yield key.split(), [n.strip() for n in names.split(',')]


def dataset(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        yield from csv.DictReader(file)


def split_name(text, corpus):
    """'own=romanised', or a Latin name that stands for both."""
    local, _, roman = text.partition('=')
    return clean(local), ascii_of(roman or local, corpus)


def usable(local, roman, corpus):
    if not local or not roman or not roman.isascii() or ',' in local + roman:
        return False
    if corpus in HAN_FOR_HANGUL and not 'HANGUL' in unicodedata.name(local[0], ''):
        return False
    return not (corpus in SCRIPT_ONLY and is_latin(local)) and roman[0].isalpha()


def forenames(data):
    rows = collections.OrderedDict()

    def add(corpus, gender, cohort, local, roman, weight):
        key = (corpus, gender, cohort, local, roman)
        if usable(local, roman, corpus):
            rows[key] = max(rows.get(key, 0), weight)

    for (corpus, gender, cohort), names in own('forenames.txt'):
        for rank, text in enumerate(names):
            add(corpus, gender, int(cohort), *split_name(text, corpus), zipf(rank))
    ranks = collections.Counter()
    by_country = collections.defaultdict(list)
    for row in dataset(data / 'common-forenames-by-country.csv'):
        by_country[row['Country']].append(row)
    for corpus, (countries, cohort) in FORENAMES.items():
        for row in (r for c in countries for r in by_country[c]):
            group = (corpus, row['Gender'], row['Country'], row['Country Group'], row['Index'])
            local = without_stress(clean(row['Localized Name']))
            roman = ascii_of(row['Romanized Name'], corpus)
            if group not in ranks:
                ranks[group] = ranks[group[:2]]
                ranks[group[:2]] += 1
            add(corpus, row['Gender'], cohort, local, roman, zipf(ranks[group]))
    spread_cohorts(rows)
    return rows


def spread_cohorts(rows):
    """Names outlive their fashion: each cohort also has, rarely, the names of all the others."""
    for corpus, gender in {k[:2] for k in rows}:
        cohorts = {k[2] for k in rows if k[:2] == (corpus, gender)}
        mine = [(k, w) for k, w in rows.items() if k[:2] == (corpus, gender)]
        for cohort in sorted(cohorts):
            for (_, _, other, local, roman), weight in mine:
                if other != cohort:
                    share = 0.5 if other == 0 else 0.12 / (1 + abs(other - cohort))
                    key = (corpus, gender, cohort, local, roman)
                    rows.setdefault(key, int(weight * share) + 1)


def feminine(local, roman, corpus):
    """The form of a Slavic surname for a woman, or two empty strings where it is the same."""
    if corpus == 'RU' and local.endswith(('ов', 'ев', 'ёв', 'ин')) and roman[-1] in 'vn':
        return local + 'а', roman + 'a'
    if corpus == 'PL' and local.endswith(('ski', 'cki', 'dzki')):
        return local[:-1] + 'a', roman[:-1] + 'a'
    return '', ''


def surnames(data):
    rows = collections.OrderedDict()

    def add(corpus, local, roman, weight, forms=None):
        key = (corpus, local, roman)
        if usable(local, roman, corpus):
            forms = forms or feminine(local, roman, corpus)
            rows[key] = (*forms, max(rows.get(key, ('', '', 0))[2], int(weight)))

    add_dataset(data, add)
    top = max((v[2] for k, v in rows.items() if k[0] == 'US'))
    for (corpus,), names in own('surnames.txt'):
        for rank, text in enumerate(names):
            his, _, hers = text.partition('/')
            forms = split_name(hers, corpus) if hers else None
            local, roman = split_name(his, corpus)
            if corpus == 'US':
                add(corpus, local, roman, top * 0.088 * (100 / (rank + 101)) ** 0.8)
            elif (corpus, local, roman) not in rows:
                seen = sorted((v[2] for k, v in rows.items() if k[0] == corpus), reverse=True)
                peak = max(100, seen[len(seen) // 2]) if seen and corpus in SURNAMES else 100000
                add(corpus, local, roman, zipf(rank, peak), forms)
    add_tail(rows, add)
    return rows


def add_dataset(data, add):
    groups = collections.OrderedDict()
    for row in dataset(data / 'common-surnames-by-country.csv'):
        groups.setdefault((row['Country'], row['Rank'] + row['Name Group']), []).append(row)
    for corpus, countries in SURNAMES.items():
        for country in countries:
            own_groups = [g for k, g in groups.items() if k[0] == country]
            scale = 1 if countries[0] == country else 0.6
            counted = [float(g[0]['Count'] or 0) for g in own_groups]
            top = counted[0] if corpus != 'US' else 1e5
            for rank, group in enumerate(own_groups):
                if counted[0]:
                    least = counted[rank] = counted[rank] or least * 0.9
                    weight = counted[rank] / top * 1e5
                else:
                    weight = 1e5 / (rank + 1) if corpus == 'KR' else zipf(rank)
                add_group(corpus, group, weight * scale, add)


def add_group(corpus, group, weight, add):
    """One surname in all its spellings; the first is the usual one."""
    script = next((r['Localized Name'] for r in group if r['Localized Name']), '')
    pairs = []
    for row in group:
        roman = row['Romanized Name']
        local = row['Localized Name'] or script
        if corpus in HAN_FOR_HANGUL or (script and is_latin(script)):
            local = script if corpus != 'NL' else local
        for part in roman.split('/'):
            shown = part if corpus in ('VN', 'PH') else local
            pairs.append((without_stress(clean(shown)), ascii_of(part, corpus)))
    pairs = list(dict.fromkeys(pairs))
    for index, (local, roman) in enumerate(pairs):
        share = 1 if len(pairs) == 1 else 0.7 if index == 0 else 0.3 / (len(pairs) - 1)
        add(corpus, local, roman, max(1, weight * share))


def add_tail(rows, add):
    have = sum(v[2] for k, v in rows.items() if k[0] == 'US')
    known = {k[2] for k in rows}
    names = [r + e for r in ROOTS for e in ENDINGS]
    names = [n for n in dict.fromkeys(names) if n not in known and n[-3:] != n[-6:-3]]
    for rank, name in enumerate(sorted(names, key=lambda n: hash_of(n))):
        share = 1.6 - 1.2 * rank / len(names)
        add('US', name, name, (TAIL_OF_US - have) / len(names) * share)


def hash_of(text):
    value = 5381
    for char in text:
        value = (value * 33 ^ ord(char)) & 0xffffffff
    return value


def streets():
    parts = {tuple(k): v for k, v in own('streets.txt')}
    for country in ('DE', 'GB', 'US'):
        rows = collections.OrderedDict()
        for name_rank, name in enumerate(parts.get((country,), [])):
            for kind in parts[(country, 'types')]:
                word, share = kind.split()
                rows[f'@ {name} {word}'] = max(1, zipf(name_rank, 1000) * int(share) // 40)
        for rank, name in enumerate(parts[(country, 'whole')]):
            rows[name] = zipf(rank, 600)
        for name, weight in rows.items():
            yield country, clean(name), weight


def write(name, header, rows):
    path = HERE / name
    with open(path, 'w', encoding='utf-8', newline='') as file:
        file.write('# ' + header + '\n')
        for row in rows:
            assert all(',' not in str(cell) for cell in row), row
            file.write(','.join(str(cell) for cell in row) + '\n')
    print(f'{name}: {path.stat().st_size} bytes')


def main():
    data = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    called = dict(n.split('=') for line in (HERE / 'own/nicknames.txt').read_text(encoding='utf-8')
                  .splitlines() if not line.startswith('#') for n in line.split(', '))
    write('forenames.csv', 'corpus,gender,cohort,own script,romanised,called,weight',
          sorted((c, g, k, local, roman, called.get(local, called.get(roman, '')), weight)
                 for (c, g, k, local, roman), weight in forenames(data).items()))
    write('surnames.csv', 'corpus,own script,romanised,hers in own script,hers romanised,weight',
          sorted((*key, *value) for key, value in surnames(data).items()))
    write('streets.csv', "country,street ('@': the number),weight", streets())


if __name__ == '__main__':
    main()
