import { parsePolicy } from '@cordon/incident';
import type { AuthorizationRequest, Decision } from '@cordon/iam';
import { recordChecks } from '@cordon/drill';
import type { World } from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

/** A question that was asked of the engine, and its answer. */
export interface Asked {
  /** The scenario or the case that asked. */
  readonly from: string;
  readonly request: AuthorizationRequest;
  readonly decision: Decision;
  /** AWS does not document the check: the stricter reading was taken. */
  readonly assumed: boolean;
}

/** Everything that one scenario asked, and the world that it left. */
export interface Played {
  readonly scenario: string;
  readonly asked: readonly Asked[];
  readonly world: World;
}

/** Scenarios that together make every call of the response; a call that none makes shows as a statement that none needs. */
export const SCENARIOS: readonly { readonly name: string; readonly stop?: 'after-freeze' }[] = [
  { name: 'richest' },
  { name: 'admitting-key' },
  { name: 'role-chain' },
  { name: 'second-incident' },
  { name: 'no-profile' },
  { name: 'worsens' },
  { name: 'dns-tunnel' },
  { name: 'memory-captured' },
  { name: 'memory-landed' },
  { name: 'terminated' },
  { name: 'richest', stop: 'after-freeze' },
];

/** How a scenario is called in the report. */
export const nameOf = ({ name, stop }: (typeof SCENARIOS)[number]): string =>
  stop === undefined ? name : `${name}, stopped ${stop}`;

/** Runs a scenario in this process and keeps every authorization question of it. Throws when an invariant broke. */
export const play = async (played: (typeof SCENARIOS)[number]): Promise<Played> => {
  const { name, stop } = played;
  const chosen = stop === undefined ? config : { ...config, policy: parsePolicy({ schemaVersion: 1, stop }) };
  const runtime = { inProcess: inProcessHandlers({ config: chosen }) };
  const { checks, world } = await recordChecks({ config: chosen, scenario: name, seed: 'policies', runtime });
  const scenario = nameOf(played);
  const asked = checks.map(({ request, decision, assumed }) => ({
    from: scenario,
    request,
    decision,
    assumed,
  }));
  return { scenario, asked, world };
};
