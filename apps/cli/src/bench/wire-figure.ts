import { config } from '../../../../cordon.config.ts';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';

const WARM_UP_CALLS = 200;
const CALLS = 1000;

/** Calls that a real SDK client makes each second of wall time, one after the other, each authorized and journalled. */
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
    const call = async (times: number): Promise<void> => {
      for (let made = 0; made < times; made += 1)
        await client.send(new DescribeInstancesCommand({ InstanceIds: [suspect.instanceId] }));
    };
    const perSecond: number[] = [];
    const before = organization.journal.calls.length;
    await organization.during(() => call(WARM_UP_CALLS));
    for (let run = 0; run < runs; run += 1) {
      const began = performance.now();
      await organization.during(() => call(CALLS));
      perSecond.push((CALLS * 1000) / (performance.now() - began));
    }
    const journalled = organization.journal.calls
      .slice(before)
      .filter(({ outcome, checks }) => outcome === 'ok' && checks.length > 0).length;
    if (journalled !== WARM_UP_CALLS + CALLS * runs)
      throw new Error(
        `${journalled} calls were journalled as authorized, wanted ${WARM_UP_CALLS + CALLS * runs}`,
      );
    return {
      figure: figure('wire-calls', { measured: median(perSecond), unit: 'calls/s' }, { above: 1000 }),
      lines: [`median of ${runs} times ${CALLS} DescribeInstances`],
    };
  } finally {
    await organization.close();
  }
};
