import { KEY_ALIASES, TAGS, vaultBucketName } from '@cordon/incident';
import { addKey, ec2State, s3State, type Bucket, type Ids, type World } from '@cordon/local-aws';
import { ACCOUNTS, COPIES, INCIDENT, REGION, START, UNTIL, VOLUMES } from './places.ts';
import { writeLedger } from './write-ledger.ts';

/** The vault's bucket, empty. */
const vault = (world: World): Bucket => {
  const name = vaultBucketName(ACCOUNTS.evidence);
  const bucket: Bucket = {
    name,
    arn: `arn:aws:s3:::${name}`,
    account: ACCOUNTS.evidence,
    region: REGION,
    createdAt: START,
    versioning: 'Enabled',
    transitions: [],
    defaultEncryption: { kind: 'AES256' },
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    tags: new Map(),
    ownership: 'BucketOwnerEnforced',
    versions: new Map(),
  };
  world.of(s3State, '', '').buckets.set(name, bucket);
  return bucket;
};

/** The evidence account as a good run leaves it: locked copies under the evidence key, a sealed ledger in the vault. */
export const furnishEvidence = (world: World, ids: Ids): Bucket => {
  const making = { ids, now: START };
  const at = { account: ACCOUNTS.evidence, region: REGION };
  const evidenceKey = addKey(world, { ...at, alias: KEY_ALIASES.evidence }, making);
  addKey(world, { ...at, alias: KEY_ALIASES.custody, spec: 'ECC_NIST_P256' }, making);
  const { snapshots } = world.of(ec2State, at.account, at.region);
  for (const [index, { volumeId, content, sizeGiB }] of VOLUMES.entries()) {
    const snapshotId = COPIES[index] ?? '';
    snapshots.set(snapshotId, {
      snapshotId,
      ownerId: at.account,
      volumeId: 'vol-ffffffff',
      sizeGiB,
      encrypted: true,
      kmsKeyArn: evidenceKey.arn,
      description: 'evidence',
      startedAt: START + 5_000,
      tags: new Map([
        [TAGS.incident, INCIDENT],
        [TAGS.hop, 'evidence'],
        [TAGS.sourceVolume, volumeId],
      ]),
      content,
      state: 'completed',
      progress: 100,
      completedAt: START + 9_000,
      sharedWith: new Set([ACCOUNTS.forensics]),
      isPublic: false,
      lock: {
        mode: 'governance',
        state: 'governance',
        createdAt: START + 5_200,
        expiresAt: UNTIL,
        durationDays: 90,
      },
    });
  }
  const bucket = vault(world);
  writeLedger(world, bucket);
  return bucket;
};
