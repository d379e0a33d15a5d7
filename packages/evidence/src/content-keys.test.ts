import { describe, expect, it } from 'vitest';
import { isContentKey, ledgerOfKey, mayHoldContents } from './content-keys.ts';
import { keepingLedger, sessionMarks, vaultKeys } from './vault-keys.ts';

const ID = 'inc-0123456789abcdef0123';

describe('what holds contents', () => {
  it.each([
    'finding.json',
    'context.json',
    'console-output.txt',
    'memory-part-0001',
    'report.html',
    'recording/001-0123456789abcdef.jsonl',
  ])('is %s', (label) => {
    expect(isContentKey(vaultKeys.object(ID, label))).toBe(true);
  });

  it.each([
    vaultKeys.entry(ID, 1),
    vaultKeys.manifest(ID),
    vaultKeys.manifestSignature(ID),
    vaultKeys.head(ID, 3),
    vaultKeys.certificate(ID, 3),
    vaultKeys.inventory(ID, 'a'.repeat(64)),
    vaultKeys.entry(keepingLedger(ID), 1),
    sessionMarks.key('2026-11-22', { region: 'eu-west-1', sessionId: 's' }, 'seen'),
    vaultKeys.object(ID, 'blocks/vol-0123456789abcdef0/snap-0123456789abcdef0/1-00012'),
    vaultKeys.object(ID, 'block-stretches/vol-0123456789abcdef0/snap-0123456789abcdef0/1-2-00000'),
    'elsewhere/inc-1/objects/finding.json',
  ])('is not %s', (key) => {
    expect(isContentKey(key)).toBe(false);
  });
});

describe('what keys of contents may begin with', () => {
  it.each([`incidents/${ID}`, `incidents/${ID}-r`, vaultKeys.prefix(ID), vaultKeys.objects(ID)])(
    'is %s',
    (prefix) => {
      expect(mayHoldContents(prefix)).toBe(true);
    },
  );

  it.each([
    `${vaultKeys.prefix(ID)}custody/`,
    vaultKeys.heads(ID),
    sessionMarks.day('2026-11-22'),
    `${vaultKeys.objects(ID)}blocks/`,
    'trail/',
  ])('is not %s', (prefix) => {
    expect(mayHoldContents(prefix)).toBe(false);
  });
});

describe('the ledger of a key', () => {
  it('is its folder, where there is a whole one', () => {
    expect(ledgerOfKey(vaultKeys.object(ID, 'finding.json'))).toBe(ID);
    expect(ledgerOfKey(vaultKeys.prefix(keepingLedger(ID)))).toBe(`${ID}-keeping`);
    expect(ledgerOfKey(`incidents/${ID}`)).toBeUndefined();
    expect(ledgerOfKey(`other/${ID}/`)).toBeUndefined();
  });
});
