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
export const SCENARIOS = [
  'richest',
  'admitting-key',
  'second-incident',
  'no-profile',
  'worsens',
  'terminated',
] as const;

/** Runs a scenario in this process and keeps every authorization question of it. Throws when an invariant broke. */
export const play = async (scenario: string): Promise<Played> => {
  const runtime = { inProcess: inProcessHandlers() };
  const { checks, world } = await recordChecks({ config, scenario, seed: 'policies', runtime });
  const asked = checks.map(({ request, decision, assumed }) => ({
    from: scenario,
    request,
    decision,
    assumed,
  }));
  return { scenario, asked, world };
};
