import { compile } from '@cordon/iam';
import { KEY_ALIASES, TAGS } from '@cordon/incident';
import { ec2State, kmsState, type Key } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Played, type Stage } from './play.ts';

/** The customer key of the suspect's second volume. */
const customerKey = ({ organization, suspect }: Stage): Key => {
  const { aliases, keys } = organization.world.of(kmsState, suspect.account, suspect.region);
  const key = keys.get(aliases.get(`alias/workload-${suspect.instanceId}`) ?? '');
  if (key === undefined) throw new Error('the suspect has no customer key');
  return key;
};

const volumeUnder = ({ ec2, suspect }: Stage, key: Key): string =>
  suspect.volumes.find(({ volumeId }) => ec2.volumes.get(volumeId)?.kmsKeyArn === key.arn)?.volumeId ?? '';

/** Copies of disks; that of the results, which an examination leaves, is a matter of `machine.test.ts`. */
const copiesIn = ({ organization, suspect }: Stage) =>
  [...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values()].filter(
    ({ tags }) => tags.get(TAGS.hop) === 'evidence' && tags.get(TAGS.holds) !== 'results',
  );

/** The disks that came into custody. */
const secured = (played: Played): readonly string[] =>
  played.told.flatMap(({ kind, subject }) =>
    kind === 'evidence-secured' && subject !== undefined && !subject.endsWith('(results)') ? [subject] : [],
  );

const UNUSABLE_KEYS: readonly { readonly name: string; readonly spoil: (key: Key, stage: Stage) => void }[] =
  [
    {
      name: 'disabled',
      spoil: (key) => {
        key.state = 'Disabled';
      },
    },
    {
      name: 'pending deletion',
      spoil: (key, { organization }) => {
        key.state = 'PendingDeletion';
        key.deletionAt = organization.timeline.now() + 7 * 86_400_000;
      },
    },
    {
      name: 'closed to all but another account',
      spoil: (key) => {
        const statement = {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::602011170000:root' },
          Action: 'kms:*',
          Resource: '*',
        };
        const policy = { Version: '2012-10-17', Statement: [statement] };
        key.policy = compile(policy, 'key policy');
        key.policyText = JSON.stringify(policy);
      },
    },
  ];

describe('disks that cannot be had', () => {
  it.each(UNUSABLE_KEYS)(
    'tells why when the key is $name, contains, and secures the others',
    async ({ spoil }) => {
      const played = await play({ furnish: (stage) => spoil(customerKey(stage), stage) });

      const volumeId = volumeUnder(played, customerKey(played));
      const missing = played.told.filter(({ kind }) => kind === 'evidence-missing');
      expect(played.kinds).toContain('contained');
      expect(missing.map(({ subject }) => subject)).toEqual([volumeId]);
      expect(missing[0]?.reasons.join(' ')).toMatch(/Kms|KMS|AccessDenied|Unauthorized|key/i);
      expect([...secured(played), volumeId].toSorted()).toEqual(
        played.suspect.volumes.map((volume) => volume.volumeId).toSorted(),
      );
      expect(played.reasonsOf('needs-a-person')).toContain(`no evidence copy of ${volumeId}`);
    },
  );

  it('freezes the others one by one when EC2 refuses the set for the sake of one volume', async () => {
    const played = await play({
      meanwhile: ({ operation }, { ec2, organization, suspect }) => {
        const [volume] = suspect.volumes;
        if (operation !== 'CreateSnapshots' || volume === undefined || ec2.snapshots.has('snap-backup'))
          return;
        // A backup of somebody else's, a moment ago: EC2 takes one snapshot of a volume in fifteen seconds.
        ec2.snapshots.set('snap-backup', {
          snapshotId: 'snap-backup',
          ownerId: suspect.account,
          volumeId: volume.volumeId,
          sizeGiB: volume.sizeGiB,
          encrypted: false,
          description: 'backup',
          startedAt: organization.timeline.now(),
          tags: new Map(),
          content: volume.content,
          state: 'completed',
          progress: 100,
          sharedWith: new Set(),
          isPublic: false,
        });
      },
    });

    const [refused, ...others] = played.suspect.volumes.map(({ volumeId }) => volumeId);
    expect(secured(played).toSorted()).toEqual(others.toSorted());
    expect(played.reasonsOf('evidence-missing')).toContain('SnapshotCreationPerVolumeRateExceeded');
    expect(played.reasonsOf('needs-a-person')).toContain(`no evidence copy of ${refused}`);
    expect(played.ec2.snapshots.has('snap-backup')).toBe(true);
  });

  it('has no copy, and says why, when the share is taken away before the copy is made', async () => {
    const played = await play({
      meanwhile: ({ operation, caller }, { ec2 }) => {
        if (operation !== 'CopySnapshot' || !caller.includes('cordon-custodian')) return;
        for (const snapshot of ec2.snapshots.values()) snapshot.sharedWith.clear();
      },
    });

    expect(copiesIn(played)).toEqual([]);
    expect(secured(played)).toEqual([]);
    expect(played.reasonsOf('evidence-missing')).toContain('the evidence copy was refused');
    expect(played.kinds).toContain('contained');
  });

  it('refuses an evidence copy that is under another key than the evidence key', async () => {
    const played = await play({
      meanwhile: ({ operation, caller }, { organization, suspect }) => {
        if (operation !== 'DescribeSnapshots' || !caller.includes('cordon-custodian')) return;
        const at = { account: config.accounts.evidence, region: suspect.region };
        const { snapshots } = organization.world.of(ec2State, at.account, at.region);
        const { aliases, keys } = organization.world.of(kmsState, at.account, at.region);
        const other = keys.get(aliases.get(KEY_ALIASES.transit) ?? '');
        for (const [id, snapshot] of snapshots)
          if (other !== undefined && snapshot.state === 'completed')
            snapshots.set(id, { ...snapshot, kmsKeyArn: other.arn });
      },
    });

    expect(secured(played)).toEqual([]);
    expect(played.reasonsOf('evidence-missing')).toContain('wanted the evidence key');
    expect(played.kinds).toContain('contained');
    expect(played.kinds).toContain('needs-a-person');
  });
});

describe('disks on their way', () => {
  it('secures more volumes than a session policy can name, and shares each with the evidence account alone', async () => {
    const played = await play({
      furnish: ({ ec2, suspect, organization }) => {
        const instance = ec2.instances.get(suspect.instanceId);
        const like = ec2.volumes.get(suspect.volumes[0]?.volumeId ?? '');
        if (instance === undefined || like === undefined) throw new Error('the suspect has no volume');
        for (let more = 0; more < 10; more += 1) {
          const volumeId = `vol-${organization.ids.hex('more', 17)}`;
          const deviceName = `/dev/sdh${more}`;
          const attachedAt = organization.timeline.now();
          ec2.volumes.set(volumeId, {
            ...like,
            volumeId,
            tags: new Map(),
            content: `more ${more}`,
            attachments: [{ instanceId: suspect.instanceId, deviceName, state: 'attached', attachedAt }],
          });
          instance.blockDevices.push({ volumeId, deviceName, attachedAt, deleteOnTermination: true });
        }
      },
    });

    expect(new Set(secured(played)).size).toBe(13);
    expect(copiesIn(played)).toHaveLength(13);
    expect(played.kinds).toContain('incident-sealed');
    const shares = played
      .callsOf('ModifySnapshotAttribute')
      .filter(({ input }) => input['OperationType'] === 'add')
      .map(({ caller, input }) => `${caller.split('/')[1]} to ${String(input['UserIds'])}`);
    expect(new Set(shares)).toEqual(
      new Set([
        `cordon-acquire to ${config.accounts.evidence}`,
        `cordon-custodian to ${config.accounts.forensics}`,
        `cordon-examiner to ${config.accounts.evidence}`,
      ]),
    );
    expect(
      [...played.ec2.snapshots.values()].filter(
        ({ sharedWith, isPublic }) => sharedWith.size > 0 || isPublic,
      ),
    ).toEqual([]);
  });

  it('goes by way of the transit key alone where the volume’s own key does not admit the custodian', async () => {
    const played = await play({ scenario: 'admitting-key' });

    const transit = played.callsOf('CopySnapshot', 'cordon-acquire');
    const admitted = volumeUnder(played, customerKey(played));
    const tagsOf = JSON.stringify(transit.map(({ input }) => input['TagSpecifications']));
    expect(transit).toHaveLength(1);
    expect(tagsOf).not.toContain(admitted);
    expect(played.kinds).toContain('incident-sealed');
  });
});
