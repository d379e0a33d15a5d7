import { describe, expect, it } from 'vitest';
import { ACCOUNT, instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, withinReach, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';

const endpoint = (service: string, more: object = {}) => ({
  endpointId: `vpce-${service}`,
  vpcId: 'vpc-1',
  service,
  type: 'Interface',
  privateDns: true,
  addresses: [`10.0.0.${10 + service.length}`],
  ...more,
});
const S3 = endpoint('s3', { type: 'Gateway', privateDns: false, addresses: [] });
const ALL = [endpoint('ssm'), endpoint('ssmmessages'), endpoint('ec2messages'), S3];
const TO_S3 = { destination: 'pl-s3', target: 'gateway-endpoint', targetId: 'vpce-s3' };

const planOf = (more: object = {}, posture: Partial<Posture> = {}, minutes = 30) =>
  plan({
    incidentId: 'inc-0123456789',
    managementPathMinutes: minutes,
    facts: instance({
      networkInterfaces: ['eni-2', 'eni-1'].map((networkInterfaceId) => ({
        networkInterfaceId,
        vpcId: 'vpc-1',
        subnetId: 'subnet-a',
        groupIds: ['sg-web'],
        requesterManaged: false,
        ...(networkInterfaceId === 'eni-1' ? { primary: true } : {}),
      })),
      subnets: [
        { subnetId: 'subnet-a', vpcId: 'vpc-1', ownerId: ACCOUNT, networkAclId: 'acl-1', routes: [TO_S3] },
      ],
      networkAcls: [],
      profile: { associationId: 'iip-1', profileArn: `arn:aws:iam::${ACCOUNT}:instance-profile/web` },
      managementEndpoints: ALL,
      ...more,
    }),
    posture: { ...CONTAIN_ONLY, managementPath: 'automatic', ...posture },
  });

describe('a management path', () => {
  it('is kept on the primary interface alone, to exactly the addresses and the prefix list of the endpoints', () => {
    const made = planOf();
    expect(stepsOf(made, 'keep-management-path')).toMatchObject([
      {
        gate: 'automatic',
        networkInterfaceId: 'eni-1',
        openSeconds: 1_800,
        peers: [
          { peer: '10.0.0.13/32', service: 'ssm' },
          { peer: '10.0.0.21/32', service: 'ssmmessages' },
          { peer: '10.0.0.21/32', service: 'ec2messages' },
          { peer: 'pl-s3', service: 's3' },
        ],
      },
    ]);
    expect(made.leftOpen.join('\n')).toContain('a management path is kept for 30 minutes');
  });

  it.each([
    ['automatic', 'contain', 'automatic'],
    ['automatic', 'ask', 'approve'],
    ['ask', 'contain', 'approve'],
  ] as const)('left %s in a posture that says %s waits as %s', (managementPath, containment, gate) => {
    const [step] = stepsOf(planOf({}, { managementPath, containment }), 'keep-management-path');
    expect(step?.gate).toBe(gate);
  });

  it('lets S3 through by an interface endpoint as well', () => {
    const s3 = endpoint('s3', { addresses: ['10.0.0.99'] });
    const [step] = stepsOf(
      planOf({ managementEndpoints: [endpoint('ssm'), endpoint('ssmmessages'), s3] }),
      'keep-management-path',
    );
    expect(step?.peers.map(({ peer }) => peer)).toContain('10.0.0.99/32');
  });

  it('says that old agents may not answer where there is no ec2messages', () => {
    const made = planOf({ managementEndpoints: [endpoint('ssm'), endpoint('ssmmessages'), S3] });
    expect(stepsOf(made, 'keep-management-path')).toHaveLength(1);
    expect(made.reasons.join('\n')).toContain('before 3.3.40.0');
  });

  it.each<[string, object, string, Partial<Posture>?]>([
    ['endpoints that could not be read', { managementEndpoints: undefined }, 'for ssm, ssmmessages, s3'],
    ['no endpoint for messages', { managementEndpoints: [endpoint('ssm'), S3] }, 'for ssmmessages'],
    [
      'endpoints of another VPC',
      { managementEndpoints: ALL.map((one) => ({ ...one, vpcId: 'vpc-2' })) },
      'for ssm,',
    ],
    [
      'an endpoint without private names',
      { managementEndpoints: [endpoint('ssm', { privateDns: false }), ...ALL.slice(1)] },
      'for ssm',
    ],
    ['a gateway that the subnet has no route to', { subnets: [] }, 'for s3'],
    ['no profile', { profile: undefined }, 'no profile'],
    ['no known primary interface', { networkInterfaces: [] }, 'primary interface is not known'],
    [
      'too many addresses',
      {
        managementEndpoints: [
          endpoint('ssm', { addresses: Array.from({ length: 31 }, (_, at) => `10.0.1.${at}`) }),
          ...ALL,
        ],
      },
      'takes 30 at most',
    ],
    [
      'a host that the plan stops',
      {
        machine: {
          rootDevice: 'ebs',
          hibernation: false,
          type: { nitro: true, x86: true, instanceStorage: false },
        },
      },
      'the plan stops the host',
      { stop: 'automatic' },
    ],
    [
      'a metadata service that the plan turns off',
      { metadataOptions: { httpEndpoint: 'enabled' } },
      'turns the metadata service off',
      { metadataOff: 'ask' },
    ],
  ])('is not kept with %s, and the plan says why', (_what, more, because, posture) => {
    const made = planOf(more, posture);
    expect(stepsOf(made, 'keep-management-path')).toEqual([]);
    expect(made.reasons.join('\n')).toContain(because);
  });

  it('is not kept by default, nor where the deployment gives no right to it', () => {
    expect(stepsOf(planOf({}, { managementPath: 'never' }), 'keep-management-path')).toEqual([]);
    expect(withinReach({ ...CONTAIN_ONLY, managementPath: 'automatic' }, ['untracking']).managementPath).toBe(
      'never',
    );
    expect(withinReach({ ...CONTAIN_ONLY, untracking: 'ask' }, ['management-path']).untracking).toBe('never');
  });
});
