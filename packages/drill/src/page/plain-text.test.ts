import { describe, expect, it } from 'vitest';
import { duration, minute, PAGE_COLUMNS, printable, shortened, table, wrapped } from './plain-text.ts';

describe('printable', () => {
  it.each([
    ['a\u001B[31mb', 'a?[31mb'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['$(id)`reboot`<script>|\\', '?(id)?reboot??script???'],
    ['\u202Etxt.exe\u200B', '?txt.exe?'],
    ['\u{1F600}', '?'],
    ['i-0abc, 602011160021 (arn:aws:ec2:x/y)', 'i-0abc, 602011160021 (arn:aws:ec2:x/y)'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('wrapped', () => {
  it('keeps every line within the page, and stands further lines below the first', () => {
    const lines = wrapped('  - ', 'word '.repeat(60).trim());
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(PAGE_COLUMNS);
    expect(lines[1]).toMatch(/^ {4}word/);
    expect(lines.join(' ').match(/word/g)).toHaveLength(60);
  });

  it('breaks a word that no line can hold and loses nothing of it', () => {
    const lines = wrapped('  ', 'x'.repeat(250));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(PAGE_COLUMNS);
    expect(lines.join('').replaceAll(' ', '')).toBe('x'.repeat(250));
  });
});

describe('table', () => {
  it('aligns columns, cuts the middle of what is too long, and makes cells harmless', () => {
    expect(
      table(
        [
          { title: 'id', most: 8 },
          { title: 'what', most: 20 },
        ],
        [
          ['0123456789ab', '<b>'],
          ['short', ''],
        ],
      ),
    ).toEqual(['  id       what', '  012..9ab ?b?', '  short']);
  });

  it('keeps both ends of what it shortens', () => {
    expect(shortened('abcdefghij', 6)).toBe('ab..ij');
    expect(shortened('abc', 6)).toBe('abc');
  });
});

describe('times', () => {
  it.each([
    [0, '0.0 s'],
    [1849, '1.8 s'],
    [119_900, '119.9 s'],
    [250_000, '4 min 10 s'],
    [7_500_000, '2 h 5 min'],
  ])('shows %d ms as %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });

  it('shows an instant to the minute and leaves other text alone', () => {
    expect(minute('2027-02-19T03:00:12.000Z')).toBe('2027-02-19 03:00');
    expect(minute('for ever')).toBe('for ever');
  });
});
