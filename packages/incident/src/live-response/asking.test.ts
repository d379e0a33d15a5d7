import { describe, expect, it } from 'vitest';
import { askingIsOver, beginAsking, freezeIsOver, readCheck, saidSentence } from './asking.ts';

const AT = '2026-11-21T03:00:00.000Z';
const after = (seconds: number): number => Date.parse(AT) + seconds * 1_000;

describe('asking a host', () => {
  it('is bounded', () => {
    expect(askingIsOver(beginAsking(AT), 300, after(299))).toBe(false);
    expect(askingIsOver(beginAsking(AT), 300, after(300))).toBe(true);
    expect(freezeIsOver(beginAsking(AT), after(29))).toBe(false);
    expect(freezeIsOver(beginAsking(AT), after(30))).toBe(true);
  });
});

describe('what a check said', () => {
  it.each([
    ['whole', '| a\n| b\nCORDON-LIVE end\n', ['| a', '| b']],
    ['cut', '| a\r\nCORDON-LIVE cut\r\nCORDON-LIVE end\r\n', ['| a']],
    ['broken-off', '| a\n', ['| a']],
    ['broken-off', 'CORDON-LIVE end\nCORDON-LIVE more\n| a', ['| a']],
    ['broken-off', '', []],
  ])('is %s', (extent, output, lines) => {
    expect(readCheck('processes', 'Success', output)).toEqual({
      check: 'processes',
      status: 'Success',
      extent,
      lines,
    });
  });

  it('is visible and bounded, whatever a host that is another’s sends', () => {
    const { lines } = readCheck('processes', 'Success', `\u202ea\u001b[2J\ud800\n${'x'.repeat(9_000)}`);
    expect(lines[0]).toBe('\\u{202e}a\\u{001b}[2J\\u{fffd}');
    expect(lines[1]).toHaveLength(2_000);
  });

  it('is told by counts, with what is not whole', () => {
    const said = saidSentence([
      readCheck('processes', 'Success', '| $(reboot)\nCORDON-LIVE end'),
      readCheck('sockets', 'Success', 'CORDON-LIVE cut'),
      readCheck('units', 'TimedOut', '| a'),
    ]);
    expect(said).toBe(
      'the host said, line by line: processes 1, sockets 0, units 1; not whole: sockets (there was more), units (it broke off)',
    );
  });
});
