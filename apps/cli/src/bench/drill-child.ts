import { runDrill, type DrillOptions } from '@cordon/drill';
import { config } from '../../../../cordon.config.ts';
import { AUTHORIZATION_SCENARIO, type DrillTime } from './authorization-figure.ts';

/**
 * A process of the bench: one drill, timed from the building of its world to the verdict. With the argument `allow-all` every
 * check is answered with yes; the checks, their contexts and the policies they would be held against are put together as ever.
 */
const conditions: DrillOptions['conditions'] =
  process.argv[2] === 'allow-all'
    ? {
        authorize: () => ({ verdict: 'allow', layer: 'identity', decisive: [], why: 'the bench allows all' }),
      }
    : {};
const began = performance.now();
const processorBefore = process.cpuUsage();
const { record, close } = await runDrill(
  {
    config,
    scenario: AUTHORIZATION_SCENARIO,
    seed: '1',
    through: 'seal',
    forged: false,
    listCalls: false,
    conditions,
  },
  () => undefined,
);
const { user, system } = process.cpuUsage(processorBefore);
const { calls } = record.organization.journal;
const time: DrillTime = {
  wallMs: performance.now() - began,
  processorMs: (user + system) / 1000,
  calls: calls.length,
  checks: calls.reduce((sum, { checks }) => sum + checks.length, 0),
};
await close();
process.stdout.write(JSON.stringify(time));
