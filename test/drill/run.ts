import {
  runDrill,
  scenarios,
  type DrillOptions,
  type DrillResult,
  type FinishedDrill,
  type Progress,
} from '@cordon/drill';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

const DEFAULTS: DrillOptions = {
  config,
  scenario: 'richest',
  seed: '1',
  through: 'seal',
  forged: false,
  listCalls: false,
};

/** Runs a drill as built, quietly unless `progress` listens; the caller closes it. */
export const drill = (
  options: Partial<DrillOptions> = {},
  progress: (line: Progress) => void = () => {},
): Promise<FinishedDrill> => runDrill({ ...DEFAULTS, ...options }, progress);

/** The same functions in this process, without workers: for what does not depend on how they are bundled. */
export const inProcess = (scenario = 'richest'): Pick<DrillOptions, 'conditions'> => {
  const { policy = config.policy } = scenarios().find(({ name }) => name === scenario) ?? {};
  // What the templates of the scenario would hold.
  const deployed = { ...config, policy };
  return { conditions: { runtime: { inProcess: inProcessHandlers({ config: deployed }) } } };
};

/** Runs a drill to its result and ends its workers; quietly, unless `progress` listens. */
export const resultOf = async (
  options: Partial<DrillOptions> = {},
  progress: (line: Progress) => void = () => {},
): Promise<DrillResult> => {
  const { result, close } = await drill(options, progress);
  await close();
  return result;
};

/** The invariants that were broken, each with its detail: empty when all hold. */
export const broken = (result: DrillResult): readonly string[] =>
  result.invariants.filter(({ held }) => !held).map(({ id, detail }) => `${id}: ${detail}`);
