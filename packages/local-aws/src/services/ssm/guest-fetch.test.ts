import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { REGION } from '../../organization-testing.ts';
import { mainRouteTable } from '../ec2/build-network.ts';
import { addVpcEndpoint } from '../ec2/build-vpc-endpoint.ts';
import { addGuest } from './build.ts';
import type { GuestAnswer } from './guest.ts';
import { furnished, type Furnished } from './testing.ts';

const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

describe('a guest that sends', () => {
  const fetching = async (furnish: (on: Furnished) => void = () => {}) => {
    const on = await furnished();
    furnish(on);
    const answers: GuestAnswer[] = [];
    addGuest(
      on.organization,
      { ...on.place, id: on.instance.instanceId },
      {
        ...on.guest(),
        run: async ({ fetch }) => {
          answers.push(await fetch({ method: 'GET', url: 'https://b.s3.eu-west-1.amazonaws.com/key' }));
          return { exitCode: 0, stdout: 'sent', stderr: '', seconds: 10 };
        },
      },
    );
    await on.send();
    await on.pass(60);
    return { on, answers };
  };

  it('reaches S3 by no way that its network does not have', async () => {
    const { answers } = await fetching();
    expect(answers.map(({ status, body }) => [status, Buffer.from(body).toString()])).toEqual([
      [0, expect.stringContaining('does not reach s3')],
    ]);
  });

  it('reaches S3 through the gateway endpoint of its subnet, where an unsigned request is refused', async () => {
    const { answers } = await fetching(({ state, primary, organization }) => {
      addVpcEndpoint(
        state,
        {
          vpcId: primary.vpcId,
          serviceName: `com.amazonaws.${REGION}.s3`,
          type: 'Gateway',
          routeTableIds: [mainRouteTable(state, primary.vpcId).routeTableId],
          policy: (id) => compile(OPEN, id),
        },
        organization.ids,
      );
    });
    expect(answers[0]?.status).toBe(403);
  });
});
