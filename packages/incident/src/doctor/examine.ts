import type { CordonConfig } from '../config.ts';
import { controlPolicyLines } from './checks/control-policies.ts';
import { coverageLines } from './checks/coverage.ts';
import { deliveryLines } from './checks/delivery.ts';
import { evidenceLines } from './checks/evidence.ts';
import { forensicsLines, imageLines } from './checks/forensics.ts';
import { guardrailLines } from './checks/guardrails.ts';
import { guardDutyLines } from './checks/guard-duty.ts';
import { organizationLines } from './checks/organization.ts';
import { ownAccountLines } from './checks/own-accounts.ts';
import { stackSetLines } from './checks/stack-sets.ts';
import type { DoctorFacts } from './facts.ts';
import { check, counted, some, type DoctorLine, type LineResult } from './line.ts';
import { lines } from './reading.ts';

/** Who can be protected at all: an account that is closed or suspended is passed over by everything. */
const accountLines = ({ organization }: DoctorFacts): readonly DoctorLine[] =>
  lines({ id: 'accounts' }, organization.accounts, (accounts) => {
    const away = accounts.filter(({ state }) => state !== 'ACTIVE').map(({ id }) => id);
    return [
      away.length === 0
        ? check('accounts').ok(`${counted(accounts.length, 'account')}, all active`)
        : check('accounts', { accounts: away }).warning({
            says: `${counted(away.length, 'account')} of ${accounts.length} are not active, so that no StackSet reaches them: ${some(away)}`,
            whatToDo: 'nothing, where that is meant; update the StackSets once one is active again',
          }),
    ];
  });

/** All that is found in the facts of an organization, in the order of a deployment. Pure. */
export const examine = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => [
  ...accountLines(facts),
  ...organizationLines(facts.organization, config),
  ...guardDutyLines(facts, config),
  ...ownAccountLines(facts, config),
  ...imageLines(facts, config),
  ...controlPolicyLines(facts),
  // Of what is not deployed yet nothing can be wrong.
  ...(facts.phase === 'before'
    ? []
    : [
        ...deliveryLines(facts, config),
        ...evidenceLines(facts, config),
        ...forensicsLines(facts, config),
        ...stackSetLines(facts, config),
        ...guardrailLines(facts),
        ...coverageLines(facts, config),
      ]),
];

/** How many lines there are of each kind. */
export const countResults = (found: readonly DoctorLine[]): Readonly<Record<LineResult, number>> => {
  const count = (result: LineResult): number => found.filter((line) => line.result === result).length;
  return { ok: count('ok'), warning: count('warning'), error: count('error'), unknown: count('unknown') };
};
