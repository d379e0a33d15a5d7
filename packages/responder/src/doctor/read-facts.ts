import type { CordonConfig } from '@cordon/incident';
import type { DoctorFacts, Reading } from '@cordon/incident/doctor';
import { readCoverage } from './read-coverage.ts';
import { readDeployed, readForwarders, readQueues } from './read-delivery.ts';
import { readCallers, readKeys, readVaults, type WantedPolicies } from './read-evidence.ts';
import { readForensics } from './read-forensics.ts';
import { readGuardDuty } from './read-guard-duty.ts';
import { readControlPolicies, readOrganization, type AttachedPolicy } from './read-organization.ts';
import { readBreakGlass, readQuotas, readRegions } from './read-own-accounts.ts';
import { readStackSets } from './read-stack-sets.ts';
import { limiter, strangersAmong, type Stage } from './stage.ts';

/** Things that are read side by side; the SDK waits and tries again where AWS throttles. */
const AT_ONCE = 16;

/** What is to be read, as whom, and whether only what comes before a deployment. */
export interface ReadOptions {
  readonly config: CordonConfig;
  readonly connect: Stage['connect'];
  /** Policies of keys, vaults and functions as this configuration deploys them. */
  readonly wanted: WantedPolicies;
  /** Epoch ms. */
  readonly at: number;
  /** Told by whether the security account's stacks are there, when absent. */
  readonly phase?: DoctorFacts['phase'];
  /** Told of each part that was read. */
  readonly progress?: (what: string) => void;
}

/** All facts but what control policies deny, which takes a recorded response, and what they should be; these policies as they are. */
export interface ReadFacts {
  readonly facts: Omit<DoctorFacts, 'controls' | 'guardrails'>;
  readonly policies: Reading<readonly AttachedPolicy[]>;
}

/** Told nothing, the account is looked at as one that has all: what is missing shows. */
const phaseOf = async (stage: Stage): Promise<DoctorFacts['phase']> => {
  const deployed = await readDeployed(stage);
  return deployed.status === 'read' && !deployed.value ? 'before' : 'after';
};

/**
 * Reads an organization, side by side, and never fails as a whole: what AWS refuses is part of the facts.
 */
export const readFacts = async (options: ReadOptions): Promise<ReadFacts> => {
  const { config, connect, wanted, at, progress = () => {} } = options;
  const strangers = await strangersAmong({ config, connect });
  const stage: Stage = { config, connect, strangers, whenRoom: limiter(AT_ONCE) };
  const told = async <Value>(what: string, work: Promise<Value>): Promise<Value> => {
    const value = await work;
    progress(what);
    return value;
  };
  const phase = options.phase ?? (await phaseOf(stage));
  // Nothing of ours is there to be read before a deployment.
  const after = <Value>(what: string, work: () => Promise<Value>, instead: Value): Promise<Value> =>
    phase === 'before' ? Promise.resolve(instead) : told(what, work());
  const notYet = { status: 'not-asked', because: 'nothing is deployed yet', whatToDo: 'deploy' } as const;
  const [policies, organization, guardDuty, regions, breakGlass, quotas, forensics, ...deployed] =
    await Promise.all([
      told('control policies', readControlPolicies(stage)),
      told('organization', readOrganization(stage)),
      told('GuardDuty', readGuardDuty(stage)),
      told('Regions', readRegions(stage)),
      told('break-glass', readBreakGlass(stage)),
      told('quotas', readQuotas(stage)),
      told('forensics', readForensics(stage)),
      after('StackSets', () => readStackSets(stage), []),
      after('keys', () => readKeys(stage, wanted), []),
      after('vaults', () => readVaults(stage, wanted), []),
      after('callers', () => readCallers(stage, wanted), []),
      after('rules', () => readForwarders(stage), []),
      after('queues', () => readQueues(stage), []),
      after<DoctorFacts['coverage']>('coverage', () => readCoverage(stage), notYet),
    ]);
  const [stackSets, keys, vaults, callers, forwarders, queues, coverage] = deployed;
  return {
    policies,
    facts: {
      at,
      phase,
      organization,
      guardDuty,
      regions,
      breakGlass,
      quotas,
      forensics,
      stackSets,
      keys,
      vaults,
      callers,
      forwarders,
      queues,
      coverage,
    },
  };
};
