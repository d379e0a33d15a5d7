import { openWorld } from '@cordon/drill';
import { CONTAIN_ONLY, functionRoleArn, incidentRef, previewOutput } from '@cordon/incident';
import { credentialsRefusal, ec2State, type Organization } from '@cordon/local-aws';
import {
  buildServices,
  inspectOrLocate,
  isolateNetwork,
  verifyContainment,
  type Services,
} from '@cordon/responder';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

/** What a step's function is given, with the credentials of its own role. */
const servicesOf = (
  organization: Organization,
  step: 'inspect' | 'isolate-network' | 'verify-containment',
): Services => {
  const arn = functionRoleArn('aws', config.accounts.security, step);
  return buildServices(
    config,
    {
      region: config.homeRegion,
      credentials: organization.credentialsFor(config.accounts.security, { arn }),
      requestHandler: organization.requestHandler,
    },
    { now: () => organization.timeline.now(), log: () => {} },
  );
};

describe('turning the metadata service off', () => {
  it('leaves the instance no more credentials, is read back once it is applied, and remembers what was set', async () => {
    const { organization, suspects } = await openWorld({
      config,
      scenario: 'richest',
      seed: 'metadata',
      conditions: { runtime: { inProcess: inProcessHandlers({ config }) } },
    });
    const [suspect] = suspects;
    if (suspect === undefined) throw new Error('the scenario has no suspect');
    const at = new Date(organization.timeline.now()).toISOString();
    const incident = incidentRef.parse({
      ...suspect,
      incidentId: 'inc-0123456789abcdef0123',
      findingId: '1'.repeat(32),
      findingType: 'Backdoor:EC2/C&CActivity.B',
      severity: 8,
      arrivedAt: at,
      openedAt: at,
      revision: 0,
    });
    const posture = { ...CONTAIN_ONLY, metadataOff: 'automatic' as const };
    const { plan } = previewOutput.parse(
      await organization.during(() =>
        inspectOrLocate({ preview: { ...incident, posture } }, servicesOf(organization, 'inspect')),
      ),
    );
    const place = { account: suspect.account, region: suspect.region, instanceId: suspect.instanceId };
    expect(credentialsRefusal(organization, place)).toBeUndefined();

    const input = { incident, plan, gates: ['automatic' as const] };
    const { outcomes } = await organization.during(() =>
      isolateNetwork(input, servicesOf(organization, 'isolate-network')),
    );
    expect(outcomes.find(({ id }) => id === 'turn-metadata-off')).toMatchObject({ status: 'done' });
    const look = () =>
      organization.during(() =>
        verifyContainment(
          { ...input, outcomes, attempt: 0, climbed: [] },
          servicesOf(organization, 'verify-containment'),
        ),
      );
    expect(await look()).toMatchObject({
      status: 'pending',
      open: expect.arrayContaining(['the metadata service is being turned off still']),
    });
    const until = organization.timeline.now() + 60_000;
    organization.timeline.at(until, () => {});
    await organization.run(undefined, until);
    expect(credentialsRefusal(organization, place)).toMatch(/metadata endpoint .* is disabled/);
    expect((await look()).open.join()).not.toMatch(/metadata/);
    const held = organization.world.of(ec2State, place.account, place.region).instances.get(place.instanceId);
    expect(held?.metadataOptions.httpEndpoint).toBe('disabled');
    expect(plan.steps.find(({ kind }) => kind === 'turn-metadata-off')?.undo).toMatchObject({
      kind: 'restore-metadata-options',
      options: { httpEndpoint: 'enabled', httpTokens: held?.metadataOptions.httpTokens },
    });
    await organization.close();
  });
});
