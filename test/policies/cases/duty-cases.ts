import { IAM_PATH, QUARANTINE_PROFILE_NAME, type MEMBER_DUTIES } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

type MemberDuty = (typeof MEMBER_DUTIES)[number];

/** What one duty's session may do on one thing, and what it is refused because one thing is wrong. */
export interface Power extends Pick<PowerCase, 'action' | 'on' | 'given' | 'owner' | 'alone'> {
  /** What follows the duty's name in the case's: `stops the instance`. */
  readonly does: string;
  /** The same request but for what is said here; `given` is given in place of the right one. */
  readonly wrong?: readonly (Pick<Power, 'does'> & Partial<Pick<PowerCase, 'on' | 'given'>>)[];
}

/** Cases of what a duty may do, each with the attacks that fail on its conditions alone. */
export const powerOf = (duty: MemberDuty, powers: readonly Power[]): readonly PowerCase[] =>
  powers.flatMap(({ does, wrong = [], ...asked }): readonly PowerCase[] => [
    { ...asked, name: `the ${duty} duty ${does}`, as: duty, answer: 'allowed' },
    ...wrong.map(({ does: attack, ...changed }): PowerCase => ({
      ...asked,
      ...changed,
      name: `the ${duty} duty ${attack}`,
      as: duty,
      answer: { notAllowedBy: 'identity' },
    })),
  ]);

/** Cases of reads that have no resource level. */
export const readsOf = (duty: MemberDuty, reads: Readonly<Record<string, string>>): readonly PowerCase[] =>
  powerOf(
    duty,
    Object.entries(reads).map(([action, does]) => ({ does, action, on: '*' })),
  );

/** Cases of what is no work of a duty at all: nothing allows it. */
export const neverOf = (
  duty: MemberDuty,
  attacks: readonly (Pick<Power, 'does'> & Pick<PowerCase, 'action' | 'on' | 'given' | 'guardrails'>)[],
): readonly PowerCase[] =>
  attacks.map(({ does, ...asked }) => ({
    ...asked,
    name: `the ${duty} duty ${does}`,
    as: duty,
    answer: { notAllowedBy: 'identity' },
  }));

/** ARN of something of EC2 in the member account. */
export const memberEc2 = (rest: string): string => `arn:aws:ec2:${HOME}:${ACCOUNTS.member}:${rest}`;

/** ARN of something of IAM in the member account. */
export const memberIam = (rest: string): string => `arn:aws:iam::${ACCOUNTS.member}:${rest}`;

/** ARN of a snapshot: it names no account. */
export const SNAPSHOT = `arn:aws:ec2:${HOME}::snapshot/snap-0c0ffee0000000001`;

/** Things of the member account that the cases act on. */
export const INSTANCE = memberEc2('instance/i-0c0ffee0000000001');
export const VOLUME = memberEc2('volume/vol-0c0ffee0000000001');
export const INTERFACE = memberEc2('network-interface/eni-0c0ffee0000000001');
export const GROUP = memberEc2('security-group/sg-0c0ffee0000000001');
export const ADDRESS = memberEc2('elastic-ip/eipalloc-0c0ffee0000000001');
export const MEMBER_KEY = `arn:aws:kms:${HOME}:${ACCOUNTS.member}:key/0c0ffee0-0000-4000-8000-000000000001`;
export const WORKLOAD_ROLE = memberIam('role/shop/web');
export const AUTO_SCALING_GROUP = `arn:aws:autoscaling:${HOME}:${ACCOUNTS.member}:autoScalingGroup:0c0ffee0-0000-4000-8000-000000000001:autoScalingGroupName/shop-web`;
export const TARGET_GROUP = `arn:aws:elasticloadbalancing:${HOME}:${ACCOUNTS.member}:targetgroup/shop-web/0c0ffee000000001`;
export const CLASSIC_BALANCER = `arn:aws:elasticloadbalancing:${HOME}:${ACCOUNTS.member}:loadbalancer/shop-classic`;
/** A role that may do everything in the member account. */
export const ADMIN_ROLE = memberIam('role/administrator');
export const ADMIN_POLICY = 'arn:aws:iam::aws:policy/AdministratorAccess';
export const QUARANTINE_PROFILE = memberIam(`instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`);
/** What goes with the quarantine profile, whoever associates it. */
export const PASSES_QUARANTINE_ROLE: Power = {
  does: 'passes the quarantine role to EC2',
  action: 'iam:PassRole',
  on: memberIam(`role${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
  given: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  wrong: [
    {
      does: 'passes the quarantine role to Lambda, to run code in the account',
      given: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    { does: "passes an administrator's role to EC2", on: ADMIN_ROLE },
  ],
};

/** Roles that no duty may change, by whose they are. */
export const PROTECTED_ROLES = {
  'a role of ours': memberIam('role/cordon/cordon-inspect'),
  'a service-linked role': memberIam(
    'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
  ),
  'a role of Identity Center': memberIam(
    'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef',
  ),
} as const;
