import { describe, expect, it } from 'vitest';
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
const means = (right: MemoryToolbox, { x86 = true, memoryMiB = 16_384 } = {}): MemoryMeans =>
  memoryMeans(facts(x86), memoryMiB, right);
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

describe('the landing bucket', () => {
  it.each([512, 1_024, 4_096, 8_192, 16_384])(
    'takes the whole of %d MiB in parts that a host can hold',
    (memoryMiB) => {
      const { landing } = found(means({ linux: AVML, landing: LANDING }, { memoryMiB }));
      const { parts = 0, partMiB = 0 } = landing ?? {};
      expect(parts * partMiB).toBeGreaterThan(memoryMiB * 1.05);
      expect(parts).toBeLessThanOrEqual(300);
      expect(partMiB).toBeLessThanOrEqual(64);
      expect(partMiB / memoryMiB).toBeLessThanOrEqual(1 / 64);
    },
  );

  it.each([
    [
      'more memory than the deployment lets',
      means({ linux: AVML, landing: LANDING }, { memoryMiB: 32_768 }),
      '32 GiB',
    ],
    [
      'a module that writes to a volume alone',
      means({ lime: [lime('aarch64')], landing: LANDING }, { x86: false }),
      'LiME',
    ],
    [
      'Windows',
      memoryMeans(facts(true, 'windows'), 8_192, {
        windows: { name: 'winpmem', version: '4', sha256: 'b'.repeat(64) },
        landing: LANDING,
      }),
      'WinPmem',
    ],
  ])('is not used for %s, and the plan says so', (_what, made, why) => {
    expect(found(made).landing).toBeUndefined();
    expect(found(made).reasons.join()).toContain(why);
  });
});
