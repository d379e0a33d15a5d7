import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeReport, readReport, reportJson, type ReportDocument } from './report-document.ts';
import { reportPage } from './report-page.ts';
import { HASHING_WANTED } from '../workflow/hashing.ts';
import { findingOf, goodSources, sourcesOf, told } from './report.fixture.ts';
import { answerOf } from './sections/headline.ts';
import { DARK, LIGHT, type Theme } from './style.ts';
import { rowsIn } from './timeline-figure.ts';

const good = composeReport(goodSources);

/** Tags of a page with their attributes, and the text between them, as a reader of HTML that knows no mercy takes them. */
const tagsOf = (page: string): readonly string[] => page.match(/<[^>]*>/g) ?? [];

const KNOWN_TAGS =
  /^<\/?(?:html|head|meta|title|style|body|main|header|footer|nav|section|h1|h2|h3|p|div|ul|li|dl|dt|dd|a|br|strong|span|code|bdi|table|caption|thead|tbody|tr|th|td|figure|figcaption|svg|line|rect|circle|text)(?:\s+[a-z0-9-]+="[^"<>]*")*\s*\/?>$/;

const withoutStyle = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/, '');

describe('reportPage', () => {
  it('answers in its first lines whether it is contained, since when, what there is and what to do', () => {
    const page = reportPage(good);
    const first = page.slice(page.indexOf('<header>'), page.indexOf('</header>'));
    for (const words of [
      'Contained since 2026-11-21 03:00:00 UTC',
      '1 of 1 disk(s)',
      'locked until 2027-02-19',
      'leave it as it is',
      'shop-web',
    ])
      expect(first).toContain(words);
  });

  it('says plainly what is not shown, what is left open, and that nobody was asked', () => {
    const page = reportPage(good);
    for (const words of [
      'eni-1 has no flow log',
      'a connection lives on',
      'Nobody was asked',
      'USD 0.40 a month',
    ])
      expect(page).toContain(words);
  });

  it('shows kinds of evidence and of entries that it knows nothing of', () => {
    const page = reportPage({
      ...good,
      evidence: [...good.evidence, { kind: 'memory-image', tool: 'avml 0.14', sha256: 'ab'.repeat(32) }],
      ledger: [
        ...good.ledger,
        { ...good.ledger[0]!, event: { kind: 'blocks-hashed', root: 'cd'.repeat(32) } },
      ],
    });
    for (const words of ['memory image', 'avml 0.14', 'ab'.repeat(32), 'blocks hashed', 'cd'.repeat(32)])
      expect(page).toContain(words);
  });

  it('holds no script, asks for nothing, and its policy lets nothing in but its own style', () => {
    const page = reportPage(good);
    expect(page).toContain('default-src &#39;none&#39;'.replaceAll('&#39;', "'"));
    expect(page).toMatch(/style-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(withoutStyle(page)).not.toMatch(
      /<script|<img|<link|<iframe|\ssrc=|\sstyle=|\son[a-z]+=|url\(|https?:/i,
    );
    expect(page).not.toMatch(/url\(|@import/);
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='x",
    '</style><style>*{display:none}',
    '--><!--',
    '$(reboot)',
    '`reboot`|{{7*7}}',
  ])('never holds %j as it was written, wherever it came from', (words) => {
    const page = withoutStyle(reportPage(composeReport(sourcesOf(words))));
    expect(page).not.toContain(words);
    for (const tag of tagsOf(page)) expect(tag === '<!doctype html>' || KNOWN_TAGS.test(tag)).toBe(true);
  });

  it('has the same tags whatever the words are: no text breaks out of its place', () => {
    const shape = (words: string): string =>
      tagsOf(withoutStyle(reportPage(composeReport(sourcesOf(words)))))
        .map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
        .join('');
    const plain = shape('plain words');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
          fc.constantFrom('<script>', '"', "'", '<!--', ']]>', '&lt;', '\n', '\u202E'),
        ),
        (words) => {
          fc.pre(words.trim() !== '');
          expect(shape(words)).toBe(plain);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows right-to-left marks and line ends as what they are, and bounds what is endless', () => {
    const page = reportPage(composeReport(sourcesOf('\u202Egnp.exe\nrm -rf')));
    expect(page).not.toContain('\u202E');
    expect(page).toContain('&#92;u&#123;202e&#125;gnp.exe ↵ rm -rf');
    const long = reportPage(composeReport(sourcesOf('x'.repeat(900_000))));
    expect(long.length).toBeLessThan(200_000);
  });

  it('has headings in order, one main heading, and a caption and headed columns for each table', () => {
    const page = reportPage(good);
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    const tables = page.match(/<table[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThan(5);
    for (const one of tables) expect(one).toMatch(/<caption>[\s\S]+<th scope="col"/);
    for (const [svg] of page.matchAll(/<svg[^>]*>/g))
      expect(svg).toMatch(/aria-hidden="true"|aria-label="[^"]+"/);
    expect(page).toContain('<html lang="en">');
  });
});

describe('reportJson', () => {
  it('gives the same page again, byte for byte', () => {
    const read = readReport(reportJson(good));
    expect(read.status === 'read' && reportPage(read.report)).toBe(reportPage(good));
    const hostile = composeReport(sourcesOf('half a pair \uD800 and \u0000'));
    const again = readReport(reportJson(hostile));
    expect(again.status === 'read' && reportPage(again.report)).toBe(reportPage(hostile));
  });

  it.each(['', '{', '{"schemaVersion":2}', '[]', 'null'])('says what is wrong with %j', (text) => {
    expect(readReport(text)).toMatchObject({ status: 'unreadable' });
  });
});

describe('composeReport', () => {
  it.each(['', 'no JSON', '{}', '[1]', '{"described":{"instance":{"Tags":"x"}}}'])(
    'leaves out what it cannot read of %j, and the page says so',
    (text) => {
      const report = composeReport({
        ...goodSources,
        finding: text,
        context: text === '' ? undefined : text,
      });
      expect(report.finding).toBeUndefined();
      expect(reportPage(report)).toMatch(/own text is not in\s+this ledger, or cannot be read/);
    },
  );

  it('takes the finding that opened the incident out of several', () => {
    const other = findingOf('another').replace('"id":"f1"', '"id":"f0"');
    const report = composeReport({ ...goodSources, finding: `[${other},${findingOf('this one')}]` });
    expect(report.finding?.title).toBe('this one');
  });
});

const HOUR_MS = 3_600_000;
const sectionOf = (page: string, id: string): string =>
  page.slice(page.indexOf(`<h2 id="${id}">`)).split('</section>')[0] ?? '';

describe('what the examination found', () => {
  const withCounts = (counts: object | undefined) =>
    composeReport({
      ...goodSources,
      told: {
        ...told,
        examination: {
          ...(told.examination ?? { phase: 'ready', volumes: [], startedAt: '', recheckAfterSeconds: 0 }),
          triage: {
            status: 'partly',
            startedAt: goodSources.writtenAt,
            ...(counts === undefined ? {} : { counts }),
          } as never,
        },
      },
    });

  it('is a table by check, what is bad first, and what was not looked for is no nought', () => {
    const table = sectionOf(
      reportPage(
        withCounts([
          { check: 'timeline', found: 1_204, done: 2, short: 0 },
          { check: 'a-new-one', found: 3, done: 1, short: 0 },
          { check: 'yara', found: 0, done: 0, short: 2 },
          { check: 'persistence', found: 7, done: 2, short: 0 },
        ]),
      ),
      'evidence',
    );
    const order = ['YARA', 'starts by itself', 'timeline of files', 'a-new-one'].map((word) =>
      table.indexOf(word),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(table).toContain('not looked for');
    expect(table).toContain('data-label="found">7</td>');
  });

  it('is no table where the scripts did not count', () => {
    expect(reportPage(withCounts(undefined))).not.toContain('by check');
  });
});

describe('the cost', () => {
  it('names every kind, and says of each what is known or that it is not', () => {
    const costs = sectionOf(reportPage(good), 'cost');
    for (const words of [
      'at most USD 0.40 a month',
      'Files in the vault',
      'Snapshots on the way',
      'no block was hashed',
      'Forensic machine',
      'every copy stays in the Region',
      'not known here',
    ])
      expect(costs).toContain(words);
  });

  it('of hashing is that of each block of source and copy', () => {
    const [disk] = told.disks;
    if (disk === undefined) throw new Error('the fixture has no disk');
    const disks = [{ ...disk, blocks: { ...HASHING_WANTED, verdict: 'equal' as const } }];
    const costs = sectionOf(reportPage(composeReport({ ...goodSources, told: { ...told, disks } })), 'cost');
    expect(costs).toContain('at most USD 0.10');
  });
});

describe('the timeline', () => {
  it('draws what lasted through a part in which it neither began nor ended', () => {
    const long = [0, 20].map((hours) => Date.parse('2026-11-21T03:00:00.000Z') + hours * HOUR_MS);
    const [from = 0, until = 0] = long;
    const rows = [
      { lane: 'evidence', what: 'a disk', at: [from, until], lasted: true },
      { lane: 'response', what: 'a step', at: [from + HOUR_MS], lasted: false },
    ] as const;
    const panel = { from: from + HOUR_MS / 2, until: from + 2 * HOUR_MS };
    expect(rowsIn(rows, panel).map(({ row, shown }) => [row.what, shown.length])).toEqual([
      ['a disk', 0],
      ['a step', 1],
    ]);
    expect(rowsIn(rows, { from: until + 1, until: until + 2 })).toEqual([]);
  });
});

describe('answerOf', () => {
  const with_ = (verification: ReportDocument['told']['verification']): string =>
    answerOf({ ...good, told: { ...told, verification } }).words;
  const look = { open: [], attempt: 1, recheckAfterSeconds: 0 };

  it.each([
    [
      'contained',
      { ...look, status: 'contained', containedAt: '2026-11-21T03:00:04.000Z' },
      /^Contained since/,
    ],
    ['a wider cut', { ...look, status: 'contained', heldByRungs: ['x'] }, /held by a wider cut alone/],
    ['a part was not allowed', { ...look, status: 'held-back' }, /^Not wholly contained/],
    ['something is open', { ...look, status: 'open' }, /^Not contained/],
    ['it was gone', { ...look, status: 'nothing-to-contain' }, /^Nothing to contain/],
    ['nobody looked', undefined, /^Not known to be contained/],
  ] as const)('when %s', (_name, verification, words) => {
    expect(with_(verification as ReportDocument['told']['verification'])).toMatch(words);
  });

  it('takes packets that passed after the read-back for what they are', () => {
    const outcomes = [
      { id: 'prove-containment', status: 'failed' as const, detail: 'passed', at: goodSources.writtenAt },
    ];
    expect(answerOf({ ...good, told: { ...told, outcomes } })).toMatchObject({ tone: 'bad' });
  });
});

/** Relative luminance and contrast. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const luminance = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

describe('the themes', () => {
  it.each<[string, Theme]>([
    ['light', LIGHT],
    ['dark', DARK],
  ])('%s has 4.5 to 1 for every colour that text has, on both grounds', (_name, theme) => {
    const { ground, raised, line: _line, ...texts } = theme;
    for (const colour of Object.values(texts))
      for (const below of [ground, raised]) expect(contrast(colour, below)).toBeGreaterThanOrEqual(4.5);
  });
});
