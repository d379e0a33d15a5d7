import { decodeSigned, incidentOf, isContentKey, ledgerOfKey, Manifest, vaultKeys } from '@cordon/evidence';
import { defineConfig, regionVaultBucketName, vaultBucketName } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { vaultsOf } from '../vault-text.ts';
import { play, type Played } from './play.ts';

const { evidence } = config.accounts;
const HOME = vaultBucketName(evidence);
const OWN = regionVaultBucketName(evidence, 'eu-central-1');

/** What lies in which vault: contents or not, by bucket, empty ones left out. */
const lying = ({ organization }: Played, what: 'contents' | 'custody'): Record<string, readonly string[]> =>
  Object.fromEntries(
    vaultsOf(organization, evidence)
      .map(
        ({ name, versions }) =>
          [name, [...versions.keys()].filter((key) => isContentKey(key) === (what === 'contents'))] as const,
      )
      .filter(([, keys]) => keys.length > 0),
  );

const incidentIn = (played: Played): string =>
  incidentOf(
    ledgerOfKey(lying(played, 'custody')[HOME]?.find((key) => key.includes('/custody/')) ?? '') ?? '',
  );

const bytesOf = ({ organization }: Played, key: string): Buffer => {
  const newest = vaultsOf(organization, evidence)
    .find(({ name }) => name === HOME)
    ?.versions.get(key)?.[0];
  if (newest?.kind !== 'object') throw new Error(`${key} is not in the home Region`);
  return newest.body;
};

const told = (played: Played) => {
  const incident = incidentIn(played);
  const entry = vaultKeys.entry(incident, 1);
  const manifest = Manifest.parse(JSON.parse(bytesOf(played, vaultKeys.manifest(incident)).toString('utf8')));
  return {
    opening: decodeSigned(entry, bytesOf(played, entry)).entry.event,
    buckets: new Set(manifest.items.flatMap((item) => (item.kind === 'object' ? [item.bucket] : []))),
  };
};

describe('what a host held and said', () => {
  it('lies in its own Region, locked there under that Region’s key; the home Region has the custody of it', async () => {
    const played = await play({ scenario: 'no-profile', seed: 'residency' });
    expect(Object.keys(lying(played, 'contents'))).toEqual([OWN]);
    expect(lying(played, 'contents')[OWN]?.length).toBeGreaterThan(3);
    expect(Object.keys(lying(played, 'custody'))).toEqual([HOME]);
    const { opening, buckets } = told(played);
    expect(opening).toMatchObject({ region: 'eu-central-1', contentsIn: 'eu-central-1' });
    expect(buckets).toEqual(new Set([OWN]));
    const own = vaultsOf(played.organization, evidence).find(({ name }) => name === OWN);
    for (const [newest] of own?.versions.values() ?? []) {
      if (newest?.kind !== 'object') throw new Error('an object is gone');
      expect(newest.retention?.mode).toBe('GOVERNANCE');
      expect(JSON.stringify(newest.encryption)).toContain(`:kms:eu-central-1:${evidence}:key/`);
    }
  });

  it('is taken to the home Region where the policy says so, which the ledger and the plan say too', async () => {
    const rules = config.policy.rules.map((rule) => ({
      ...rule,
      set: { ...rule.set, residency: 'home' as const },
    }));
    const policy = { ...config.policy, rules };
    const played = await play({
      scenario: 'no-profile',
      seed: 'residency',
      config: defineConfig({ ...config, policy }),
    });
    expect(Object.keys(lying(played, 'contents'))).toEqual([HOME]);
    const { opening, buckets } = told(played);
    expect(opening).toMatchObject({ region: 'eu-central-1', contentsIn: 'eu-west-1' });
    expect(buckets).toEqual(new Set([undefined]));
  });
});
