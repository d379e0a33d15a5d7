import { describe, expect, it } from 'vitest';
import { entryKey, exportPaths, vaultKeys } from './vault-keys.ts';

describe('vaultKeys', () => {
  it('lays an incident out below one prefix', () => {
    expect(entryKey('inc-1', 1)).toBe('incidents/inc-1/custody/000001.json');
    expect(vaultKeys.entry('inc-1', 999_999)).toBe('incidents/inc-1/custody/999999.json');
    expect(vaultKeys.object('inc-1', 'memory/dump.raw')).toBe('incidents/inc-1/objects/memory/dump.raw');
    expect(vaultKeys.manifest('inc-1')).toBe('incidents/inc-1/manifest.json');
    expect(vaultKeys.manifestSignature('inc-1')).toBe('incidents/inc-1/manifest.signature.json');
    expect(vaultKeys.prefix('inc-1')).toBe('incidents/inc-1/');
  });

  it.each(['', '../inc', 'a/b', 'a.b', '-a', 'a\n'])('refuses the incident id %j', (id) => {
    expect(() => vaultKeys.manifest(id)).toThrow(/incident id/);
  });

  it.each([0, -1, 1.5, NaN, 1_000_000])('refuses the sequence %d', (sequence) => {
    expect(() => entryKey('inc-1', sequence)).toThrow(/expected/);
  });

  it.each([
    '',
    '..',
    '../x',
    'a/../b',
    '/a',
    'a//b',
    'a/',
    '.hidden',
    'a\\b',
    'a\u0000',
    'a b',
    'x'.repeat(513),
  ])('refuses the label %j', (label) => {
    expect(() => exportPaths.object(label)).toThrow(/wanted a label|Too big/);
  });
});
