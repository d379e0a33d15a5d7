import { ownEvent } from '@cordon/drill';
import { parsePolicy, TAGS, type CordonConfig } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { config as deployed } from '../../cordon.config.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const config = (more: Partial<CordonConfig['containment']> = {}): CordonConfig => ({
  ...deployed,
  containment: { ...deployed.containment, ...more },
  policy: parsePolicy({
    schemaVersion: 2,
    rules: [
      {
        name: 'shops-go-on',
        when: { severityAtLeast: 7 },
        set: { mode: 'contain', replacement: 'automatic' },
        because: 'a shop that is down costs more than another instance',
      },
    ],
  }),
});
const replaced = (more: Play = {}): Promise<Played> =>
  play({ scenario: 'lone-instance-replaced', config: config(), ...more });

const suspectIn = ({ ec2, suspect }: Stage) => {
  const found = ec2.instances.get(suspect.instanceId);
  if (found === undefined) throw new Error('the suspect is gone');
  return found;
};
const inItsPlace = ({ ec2 }: Stage) =>
  [...ec2.instances.values()].filter(({ tags }) => tags.has(TAGS.replaces));
const byUs = (played: Played, operation: string) => played.callsOf(operation, 'cordon-replace');
/** Makes its image another one: younger, or somebody's. */
const withImage = (stage: Stage, more: { readonly createdAt?: number; readonly ownerId?: string }): void => {
  const { imageId } = suspectIn(stage);
  const image = stage.ec2.images.get(imageId);
  if (image !== undefined) stage.ec2.images.set(imageId, { ...image, ...more });
};

describe('a lone instance', () => {
  it('is replaced once, after it was read back as contained, with its groups, profile, tags and user data', async () => {
    let former: readonly string[] = [];
    const played = await replaced({
      furnish: (stage) => {
        const [first = ''] = stage.suspect.networkInterfaceIds;
        former = [...(stage.ec2.networkInterfaces.get(first)?.groups ?? [])];
      },
    });
    const [made, ...others] = inItsPlace(played);
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      state: 'running',
      imageId: played.suspect.alone?.imageId,
      instanceType: 'm5.large',
      userData: played.suspect.alone?.userData,
      metadataOptions: { httpTokens: 'required' },
    });
    expect(made?.tags.get('Name')).toBe('shop-web');
    expect(made?.tags.has(TAGS.incident)).toBe(false);
    expect(made?.tags.get('aws:ec2launchtemplate:version')).toBe('1');
    expect(played.ec2.networkInterfaces.get(made?.networkInterfaceIds[0] ?? '')?.groups).toEqual(former);
    const contained = played.calls.findIndex(
      ({ operation, input }) => operation === 'PutEvents' && JSON.stringify(input).includes('"contained'),
    );
    const launched = played.calls.findIndex(
      ({ operation, caller }) => operation === 'RunInstances' && caller.includes('cordon-replace'),
    );
    expect(launched).toBeGreaterThan(contained);
    expect(played.outcomesOf('step#replace#0')).toMatch(/registered with 3 of the 3/);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('is replaced from its image where no template launched it', async () => {
    const played = await replaced({
      furnish: (stage) => {
        for (const key of ['id', 'version']) suspectIn(stage).tags.delete(`aws:ec2launchtemplate:${key}`);
      },
    });
    expect(byUs(played, 'RunInstances')[0]?.input).not.toHaveProperty('LaunchTemplate');
    expect(inItsPlace(played)[0]?.userData).toBe(played.suspect.alone?.userData);
  });

  it('is replaced by one machine, though the answer to the launch was lost or EC2 was throttled', async () => {
    const left: ('lost-reply' | 'throttled')[] = ['lost-reply', 'throttled'];
    const played = await replaced({
      faults: ({ operation, caller }) => {
        if (operation !== 'RunInstances' || !caller.includes('cordon-replace')) return undefined;
        const kind = left.shift();
        return kind === undefined ? undefined : { kind };
      },
    });
    expect(left).toEqual([]);
    expect(inItsPlace(played)).toHaveLength(1);
    expect(played.outcomesOf('step#replace#0')).toMatch(/"status":"done"/);
  });

  it('is not replaced a second time by a later plan', async () => {
    const played = await replaced({
      deliveries: [
        { document: ownEvent({ seed: 'steps', profile: true, alone: true }), afterMs: 0 },
        {
          document: ownEvent({ seed: 'steps', profile: true, alone: true, worse: true }),
          afterMs: 1_800_000,
        },
      ],
    });
    expect(played.outcomesOf('plan#1')).not.toBe('');
    expect(played.outcomesOf('plan#1')).not.toMatch(/launch-replacement/);
    expect(inItsPlace(played)).toHaveLength(1);
  });
});

describe('nothing is launched, containment stands, and the reason is told', () => {
  const refused: readonly {
    readonly where: string;
    readonly of: Play;
    readonly says: RegExp;
  }[] = [
    {
      where: 'the image is younger than the first activity',
      of: { furnish: (stage) => withImage(stage, { createdAt: stage.organization.timeline.now() - 60_000 }) },
      says: /image was made after the first activity/,
    },
    {
      where: 'the image is a stranger’s',
      of: { furnish: (stage) => withImage(stage, { ownerId: '999900001111' }) },
      says: /belongs to 999900001111/,
    },
    {
      where: 'the instance was started after the first activity',
      of: {
        furnish: (stage) => void (suspectIn(stage).launchedAt = stage.organization.timeline.now() - 60_000),
      },
      says: /started after the first activity/,
    },
    {
      where: 'its role is none that may be passed',
      of: { config: config({ replacement: { passRoles: ['other/*'], imageOwners: ['amazon'] } }) },
      says: /is none that containment\.replacement\.passRoles names/,
    },
    {
      where: 'there is no capacity',
      of: { furnish: ({ ec2 }) => void ec2.withoutCapacity.add('m5.large') },
      says: /InsufficientInstanceCapacity/,
    },
    {
      where: 'somebody changed its user data before the launch',
      of: {
        meanwhile: ({ operation, caller }, stage) => {
          // The second read: the first is the preparation's.
          if (operation === 'RegisterTargets' || !caller.includes('cordon-replace')) return;
          if (operation === 'DescribeInstanceAttribute' && stage.ec2.instances.size > 0)
            suspectIn(stage).userData = Buffer.from(`attack ${reads++}`).toString('base64');
        },
      },
      says: /user data is another/,
    },
  ];
  let reads = 0;

  it.each(refused)('where $where', async ({ of, says }) => {
    const played = await replaced(of);
    expect(inItsPlace(played)).toEqual([]);
    expect(played.outcomesOf('step#replace#0')).toMatch(says);
    expect(played.kinds).toContain('contained');
    expect(played.reasonsOf('needs-a-person')).toMatch(says);
  });

  it('where the instance is never read back as contained, in bounded time', async () => {
    const played = await replaced({
      faults: ({ operation, caller }) =>
        operation === 'ModifyNetworkInterfaceAttribute' && caller.includes('cordon-contain')
          ? { kind: 'throttled' }
          : undefined,
    });
    expect(byUs(played, 'RunInstances')).toEqual([]);
    expect(played.kinds).not.toContain('contained');
    expect(played.outcomesOf('step#replace#0')).toMatch(/not read back as contained in time/);
  });

  it('where the deployment lets nobody: a person is told the command, and no session is taken', async () => {
    const played = await replaced({ config: config({ replacement: undefined }) });
    expect(byUs(played, 'AssumeRole')).toEqual([]);
    expect(inItsPlace(played)).toEqual([]);
    expect(played.outcomesOf('plan#0')).toMatch(/lets nobody launch.*run-instances/);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });
});
