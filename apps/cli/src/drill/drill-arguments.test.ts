import { describe, expect, it } from 'vitest';
import { replayOf } from './drill-arguments.ts';

describe('replayOf', () => {
  it('names the scenario and the seed even where they were the defaults', () => {
    expect(replayOf({ scenario: 'richest', seed: '1', through: 'seal' })).toBe(
      'npx -y pnpm@12.21.0 drill --scenario richest --seed 1',
    );
  });

  it('keeps all that the result depends on, quoted for a shell, and nothing else', () => {
    expect(
      replayOf({
        scenario: 'no-profile',
        seed: "it's $HOME",
        through: 'contain',
        finding: 'my event.json',
        forged: true,
        organization: 'o.json',
        json: true,
        calls: true,
        out: 'x',
      }),
    ).toBe(
      String.raw`npx -y pnpm@12.21.0 drill --scenario no-profile --seed 'it'\''s $HOME' --through contain --finding 'my event.json' --forged --organization o.json`,
    );
  });
});
