import {
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { GenerateDataKeyWithoutPlaintextCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ISOLATION_GROUP_NAME, QUARANTINE_PROFILE_NAME, TAGS, type CordonConfig } from '@cordon/incident';
import { TRY_INCIDENT_ID, type CoverageCheck, type TriedDuty } from '@cordon/incident/coverage';
import { clientFor, type Connection } from '../aws/connection.ts';
import { transitKeyArn } from '../needs/acquire.ts';
import { look } from './look.ts';
import { simulateAcquire, simulateRevoke } from './simulations.ts';

/** EC2 takes no smaller page. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const FEW = 5;

/** One Region of an account, with a session of the duty in it. */
export interface Place {
  readonly connection: Connection;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
  readonly config: CordonConfig;
  /** An instance that runs there, for what cannot be tried without one. */
  readonly sample: string | undefined;
}

/** What a duty's probes found, and an instance for the duties after it. */
export interface Probed {
  readonly checks: readonly CoverageCheck[];
  readonly sample?: string;
}

type Probe = (place: Place) => Promise<Probed>;

const ec2In = ({ connection }: Place): EC2Client => clientFor(EC2Client, connection);

const inspect: Probe = async (place) => {
  const found: { sample?: string } = {};
  const check = await look('probe-inspect', 'reading instances', async () => {
    const { Reservations = [] } = await ec2In(place).send(
      new DescribeInstancesCommand({
        MaxResults: FEW,
        Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
      }),
    );
    const id = Reservations[0]?.Instances?.[0]?.InstanceId;
    if (id !== undefined) found.sample = id;
  });
  return { checks: [check], ...found };
};

/**
 * As the isolation group is made, in some VPC of the Region, but as a dry run; where there is no VPC there is nothing to be isolated.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
const contain: Probe = async (place) => {
  const ec2 = ec2In(place);
  const check = await look('probe-contain', 'making an isolation group (a dry run)', async () => {
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: FEW }));
    const VpcId = SecurityGroups.find(({ VpcId: vpc }) => vpc !== undefined)?.VpcId;
    if (VpcId === undefined) return;
    await ec2.send(
      new CreateSecurityGroupCommand({
        DryRun: true,
        GroupName: ISOLATION_GROUP_NAME,
        Description: 'Holds contained instances. Never add a rule.',
        VpcId,
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: [{ Key: TAGS.isolation, Value: 'true' }] },
        ],
      }),
    );
  });
  return { checks: [check] };
};

/**
 * The transit key, without which nothing that is under a key of AWS's own leaves the account: a data key that nobody here could read, as a dry run.
 * https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
 */
const transitKey = ({ connection, partition, config, region }: Place): Promise<CoverageCheck> =>
  look('transit-key', 'use of the transit key (a dry run)', () =>
    clientFor(KMSClient, connection).send(
      new GenerateDataKeyWithoutPlaintextCommand({
        DryRun: true,
        KeyId: transitKeyArn({ partition, evidenceAccount: config.accounts.evidence }, region),
        KeySpec: 'AES_256',
      }),
    ),
  );

/** A freeze of some instance, as a dry run; where none runs, the read alone. */
const freeze = (place: Place): Promise<CoverageCheck> => {
  const { sample } = place;
  if (sample === undefined)
    return look('probe-acquire', 'reading snapshots', () =>
      ec2In(place).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: FEW })),
    );
  const Tags = [
    { Key: TAGS.incident, Value: TRY_INCIDENT_ID },
    { Key: TAGS.intermediate, Value: 'true' },
  ];
  return look('probe-acquire', 'a freeze of an instance (a dry run)', () =>
    ec2In(place).send(
      new CreateSnapshotsCommand({
        DryRun: true,
        InstanceSpecification: { InstanceId: sample },
        TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
      }),
    ),
  );
};

const acquire: Probe = async (place) => ({
  checks: await Promise.all([transitKey(place), freeze(place), simulateAcquire(place)]),
});

/** Profiles of instances in the Region, ours that takes their place, and the denying of sessions. */
const revoke: Probe = async (place) => ({
  checks: await Promise.all([
    look('probe-revoke', 'reading instance profiles', () =>
      ec2In(place).send(new DescribeIamInstanceProfileAssociationsCommand({ MaxResults: FEW })),
    ),
    look('quarantine-profile', 'reading the quarantine profile', () =>
      clientFor(IAMClient, place.connection).send(
        new GetInstanceProfileCommand({ InstanceProfileName: QUARANTINE_PROFILE_NAME }),
      ),
    ),
    simulateRevoke(place),
  ]),
});

const release: Probe = async (place) => ({
  checks: [
    await look('probe-release', 'reading network interfaces', () =>
      ec2In(place).send(new DescribeNetworkInterfacesCommand({ MaxResults: FEW })),
    ),
  ],
});

const replace: Probe = async (place) => ({
  checks: [
    await look('probe-replace', 'reading instances', () =>
      ec2In(place).send(new DescribeInstancesCommand({ MaxResults: FEW })),
    ),
  ],
});

const capture: Probe = async (place) => ({
  checks: [
    await look('probe-capture', 'reading agents', () =>
      clientFor(SSMClient, place.connection).send(
        new DescribeInstanceInformationCommand({ MaxResults: FEW }),
      ),
    ),
  ],
});

/** Duties that are tried in every Region; the others in one, for their roles are the account's, and who denies a Region denies it to these as well. */
export const EVERYWHERE: ReadonlySet<TriedDuty> = new Set(['inspect', 'contain', 'acquire']);

/** What is tried of each duty in a Region: it changes nothing. */
export const PROBES: Readonly<Record<TriedDuty, Probe>> = {
  inspect,
  contain,
  acquire,
  revoke,
  release,
  replace,
  capture,
};
