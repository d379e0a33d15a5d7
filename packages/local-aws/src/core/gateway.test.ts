import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand as DescribeClassicLoadBalancersCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetFederationTokenCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createOrganization } from '../organization.ts';
import type { OrganizationOptions } from '../organization-options.ts';
import { REGION, SECURITY, START } from '../organization-testing.ts';

const setUp = async (more: Partial<OrganizationOptions> = {}) => {
  const organization = await createOrganization({
    seed: 'test',
    startAt: START,
    organizationId: 'o-test000000',
    managementAccount: SECURITY,
    accounts: [{ id: SECURITY, name: 'security' }],
    regions: [REGION],
    delegatedAdministrators: [],
    runtime: { inProcess: {} },
    ...more,
  });
  const credentials = organization.credentialsFor(SECURITY, 'administrator');
  const sts = new STSClient({
    region: REGION,
    credentials,
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  });
  return { organization, sts, credentials };
};

describe('the gateway', () => {
  it('answers an operation that it does not have with 501 and the name', async () => {
    const { organization, sts } = await setUp();
    const call = organization.during(() => sts.send(new GetFederationTokenCommand({ Name: 'somebody' })));
    await expect(call).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('sts GetFederationToken'),
    });
    expect(organization.journal.calls).toMatchObject([
      { operation: 'GetFederationToken', outcome: { code: 'NotImplemented' } },
    ]);
  });

  it('tells services that share a signing name apart by the version of their API', async () => {
    const { organization, credentials } = await setUp();
    const { requestHandler } = organization;
    const config = { region: REGION, credentials, requestHandler, maxAttempts: 1 };
    const classic = new ElasticLoadBalancingClient(config);
    const [later, older] = await organization.during(async () => [
      await new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({})),
      await classic.send(new DescribeClassicLoadBalancersCommand({})),
    ]);
    expect([later, older]).toMatchObject([{ LoadBalancers: [] }, { LoadBalancerDescriptions: [] }]);
    expect(organization.journal.calls.map(({ service, apiVersion }) => [service, apiVersion])).toEqual([
      ['elasticloadbalancing', '2015-12-01'],
      ['elasticloadbalancing', '2012-06-01'],
    ]);
    const health = new DescribeInstanceHealthCommand({ LoadBalancerName: 'none' });
    await expect(organization.during(() => classic.send(health))).rejects.toMatchObject({
      name: 'AccessPointNotFoundException',
    });
  });

  it('refuses keys whose time is over', async () => {
    const { organization, sts, credentials } = await setUp();
    organization.timeline.at(credentials.expiresAt, () => {});
    await organization.run();
    await expect(organization.during(() => sts.send(new GetCallerIdentityCommand({})))).rejects.toMatchObject(
      { name: 'ExpiredToken' },
    );
  });

  it('loses a reply after the effect, when told to', async () => {
    const { organization, sts } = await setUp({ faults: () => ({ kind: 'lost-reply' }) });
    await expect(organization.during(() => sts.send(new GetCallerIdentityCommand({})))).rejects.toMatchObject(
      { $metadata: { httpStatusCode: 503 } },
    );
    expect(organization.journal.calls).toMatchObject([{ outcome: 'ok' }]);
    expect(organization.journal.calls[0]?.repliedAt).toBeUndefined();
  });

  it('orders calls that arrive together by what they say, not by when they came', async () => {
    const order = async (regions: readonly string[]) => {
      const { organization, credentials } = await setUp();
      const { requestHandler } = organization;
      await organization.during(() =>
        Promise.all(
          regions.map((region) =>
            new STSClient({ region, credentials, requestHandler }).send(new GetCallerIdentityCommand({})),
          ),
        ),
      );
      return organization.journal.calls.map(({ region }) => region);
    };
    expect(await order(['us-east-1', 'eu-west-1'])).toEqual(['eu-west-1', 'us-east-1']);
    expect(await order(['eu-west-1', 'us-east-1'])).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('serves clients on loopback, at the virtual time', async () => {
    const { organization, credentials } = await setUp();
    const { url } = await organization.serve();
    const sts = new STSClient({ region: REGION, credentials, endpoint: url });
    const answer = await organization.during(() => sts.send(new GetCallerIdentityCommand({})));
    sts.destroy();
    await organization.close();
    expect(answer.Account).toBe(SECURITY);
    expect(organization.timeline.now()).toBe(Date.parse(START) + 100);
  });
});
