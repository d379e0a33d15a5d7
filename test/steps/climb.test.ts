import { ownEvent } from '@cordon/drill';
import { addFlowLog, flowsOf, mayOpen, type FaultableCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

/** EC2 refuses to change the groups of any interface. */
const groupsRefused = ({ operation, input }: FaultableCall) =>
  operation === 'ModifyNetworkInterfaceAttribute' &&
  typeof input === 'object' &&
  input !== null &&
  'Groups' in input
    ? ({ kind: 'server-error' } as const)
    : undefined;

const bare: Play['deliveries'] = [
  { document: ownEvent({ seed: 'climb', profile: true, publicAddress: false }), afterMs: 0 },
];

const stateOf = ({ ec2, suspect }: Played): string | undefined =>
  ec2.instances.get(suspect.instanceId)?.state;

const living = ({ organization, suspect }: Played): readonly string[] =>
  flowsOf(organization.world, suspect)
    .filter(({ state }) => state.kind === 'established')
    .map(({ path }) => path.kind);

/** Whether a neighbour of the suspect reaches the internet. */
const neighbourReaches = ({ organization, ec2, suspect }: Played): boolean => {
  const { account, region } = suspect;
  const [networkInterfaceId = ''] = ec2.instances.get(suspect.neighbours[0] ?? '')?.networkInterfaceIds ?? [];
  return mayOpen(organization.world, {
    account,
    region,
    networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    remotePort: 443,
    remote: { address: '192.0.2.10' },
  }).allowed;
};

describe('climbing', () => {
  it('ends in a stop where the groups cannot be changed, by one rung after the other, each told', async () => {
    const played = await play({
      config: allowing({ subnetAcl: 'if-open', stop: 'if-open' }),
      faults: groupsRefused,
    });
    const climbed = played.told.filter(({ kind }) => kind === 'containment-climbed');
    expect(climbed.map(({ subject }) => subject)).toEqual(['cut-subnet', 'stop-instance']);
    expect(climbed[0]?.reasons.join()).toMatch(
      /every host of subnet subnet-\w+ is cut from everything outside/,
    );
    expect(stateOf(played)).toBe('stopped');
    expect(living(played)).toEqual([]);
    // What was said of others is so, and the failed change still calls a person.
    expect(neighbourReaches(played)).toBe(false);
    expect(played.reasonsOf('contained')).toMatch(/is closed by what was climbed to alone/);
    expect(played.kinds).toContain('needs-a-person');
    expect(played.callsOf('StopInstances')).toHaveLength(1);
  });

  it('climbs nothing where all holds, and spares the neighbour', async () => {
    const played = await play({ config: allowing({ subnetAcl: 'if-open', stop: 'if-open' }) });
    expect(played.kinds).not.toContain('containment-climbed');
    expect(stateOf(played)).toBe('running');
    expect(neighbourReaches(played)).toBe(true);
  });

  it.each([
    ['the policy leaves it to a person', { stop: 'ask' }],
    ['the policy says never', { stop: 'never' }],
  ])('climbs nothing where %s: it is told as open, and asked', async (_what, set) => {
    const played = await play({ config: allowing(set), faults: groupsRefused });
    expect(played.kinds).not.toContain('containment-climbed');
    expect(played.kinds).toContain('containment-open');
    expect(played.kinds.includes('approval-asked')).toBe(set.stop === 'ask');
    expect(played.callsOf('StopInstances')).toEqual([]);
  });

  it('goes on to the next rung where one fails, and asks when none is left', async () => {
    const played = await play({
      config: allowing({ subnetAcl: 'if-open', routeTable: 'if-open', stop: 'ask' }),
      faults: (call) =>
        call.operation === 'ReplaceNetworkAclAssociation' ? { kind: 'server-error' } : groupsRefused(call),
    });
    const climbed = played.told.filter(({ kind }) => kind === 'containment-climbed');
    expect(climbed.map(({ subject }) => subject)).toEqual(['cut-subnet', 'cut-routes']);
    expect(played.kinds).toContain('containment-open');
    expect(played.kinds).toContain('approval-asked');
    expect(stateOf(played)).toBe('running');
  });
});

type Destination = Parameters<typeof addFlowLog>[1]['destination'];

describe('a proof by flow logs', () => {
  const toLogGroup = (logGroupName: string): Destination => ({
    kind: 'cloud-watch-logs',
    logGroupName,
    roleArn: 'arn:aws:iam::602011160021:role/flow-logs',
  });
  const withLog =
    (destination: Destination) =>
    ({ ec2, organization, suspect }: Stage): void => {
      for (const id of suspect.networkInterfaceIds)
        addFlowLog(ec2, { resourceId: id, destination, createdAt: 0 }, organization.ids);
    };

  it.each<[string, Partial<Play>, RegExp]>([
    ['there are no flow logs', {}, /has no flow log/],
    [
      'they go to S3',
      { furnish: withLog({ kind: 's3', arn: 'arn:aws:s3:::flow-logs' }) },
      /goes to s3, which is not read/,
    ],
    [
      'the deployment gives no right to their log group',
      { furnish: withLog(toLogGroup('elsewhere')) },
      /no right to read log group elsewhere/,
    ],
    [
      'they are silent, in bounded time',
      { furnish: withLog(toLogGroup('/vpc/flow-logs')), config: allowing({ stop: 'automatic' }) },
      /no record yet of eni-/,
    ],
  ])('is not claimed where %s, and nobody is called for it', async (_what, more, because) => {
    const played = await play({ ...more, scenario: 'no-profile', config: more.config ?? config });
    expect(played.reasonsOf('containment-unproved')).toMatch(because);
    expect(played.kinds).not.toContain('containment-proved');
    expect(played.kinds).toContain('incident-sealed');
  });

  it('that breaks off is a row that calls a person, and takes nothing from containment', async () => {
    const played = await play({
      scenario: 'no-profile',
      furnish: withLog(toLogGroup('/vpc/flow-logs')),
      faults: ({ operation }) => (operation === 'FilterLogEvents' ? { kind: 'throttled' } : undefined),
    });
    expect(played.kinds).toContain('contained');
    expect(played.kinds).not.toContain('containment-proved');
    expect(played.reasonsOf('needs-a-person')).toMatch(/^prove-containment failed/);
  });

  it('tells what was accepted, and calls a person where nothing is left to be climbed to', async () => {
    const played = await play({
      deliveries: bare,
      config: allowing({}),
      furnish: withLog(toLogGroup('/vpc/flow-logs')),
    });
    expect(played.reasonsOf('packets-accepted')).toMatch(/from or to 192\.0\.2\.66 were accepted/);
    expect(played.reasonsOf('needs-a-person')).toMatch(/prove-containment failed/);
    expect(played.kinds).not.toContain('containment-climbed');
  });
});
