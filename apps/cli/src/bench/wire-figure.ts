import { config } from '../../../../cordon.config.ts';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';

/** As many callers as a fan-out has: one alone would measure how long the clock takes to see that nothing is going on. */
const CALLERS = 16;
const CALLS_EACH = 64;
const CALLS = CALLERS * CALLS_EACH;

/** Calls that a real SDK client makes each second of wall time, sixteen at a time, each authorized and journalled. */
export const wireFigure = async (runs: number): Promise<Explained> => {
  const [{ openWorld }, { DescribeInstancesCommand, EC2Client }] = await Promise.all([
    import('@cordon/drill'),
    import('@aws-sdk/client-ec2'),
  ]);
  const { organization, suspects } = await openWorld({ config, scenario: 'richest', seed: '1' });
  try {
    const [suspect] = suspects;
    if (suspect === undefined) throw new Error('scenario richest holds no suspect to describe');
    const client = new EC2Client({
      region: suspect.region,
      credentials: organization.credentialsFor(suspect.account, 'administrator'),
      requestHandler: organization.requestHandler,
    });
    const oneCaller = async (): Promise<void> => {
      for (let made = 0; made < CALLS_EACH; made += 1) {
        await client.send(new DescribeInstancesCommand({ InstanceIds: [suspect.instanceId] }));
      }
    };
    const allCallers = () =>
      organization.during(() => Promise.all(Array.from({ length: CALLERS }, oneCaller)));
    const perSecond: number[] = [];
    const before = organization.journal.calls.length;
    // Loads schemas and code; not measured.
    await allCallers();
    for (let run = 0; run < runs; run += 1) {
      const began = performance.now();
      await allCallers();
      perSecond.push((CALLS * 1000) / (performance.now() - began));
    }
    const journalled = organization.journal.calls
      .slice(before)
      .filter(({ outcome, checks }) => outcome === 'ok' && checks.length > 0).length;
    if (journalled !== CALLS * (runs + 1))
      throw new Error(`${journalled} calls were journalled as authorized, wanted ${CALLS * (runs + 1)}`);
    return {
      figure: figure(
        `wire-calls-${CALLERS}-at-a-time`,
        { measured: median(perSecond), unit: 'calls/s' },
        { above: 1000 },
      ),
      lines: [`median of ${runs} times ${CALLS} DescribeInstances, ${CALLERS} at a time`],
    };
  } finally {
    await organization.close();
  }
};
