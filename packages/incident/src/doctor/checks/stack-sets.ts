import type { CordonConfig } from '../../config.ts';
import type { DoctorFacts, InstanceFact, StackSetFact } from '../facts.ts';
import { check, counted, some, type DoctorLine } from '../line.ts';
import { lines, valueOf } from '../reading.ts';
import { reachedMembers } from './members.ts';

/** Once guardrails stand, nobody else of the account may: docs/guardrails.md (cordon-stack-sets). */
const AS = 'as the administrator of StackSets: aws cloudformation';
const BY = '--call-as DELEGATED_ADMIN';

const placesOf = (found: readonly InstanceFact[]): string =>
  some(found.map(({ account, region }) => `${account} ${region}`));

const ids = (found: readonly InstanceFact[]): readonly string[] => [
  ...new Set(found.map(({ account }) => account)),
];

/** Those that are no longer active are passed over by every operation, and need nothing. */
const instanceLines = (name: string, instances: readonly InstanceFact[]): readonly DoctorLine[] => {
  const behind = instances.filter(({ status }) => status !== 'CURRENT');
  const drifted = instances.filter(({ status, drift }) => status === 'CURRENT' && drift === 'DRIFTED');
  const [first] = behind;
  const why = first?.reason === undefined ? '' : `; the first says: ${first.reason}`;
  return [
    behind.length === 0
      ? check('stackset-instances').ok(`${name}: ${counted(instances.length, 'instance')}, all current`)
      : check('stackset-instances').error(
          {
            says: `${name}: ${counted(behind.length, 'instance')} of ${instances.length} are not current (${placesOf(behind)})${why}`,
            whatToDo: `mend the cause, then update the StackSet as it is, ${AS} update-stack-set ${BY} --stack-set-name ${name} --use-previous-template`,
          },
          { accounts: ids(behind) },
        ),
    drifted.length === 0
      ? check('stackset-drift').ok(`${name}: no drift is known`)
      : check('stackset-drift').error(
          {
            says: `${name}: ${counted(drifted.length, 'instance')} have drifted: somebody changed what was deployed (${placesOf(drifted)})`,
            whatToDo:
              'ask CloudTrail who it was; then delete these instances and create them again (docs/deployment.md, Deploy)',
          },
          { accounts: ids(drifted) },
        ),
  ];
};

const reachLines = (
  name: string,
  { instances }: StackSetFact,
  wanted: { readonly accounts: readonly string[]; readonly regions: readonly string[] },
): readonly DoctorLine[] => {
  const known = new Set(instances.map(({ account, region }) => `${account} ${region}`));
  const byRegion = wanted.regions.map((region) => ({
    region,
    missing: wanted.accounts.filter((account) => !known.has(`${account} ${region}`)),
  }));
  const short = byRegion.filter(({ missing }) => missing.length > 0);
  if (short.length === 0)
    return [check('stackset-reach').ok(`${name}: ${counted(wanted.accounts.length, 'account')} are reached`)];
  return short.map(({ region, missing }) =>
    check('stackset-reach').error(
      {
        says: `${name}: ${counted(missing.length, 'account')} have no instance in ${region}: ${some(missing)}`,
        whatToDo: `${AS} create-stack-instances ${BY} --stack-set-name ${name} --regions ${region}, with the accounts as deployment targets`,
      },
      { region, accounts: missing },
    ),
  );
};

/** Whether the StackSets of members are there, reach everybody, and are as they were deployed. */
export const stackSetLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => {
  const accounts = reachedMembers(facts, config);
  const active = new Set(
    (valueOf(facts.organization.accounts) ?? [])
      .filter(({ state }) => state === 'ACTIVE')
      .map(({ id }) => id),
  );
  return facts.stackSets.flatMap(({ name, regions, reading }) =>
    lines({ id: 'stackset' }, reading, (set) => {
      if (set === undefined)
        return [
          check('stackset').error({
            says: `there is no StackSet ${name}: no member has our roles`,
            whatToDo: 'deploy CordonRollout (docs/deployment.md, Deploy)',
          }),
        ];
      return [
        check('stackset').ok(`${name} is there`),
        set.autoDeployment
          ? check('stackset-auto-deployment').ok(`${name} is deployed to accounts that join`)
          : check('stackset-auto-deployment').error({
              says: `${name} is not deployed to accounts that join: nothing could be contained in them`,
              whatToDo: `${AS} update-stack-set ${BY} --stack-set-name ${name} --use-previous-template --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=true`,
            }),
        ...instanceLines(
          name,
          active.size === 0 ? set.instances : set.instances.filter(({ account }) => active.has(account)),
        ),
        ...reachLines(name, set, { accounts, regions }),
      ];
    }),
  );
};
