import { vaultKeys } from '@cordon/evidence';
import { parsePolicy, regionVaultBucketName, vaultBucketName } from '@cordon/incident';
import { s3State, type Bucket } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { readScene, type Scene } from '../scene.ts';
import { goodRun } from '../testing/good-run.ts';
import { ACCOUNTS, INCIDENT, REGION } from '../testing/places.ts';
import { found } from '../testing/tampering.ts';
import { contentsStayInRegion } from './contents-stay-in-region.ts';

const HOME = 'us-east-1';
const KEY = vaultKeys.object(INCIDENT, 'finding.json');

/** A good run whose incident is of another Region than the home Region, with its contents in the vault of its own. */
const apart = () => {
  const { world, remains } = goodRun();
  const { buckets } = world.of(s3State, '', '');
  const name = vaultBucketName(ACCOUNTS.evidence);
  const filled = found(buckets.get(name));
  const home: Bucket = { ...filled, region: HOME, versions: new Map(filled.versions) };
  const bucketOf = (region: string): Bucket => {
    const made = { ...filled, name: regionVaultBucketName(ACCOUNTS.evidence, region), region };
    return { ...made, versions: new Map([[KEY, found(filled.versions.get(KEY))]]) };
  };
  home.versions.delete(KEY);
  const own = bucketOf(REGION);
  buckets.set(name, home);
  buckets.set(own.name, own);
  const scene: Scene = { ...readScene(remains), remains: { ...remains, homeRegion: HOME } };
  return { scene, home, own, buckets, bucketOf };
};

describe('contents-stay-in-region', () => {
  it('has nothing to judge where the incident is of the home Region', () => {
    expect(contentsStayInRegion.judge(readScene(goodRun().remains)).status).toBe('not-judged');
  });

  it('holds where contents lie in the Region of their incident', () => {
    expect(contentsStayInRegion.judge(apart().scene)).toMatchObject({
      status: 'held',
      detail: expect.stringMatching(/^1 object/),
    });
  });

  it('is broken where one lies in the home Region', () => {
    const { scene, home, own } = apart();
    home.versions.set(KEY, found(own.versions.get(KEY)));
    expect(contentsStayInRegion.judge(scene)).toMatchObject({
      status: 'broken',
      detail: expect.stringMatching(/finding\.json of an incident of eu-west-1 lies in us-east-1/),
    });
  });

  it('is broken where one lies in a third Region', () => {
    const { scene, buckets, bucketOf } = apart();
    const third = bucketOf('ap-southeast-2');
    buckets.set(third.name, third);
    expect(contentsStayInRegion.judge(scene)).toMatchObject({ status: 'broken' });
  });

  it('is broken where the policy says home, and the ledger does not', () => {
    const { scene, home, own } = apart();
    home.versions.set(KEY, found(own.versions.get(KEY)));
    const rule = { name: 'r', when: {}, set: { mode: 'contain', residency: 'home' }, because: 'r' };
    const policy = parsePolicy({ schemaVersion: 2, rules: [rule] });
    const remains = { ...scene.remains, policy };
    expect(contentsStayInRegion.judge({ ...scene, remains })).toMatchObject({ status: 'broken' });
  });
});
