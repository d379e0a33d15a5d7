import { describe, expect, it } from 'vitest';
import { vaultKeys } from '@cordon/evidence';
import { kmsState } from '@cordon/local-aws';
import { putObject } from '../testing/write-ledger.ts';
import { goodRun } from '../testing/good-run.ts';
import { ACCOUNTS, INCIDENT, REGION } from '../testing/places.ts';
import { brokenIn, found, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'one object was changed',
    tamper: (run) => putObject(run.vault, vaultKeys.object(INCIDENT, 'finding.json'), '{"detail":{}}'),
    says: /broken: objects\/finding\.json/,
  },
  {
    when: 'an entry was cut off',
    tamper: (run) => void run.vault.versions.delete(vaultKeys.entry(INCIDENT, 3)),
    says: /custody/,
  },
  {
    when: 'it was said to be sealed and has no manifest',
    tamper: (run) => void run.vault.versions.delete(vaultKeys.manifest(INCIDENT)),
    says: /was said to be sealed and has no manifest/,
  },
  {
    when: "another key than the recorder's signed it",
    tamper: (run) => {
      const { aliases, keys } = run.world.of(kmsState, ACCOUNTS.evidence, REGION);
      const id = found(aliases.get('alias/cordon-custody'));
      keys.set(id, { ...found(keys.get(id)), privateKey: Buffer.alloc(32, 7) });
    },
    says: /broken/,
  },
];

describe('custody-verifies', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['custody-verifies', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'custody-verifies')?.detail).toMatch(says);
  });

  it("is broken when a folder holds another ledger's files, though they verify", () => {
    const run = goodRun();
    // Taken before the loop: what is added would be found again.
    const held = [...run.vault.versions];
    for (const [key, versions] of held)
      run.vault.versions.set(key.replace(INCIDENT, `${INCIDENT}-r1`), versions);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id)).toEqual(['custody-verifies']);
    expect(broken[0]?.detail).toContain(`the folder of ${INCIDENT}-r1 holds the ledger of ${INCIDENT}`);
  });
});
