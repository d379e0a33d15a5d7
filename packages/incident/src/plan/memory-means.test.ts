import { describe, expect, it } from 'vitest';
import { MOST_LANDED_PARTS } from '../memory/capturing.ts';
import { memoryMeans, wayOf, type MemoryMeans, type MemoryToolbox } from './memory-means.ts';

const AVML = { name: 'avml' as const, version: '0.20.0', sha256: 'a'.repeat(64) };
const lime = (machine: 'x86_64' | 'aarch64', kernel = '6.1') => ({
  kernel,
  machine,
  version: '1.10.0',
  sha256: 'c'.repeat(64),
});
const facts = (x86: boolean, platform: 'windows' | 'other' = 'other') => ({
  platform,
  machine: {
    rootDevice: 'ebs' as const,
    hibernation: false,
    type: { nitro: true, x86, instanceStorage: false },
  },
});
const LANDING = { when: 'fallback' as const, upToGiB: 16 };
const ALWAYS = { when: 'always' as const, upToGiB: 96 };
const means = (
  right: Partial<MemoryToolbox>,
  { x86 = true, memoryMiB = 16_384, platform = 'other' as 'windows' | 'other' } = {},
): MemoryMeans => memoryMeans(facts(x86, platform), memoryMiB, { minutes: 15, ...right });
const found = (made: MemoryMeans) => {
  if ('not' in made) throw new Error(made.not);
  return made;
};

describe('what reads memory', () => {
  it('is AVML on x86-64, with modules for its machine behind it', () => {
    expect(means({ linux: AVML, lime: [lime('x86_64'), lime('aarch64')] })).toMatchObject({
      tool: AVML,
      modules: [{ kernel: '6.1' }],
    });
    expect(found(means({ linux: AVML })).modules).toBeUndefined();
  });

  it('is a module alone on Graviton, and nothing without one', () => {
    expect(means({ linux: AVML, lime: [lime('aarch64')] }, { x86: false })).toMatchObject({
      tool: { name: 'lime' },
    });
    expect(means({ linux: AVML, lime: [lime('x86_64')] }, { x86: false })).toEqual({
      not: expect.stringContaining('no LiME module for aarch64 (evidence.memory.lime)'),
    });
  });

  it('is told with the way that the image takes', () => {
    expect(wayOf(found(means({ linux: AVML })))).toMatch(
      /^avml 0\.20\.0 writes it to a fresh encrypted volume/,
    );
    expect(wayOf(found(means({ lime: [lime('aarch64')] }, { x86: false })))).toMatch(/^a LiME module/);
    expect(wayOf(found(means({ linux: AVML, landing: { ...LANDING, when: 'always' } })))).toMatch(
      /sends it to the landing bucket in 270 part\(s\) at most/,
    );
    expect(wayOf(found(means({ linux: AVML, landing: LANDING })))).toMatch(/where there can be no volume/);
  });
});

const WINPMEM = { name: 'winpmem' as const, version: '4', sha256: 'b'.repeat(64) };

describe('the landing bucket', () => {
  it.each([512, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 98_304])(
    'takes the whole of %d MiB in parts that a host can hold',
    (memoryMiB) => {
      const { landing } = found(means({ linux: AVML, landing: ALWAYS, minutes: 60 }, { memoryMiB }));
      const { parts = 0, partMiB = 0 } = landing ?? {};
      expect(parts * partMiB).toBeGreaterThan(memoryMiB * 1.05);
      expect(parts).toBeLessThanOrEqual(MOST_LANDED_PARTS);
      expect(partMiB).toBeLessThanOrEqual(128);
      expect(partMiB / memoryMiB).toBeLessThanOrEqual(1 / 64);
    },
  );

  it('takes what a LiME module reads too, on Graviton', () => {
    expect(found(means({ lime: [lime('aarch64')], landing: ALWAYS }, { x86: false }))).toMatchObject({
      tool: { name: 'lime' },
      landing: { first: true },
      reasons: [],
    });
  });

  it('takes what WinPmem reads, with the gaps between the ranges of memory', () => {
    const { landing } = found(
      means({ windows: WINPMEM, landing: LANDING }, { platform: 'windows', memoryMiB: 8_192 }),
    );
    expect((landing?.parts ?? 0) * (landing?.partMiB ?? 0)).toBeGreaterThan(8_192 + 4_096);
  });

  it.each([
    [
      'more memory than the deployment lets',
      means({ linux: AVML, landing: LANDING }, { memoryMiB: 32_768 }),
      /32 GiB of memory, and .* ends at 16$/,
    ],
    [
      'more than can be sent in time',
      means({ linux: AVML, landing: ALWAYS }, { memoryMiB: 65_536 }),
      /64 GiB of memory, which takes some 40 minutes to send, and a capture has 15$/,
    ],
    [
      'more than can be sent in what a volume leaves of the time',
      means({ linux: AVML, landing: { ...ALWAYS, when: 'fallback' }, minutes: 45 }, { memoryMiB: 65_536 }),
      /a capture has 45, a fourth of them for a volume$/,
    ],
  ])('is not used for %s, and the plan says so', (_what, made, why) => {
    expect(found(made).landing).toBeUndefined();
    expect(found(made).reasons.join()).toMatch(why);
  });
});
