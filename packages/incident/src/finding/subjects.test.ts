import { describe, expect, it } from 'vitest';
import { parseFinding } from './parse-finding.ts';

const EXFILTRATION = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS';
const A = 'i-0aaaaaaaaaaaaaaa1';
const B = 'i-0bbbbbbbbbbbbbbb2';

function outcome(type: string, resource: object, service: object = {}) {
  const result = parseFinding({
    schemaVersion: '2.0',
    accountId: '222233334444',
    region: 'eu-west-1',
    id: 'f'.repeat(32),
    type,
    severity: 8,
    resource,
    service,
  });
  if (result.status !== 'parsed') return result.because.code;
  return result.finding.subjects.map(
    (subject) => `${subject.instanceId} ${subject.from} ${subject.regionKnown}`,
  );
}

function key(principalId: string, userType: string | null = 'Role') {
  return { principalId, userType, accessKeyId: 'ASIAEXAMPLEEXAMPLE00', userName: 'web' };
}

function sequence(resources: readonly object[]) {
  const result = parseFinding({
    schemaVersion: '2.0',
    accountId: '222233334444',
    region: 'eu-west-1',
    id: 'f'.repeat(32),
    type: 'AttackSequence:EC2/CompromisedInstanceGroup',
    resource: { resourceType: 'AttackSequence' },
    service: { detection: { sequence: { resources } } },
  });
  if (result.status !== 'parsed') return { refused: result.because.code };
  const { subjects, skippedSubjects } = result.finding;
  return {
    named: subjects.map((s) => `${s.account} ${s.region} ${s.instanceId} ${s.regionKnown}`),
    skipped: skippedSubjects.map((because) => because.code),
  };
}

describe('subjects of a finding', () => {
  it.each(['EKSCluster', 'ECSCluster', 'Container', 'Lambda', 'S3Bucket', 'RDSDBInstance', 'EBSSnapshot'])(
    'names no instance for resource type %s, whatever instance details say',
    (resourceType) => {
      const resource = { resourceType, instanceDetails: { instanceId: A } };
      expect(outcome('Execution:Runtime/ReverseShell', resource)).toEqual([]);
    },
  );

  it('names the instance of a runtime finding on an instance', () => {
    const resource = { resourceType: 'Instance', instanceDetails: { instanceId: A } };
    expect(outcome('Execution:Runtime/ReverseShell', resource)).toEqual([`${A} instance-details true`]);
  });

  it.each([['$(reboot)'], ['i-XYZ'], ['i-123'], [`${A}\n`], [null], [''], [42]])(
    'sets aside an instance finding whose instance id is %j',
    (instanceId) => {
      const resource = { resourceType: 'Instance', instanceDetails: { instanceId } };
      expect(outcome('Backdoor:EC2/Spambot', resource)).toBe('bad-instance-id');
    },
  );

  it.each([
    ['role session of an instance', key(`AROAX:${A}`), [`${A} access-key false`]],
    ['assumed role', key(`AROAX:${A}`, 'AssumedRole'), [`${A} access-key false`]],
    ['unknown kind of user', key(`AROAX:${A}`, null), [`${A} access-key false`]],
    ['an IAM user of that name', key(`AROAX:${A}`, 'IAMUser'), []],
    ['a session with a name of its own', key('AROAX:i-am-bob'), []],
    ['no session', key('AIDAEXAMPLE'), []],
  ])('reads an access-key finding: %s', (_name, accessKeyDetails, expected) => {
    expect(
      outcome('Discovery:IAMUser/AnomalousBehavior', { resourceType: 'AccessKey', accessKeyDetails }),
    ).toEqual(expected);
  });

  it('believes the instance details of an access-key finding only when the credentials of that instance are used elsewhere', () => {
    const resource = {
      resourceType: 'AccessKey',
      accessKeyDetails: key('AIDAEXAMPLE', 'IAMUser'),
      instanceDetails: { instanceId: B },
    };
    expect(outcome('Policy:S3/BucketPublicAccessGranted', resource)).toEqual([]);
    expect(outcome(EXFILTRATION, resource)).toEqual([`${B} instance-details false`]);
  });

  it('prefers what GuardDuty says over the session name, which its owner chose', () => {
    const resource = {
      resourceType: 'AccessKey',
      accessKeyDetails: key(`AROAX:${A}`),
      instanceDetails: { instanceId: B },
    };
    expect(outcome(EXFILTRATION, resource)).toEqual([`${B} instance-details false`]);
    expect(outcome('Discovery:IAMUser/AnomalousBehavior', resource)).toEqual([`${A} access-key false`]);
  });
});

describe('subjects of an attack sequence', () => {
  const good = { resourceType: 'EC2_INSTANCE', uid: A, accountId: '555566667777', region: 'eu-central-1' };
  const arn = `arn:aws:ec2:us-east-1:555566667777:instance/${B}`;

  it('takes account and Region from the resource, then from its ARN, then from the finding', () => {
    expect(sequence([good]).named).toEqual([`555566667777 eu-central-1 ${A} true`]);
    expect(sequence([{ resourceType: 'EC2_INSTANCE', uid: arn }]).named).toEqual([
      `555566667777 us-east-1 ${B} true`,
    ]);
    expect(sequence([{ resourceType: 'EC2_INSTANCE', uid: A }]).named).toEqual([
      `222233334444 eu-west-1 ${A} false`,
    ]);
  });

  it('keeps the instances that it can use and gives a reason for the others', () => {
    const result = sequence([
      good,
      { ...good, uid: '$(reboot)' },
      { ...good, uid: B, accountId: '1234567891234' },
      { ...good, uid: B, region: 'cn-north-1' },
      { ...good, uid: B, cloudPartition: 'aws-iso' },
      { ...good, uid: B, region: 'us-gov-west-1' },
      { ...good, uid: arn, region: 'us-east-1', accountId: '222233334444' },
      { ...good, uid: arn, region: 'us-west-2' },
    ]);
    expect(result).toEqual({
      named: [`555566667777 eu-central-1 ${A} true`],
      skipped: [
        'bad-instance-id',
        'bad-account-id',
        'unsupported-partition',
        'unsupported-partition',
        'unsupported-partition',
        'contradiction',
        'contradiction',
      ],
    });
  });

  it('is refused when no instance of it can be used, but not when it is not about instances', () => {
    expect(sequence([{ ...good, uid: 'i-XYZ' }])).toEqual({ refused: 'bad-instance-id' });
    expect(sequence([{ resourceType: 'S3_BUCKET', uid: 'b' }])).toEqual({ named: [], skipped: [] });
  });

  it('names at most 400 instances and says when there were more', () => {
    const many = Array.from({ length: 450 }, (_, n) => ({
      ...good,
      uid: `i-${n.toString(16).padStart(17, '0')}`,
    }));
    const result = sequence([...many, ...many, ...many.map(() => ({ ...good, uid: 'i-XYZ' }))]);
    expect(result.named).toHaveLength(400);
    expect(result.skipped).toHaveLength(20);
    expect(result.skipped?.at(0)).toBe('too-many-instances');
  });
});
