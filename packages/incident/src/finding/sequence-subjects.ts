import { type InstanceId, accountId as accountIdSchema, instanceId as instanceIdSchema } from '../ids.ts';
import { quoted } from '../quoted.ts';
import type { Because, RefusalCode, Subject } from './finding.ts';
import { placeOf } from './place.ts';
import type { FindingOrigin, NamedSubjects } from './named-subjects.ts';
import { subjectTags } from './subject-tags.ts';
import type { WireFinding } from './wire.ts';

const MOST_INSTANCES = 400;
const MOST_REASONS = 20;
const INSTANCE_ARN = /^arn:([a-z-]{1,20}):ec2:([a-z0-9-]{1,40}):(\d{1,20}):instance\/(.{1,40})$/;

type Sequence = NonNullable<NonNullable<NonNullable<WireFinding['service']>['detection']>['sequence']>;
type SequenceResource = Sequence['resources'][number];

/**
 * The instances of an attack sequence: its resources of type `EC2_INSTANCE`, each with its own account and Region, at most
 * 400 (AWS's own limit), without repeats. One that cannot be used is skipped with its reason, for the sake of the others; when
 * none can be used the whole finding is refused. Groups that the instances share name bystanders too, so they are not read.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Sequence.html, aws-facts 1.6
 */
export function subjectsOfSequence(wire: WireFinding, origin: FindingOrigin): NamedSubjects {
  const resources = wire.service?.detection?.sequence?.resources ?? [];
  const subjects = new Map<string, Subject>();
  const skipped: Because[] = [];
  for (const resource of resources) {
    if (resource.resourceType !== 'EC2_INSTANCE') continue;
    const found = subjectOf(resource, origin);
    if ('code' in found) skipped.push(found);
    else subjects.set(`${found.account}/${found.region}/${found.instanceId}`, found);
  }
  const [first] = skipped;
  if (subjects.size === 0 && first !== undefined) return { status: 'refused', because: first };
  if (subjects.size > MOST_INSTANCES) {
    const message = `the attack sequence names ${subjects.size} instances, want at most ${MOST_INSTANCES}`;
    // In front, so that the cap on reasons cannot hide it.
    skipped.unshift(unusable('too-many-instances', message));
  }
  return {
    status: 'named',
    subjects: [...subjects.values()].slice(0, MOST_INSTANCES),
    skipped: skipped.slice(0, MOST_REASONS),
  };
}

function subjectOf(resource: SequenceResource, origin: FindingOrigin): Subject | Because {
  const arn = INSTANCE_ARN.exec(resource.uid ?? '');
  const said = resource.accountId === undefined ? undefined : String(resource.accountId);
  const instanceId = instanceIdSchema.safeParse(arn?.[4] ?? resource.uid);
  if (!instanceId.success) {
    return unusable('bad-instance-id', `the sequence names the instance ${quoted(resource.uid)}`);
  }
  if (arn !== null && (said ?? arn[3]) !== arn[3]) {
    return contradiction(instanceId.data, `account ${quoted(said)}`, quoted(arn[3]));
  }
  if (arn !== null && (resource.region ?? arn[2]) !== arn[2]) {
    return contradiction(instanceId.data, `Region ${quoted(resource.region)}`, quoted(arn[2]));
  }
  const account = accountIdSchema.safeParse(said ?? arn?.[3] ?? origin.account);
  if (!account.success) {
    const got = quoted(said ?? arn?.[3]);
    return unusable(
      'bad-account-id',
      `instance ${instanceId.data} has the account id ${got}, want 12 digits`,
    );
  }
  const region = resource.region ?? arn?.[2];
  const place = placeOf(region ?? origin.region, resource.cloudPartition ?? arn?.[1]);
  if (place.status === 'refused') return place.because;
  if (place.partition !== origin.partition)
    return unusable(
      'unsupported-partition',
      `instance ${instanceId.data} is in partition '${place.partition}', want '${origin.partition}', that of the finding`,
    );
  return {
    kind: 'instance',
    account: account.data,
    region: place.region,
    instanceId: instanceId.data,
    from: 'attack-sequence',
    ...subjectTags(resource.tags),
    regionKnown: region !== undefined,
  };
}

function contradiction(instanceId: InstanceId, said: string, inArn: string): Because {
  return unusable(
    'contradiction',
    `instance ${instanceId} is said to be in ${said} but its ARN says ${inArn}`,
  );
}

function unusable(code: RefusalCode, message: string): Because {
  const hint = 'look the attack sequence up in GuardDuty and open an incident for the instances by hand';
  return { code, message, hint };
}
