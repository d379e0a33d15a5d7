import { instanceId as instanceIdSchema } from '../ids.ts';
import { quoted } from '../quoted.ts';
import type { Subject } from './finding.ts';
import type { FindingOrigin, NamedSubjects } from './named-subjects.ts';
import { subjectsOfSequence } from './sequence-subjects.ts';
import { subjectTags } from './subject-tags.ts';
import type { WireFinding } from './wire.ts';

/**
 * Which instances a finding is about. The resource type decides first: findings on S3, RDS, EKS, ECS and containers
 * carry `instanceDetails` too, yet are about something else (aws-facts 1.5 to 1.7). An unknown resource type names none.
 */
export function subjectsIn(wire: WireFinding, origin: FindingOrigin): NamedSubjects {
  switch (origin.resourceType) {
    case 'Instance':
      return fromInstanceDetails(wire, origin, true);
    case 'AccessKey':
      return fromAccessKey(wire, origin);
    case 'AttackSequence':
      return subjectsOfSequence(wire, origin);
    default:
      return { status: 'named', subjects: [], skipped: [] };
  }
}

function fromInstanceDetails(wire: WireFinding, origin: FindingOrigin, regionKnown: boolean): NamedSubjects {
  const got = wire.resource?.instanceDetails?.instanceId;
  const instanceId = instanceIdSchema.safeParse(got);
  if (!instanceId.success) {
    const message = `the instance id is ${quoted(got)}, want 'i-' and 8 to 17 hexadecimal digits`;
    const hint = 'look the finding up in GuardDuty and open an incident for its instance by hand';
    return { status: 'refused', because: { code: 'bad-instance-id', message, hint } };
  }
  const { account, region } = origin;
  return named({
    kind: 'instance',
    account,
    region,
    instanceId: instanceId.data,
    from: 'instance-details',
    ...subjectTags(wire.resource?.instanceDetails?.tags),
    regionKnown,
  });
}

/**
 * Role sessions of an instance have the instance id as their session name, after the colon of `principalId`:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 * IAM activity may be reported in another Region than the instance's, so the Region stays a guess.
 */
function fromAccessKey(wire: WireFinding, origin: FindingOrigin): NamedSubjects {
  const details = wire.resource?.instanceDetails?.instanceId;
  // GuardDuty itself names the instance here; the session name is the word of whoever opened the session.
  if (details !== undefined && isCredentialExfiltration(origin.type)) {
    return fromInstanceDetails(wire, origin, false);
  }
  const key = wire.resource?.accessKeyDetails;
  const roleSession = key?.userType === undefined || ['Role', 'AssumedRole'].includes(key.userType);
  const sessionName = instanceIdSchema.safeParse(key?.principalId?.split(':').at(1));
  if (!roleSession || !sessionName.success) return { status: 'named', subjects: [], skipped: [] };
  const { account, region } = origin;
  return named({
    kind: 'instance',
    account,
    region,
    instanceId: sessionName.data,
    from: 'access-key',
    regionKnown: false,
  });
}

/** Whether a type says that an instance's credentials are used elsewhere (`...InstanceCredentialExfiltration.OutsideAWS`, `.InsideAWS`; aws-facts 1.7). */
export function isCredentialExfiltration(type: string): boolean {
  return /:IAMUser\/InstanceCredentialExfiltration(\.|$)/.test(type);
}

function named(subject: Subject): NamedSubjects {
  return { status: 'named', subjects: [subject], skipped: [] };
}
