import { addImage, ec2State } from '@cordon/local-aws';
import { DECOY } from '@cordon/incident/live-drill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { MEMBER, servedOrganization } from './served-organization.ts';

/** Two runs of AWS's own tool, which looks every five seconds. */
const BOTH_RUNS_MS = 420_000;
const AT = ['--account', MEMBER, '--region', config.homeRegion];

let on: Awaited<ReturnType<typeof servedOrganization>>;
beforeAll(async () => {
  on = await servedOrganization();
});
afterAll(() => on.close());

it(
  "deploys the decoy with AWS's own CDK CLI into a member that was not bootstrapped, and removes it",
  { timeout: BOTH_RUNS_MS },
  async () => {
    const { world, ids } = on.organization;
    const state = world.of(ec2State, MEMBER, config.homeRegion);
    const { imageId } = addImage(state, { ownerId: 'amazon', name: 'al2023' }, ids);
    state.publicParameters.set(DECOY.imageParameter, imageId);
    const drill = (words: readonly string[], member = 'member') =>
      on.liveDrill([...words, ...AT, '--profile', `member=${member}`, '--profile', 'security=security']);

    const own = await on.liveDrill([
      'start',
      '--account',
      config.accounts.evidence,
      '--region',
      config.homeRegion,
    ]);
    expect(own).toMatchObject({ code: 2, err: expect.stringContaining('the evidence account') });
    const plan = await drill(['start']);
    expect(plan).toMatchObject({ code: 0, err: expect.stringContaining('nothing was changed') });
    const wrong = await drill(['start', '--yes'], 'forensics');
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining(`give --profile member=NAME, a profile of account ${MEMBER}`),
    });

    const started = await drill(['start', '--yes']);
    expect(started.err).not.toContain('the decoy was not deployed');
    expect(started).toMatchObject({ code: 0, out: expect.stringMatching(/the decoy i-[0-9a-f]+ stands/) });
    expect([...state.instances.values()]).toMatchObject([{ instanceType: DECOY.instanceType }]);
    const again = await drill(['start', '--yes']);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('a decoy stands already') });

    // Of the product nothing is deployed here: nothing holds the decoy.
    const ended = await drill(['end', '--yes', '--json']);
    expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('"status": "ended"') });
    expect([...state.instances.values()].map(({ state: now }) => now)).toEqual(['terminated']);
    expect(state.vpcs.size).toBe(0);
  },
);
