import type { CordonConfig } from '@cordon/incident';
import { authorize, type AuthorizationRequest, type Decision } from '@cordon/iam';
import type { Authorize, Caller, World } from '@cordon/local-aws';
import { runDrill, type Progress } from '../run-drill.ts';
import type { RunRecord } from '../run-record.ts';
import type { Conditions } from '../world/build-organization.ts';
import { attribute, type Attribution } from './step-of.ts';

/** One authorization request of a response, and its answer. */
export interface RecordedCheck extends Attribution {
  readonly request: AuthorizationRequest;
  readonly decision: Decision;
  /** AWS does not document the check: the stricter reading was taken. */
  readonly assumed: boolean;
}

/** All that one response asked, and where. */
export interface AskedThere {
  readonly checks: readonly RecordedCheck[];
  readonly accounts: RunRecord['accounts'];
  /** Account and Region of the instance that the response was about. */
  readonly member: { readonly account: string; readonly region: string };
}

/** A recorded response, and what it left. */
export interface Recording extends AskedThere {
  /** The world as the response left it; nothing runs in it any more. */
  readonly world: World;
}

/** Which response to record. */
export interface RecordOptions {
  readonly config: CordonConfig;
  readonly scenario: string;
  readonly seed: string;
  /** As built, when absent. */
  readonly runtime?: Conditions['runtime'];
  readonly progress?: (line: Progress) => void;
}

/** What calls were denied, but for the custodian asking whether a key admits it: being denied is an answer there. */
const deniedIn = ({ organization: { journal } }: RunRecord): readonly string[] => [
  ...new Set(
    journal.calls
      .filter(({ operation }) => operation !== 'DescribeKey')
      .flatMap(({ checks }) => checks)
      .filter(({ verdict }) => verdict === 'deny')
      .map(({ action, resource, layer, why }) => `${action} on ${resource} denied by layer ${layer}: ${why}`),
  ),
];

/** Thrown for a response that broke an invariant: what was asked of it says nothing of one that works. */
export class BrokenScenario extends Error {
  override readonly name = 'BrokenScenario';
  /** What was denied on the way, with action, resource and layer: most often the cause. */
  readonly denied: readonly string[];

  constructor(message: string, denied: readonly string[]) {
    super(message);
    this.denied = denied;
  }
}

/** Runs a scenario to its seal and keeps every authorization request. Throws BadInput as `runDrill` does, and BrokenScenario when an invariant broke. */
export const recordChecks = async (options: RecordOptions): Promise<Recording> => {
  const { config, scenario, seed, runtime, progress = () => {} } = options;
  const asked: (Omit<RecordedCheck, keyof Attribution> & { readonly caller: Caller })[] = [];
  const observe: Authorize = (request, check, caller) => {
    const decision = authorize(request);
    asked.push({ request, decision, assumed: check.assumed === true, caller });
    return decision;
  };
  const conditions = { authorize: observe, ...(runtime === undefined ? {} : { runtime }) };
  const { result, record, close } = await runDrill(
    { config, scenario, seed, through: 'seal', forged: false, listCalls: false, conditions },
    progress,
  );
  await close();
  const broken = result.invariants.filter(({ held }) => !held);
  if (broken.length > 0)
    throw new BrokenScenario(
      `scenario ${scenario} broke ${broken.map(({ id, detail }) => `${id}: ${detail}`).join('; ')}`,
      deniedIn(record),
    );
  const [suspect] = record.suspects;
  if (suspect === undefined)
    throw new Error(`scenario ${scenario} has no suspect instance: nothing was responded to`);
  const { journal, world } = record.organization;
  const attributionOf = attribute(journal.calls, config.accounts);
  return {
    checks: asked.map(({ caller, ...check }) => ({ ...attributionOf(check.request, caller), ...check })),
    accounts: config.accounts,
    member: { account: suspect.account, region: suspect.region },
    world,
  };
};
