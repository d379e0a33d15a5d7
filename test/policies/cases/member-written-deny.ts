import type { PowerCase } from '../power-case.ts';
import { powerOf, PROTECTED_ROLES, WORKLOAD_ROLE } from './duty-cases.ts';

/** What writes a session deny into a role and takes it out, and by whom, where the deployment chose to write it. */
const WRITES = [
  { duty: 'revoke', action: 'iam:PutRolePolicy', does: 'writes a deny of sessions into' },
] as const;

/** The same of a release, which bounds what was denied, wherever it may. */
const BOUNDS = [
  { duty: 'release', action: 'iam:PutRolePolicy', does: 'writes a bounded deny of sessions into' },
  { duty: 'release', action: 'iam:DeleteRolePolicy', does: 'deletes the deny of sessions from' },
] as const;

const writeCases = (writes: readonly ((typeof WRITES)[number] | (typeof BOUNDS)[number])[]) =>
  writes.flatMap(({ duty, action, does }): readonly PowerCase[] => [
    ...powerOf(duty, [{ does: `${does} the role of the workload`, action, on: WORKLOAD_ROLE }]),
    ...Object.entries(PROTECTED_ROLES).map(([whose, on]): PowerCase => ({
      name: `the ${duty} duty ${does} ${whose}`,
      as: duty,
      action,
      on,
      // A guardrail keeps our own roles as well; what the duty itself is denied is asked here.
      guardrails: 'off',
      answer: { deniedBy: [`member/cordon-${duty}/NeverOnProtectedRoles`] },
    })),
  ]);

/** The release duty where it may write the deny that is bounded by issue time. */
export const memberBoundDenyCases: readonly PowerCase[] = [
  ...writeCases(BOUNDS),
  ...powerOf('release', [
    { does: 'reads the deny in the role of the workload', action: 'iam:GetRolePolicy', on: WORKLOAD_ROLE },
  ]),
];

/**
 * The duties where `containment.sessionDeny` is `put-role-policy`. What is written cannot be bounded by a condition; that is
 * among the residual risks, and no case here says otherwise.
 */
export const memberWrittenDenyCases: readonly PowerCase[] = [
  ...writeCases(WRITES),
  ...memberBoundDenyCases,
  ...powerOf('release', [
    {
      does: 'reads the marks of an incident from before the choice',
      action: 'iam:GetRole',
      on: WORKLOAD_ROLE,
    },
    {
      does: 'reads whether the fixed deny of an incident from before the choice is attached',
      action: 'iam:ListAttachedRolePolicies',
      on: WORKLOAD_ROLE,
    },
  ]),
  ...powerOf('inspect', [
    {
      does: 'reads the marks of an incident from before the choice',
      action: 'iam:GetRole',
      on: WORKLOAD_ROLE,
    },
    {
      does: 'reads whether the fixed deny of an incident from before the choice is attached',
      action: 'iam:ListAttachedRolePolicies',
      on: WORKLOAD_ROLE,
    },
    { does: 'reads the deny in the role of the workload', action: 'iam:GetRolePolicy', on: WORKLOAD_ROLE },
  ]),
];
