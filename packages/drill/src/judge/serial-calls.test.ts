import { TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { readScene } from './scene.ts';
import { isolatingCalls, longestChain, serialCalls } from './serial-calls.ts';
import { asDuty, asFunction } from './testing/good-journal.ts';
import { goodRun } from './testing/good-run.ts';
import { LATENCY_MS, writeCall, writeEvent } from './testing/journal-book.ts';
import { INTERFACES, ISOLATION_GROUP, MEMBER, REGION, SIBLING } from './testing/places.ts';

const chainOf = (
  change: (run: ReturnType<typeof goodRun>) => void = () => undefined,
): readonly string[] | undefined => {
  const run = goodRun();
  change(run);
  const scene = readScene(run.remains);
  const [opened] = scene.incidents;
  return opened === undefined ? undefined : serialCalls(scene, opened)?.map(({ call }) => call.operation);
};

describe('the serial calls before isolation', () => {
  it('are the longest chain that ends with the last interface, parallel calls counted once', () => {
    expect(chainOf()).toEqual([
      'GetFindings',
      'TransactWriteItems',
      'StartExecution',
      'AssumeRole',
      'DescribeInstances',
      'AssumeRole',
      'ModifyNetworkInterfaceAttribute',
    ]);
  });

  it('count a call that was sent the moment a reply came, and not one sent just before', () => {
    const withCallAt = (at: number) =>
      chainOf(
        ({ remains }) =>
          void writeCall(remains.organization.journal, {
            at,
            by: asFunction('intake'),
            does: 'sqs DeleteMessage',
          }),
      );
    expect(withCallAt(400)).toHaveLength(8);
    expect(withCallAt(399)).toHaveLength(7);
  });

  it("leave out calls in another incident's name, and keep those under a name that no incident has", () => {
    const withCallOf = (session: string) =>
      chainOf(({ remains: { organization } }) => {
        writeEvent(organization.journal, 460, {
          kind: 'incident-opened',
          incidentId: 'inc-another0',
          instanceId: SIBLING,
        });
        writeCall(organization.journal, {
          at: 400,
          by: `${MEMBER}/cordon-inspect/${session}`,
          does: 'ec2 DescribeInstances',
        });
      });
    expect(withCallOf('inc-another0')).toHaveLength(7);
    expect(withCallOf('inc-located-by-guess')).toHaveLength(8);
  });

  it('leave out what came before the event, and calls whose reply never came', () => {
    const chain = chainOf(({ remains }) => {
      writeCall(remains.organization.journal, {
        at: -500,
        by: asFunction('intake'),
        does: 'guardduty ListDetectors',
      });
      const lost = writeCall(remains.organization.journal, {
        at: 400,
        by: asDuty('inspect'),
        does: 'ec2 DescribeVolumes',
      });
      delete lost.repliedAt;
    });
    expect(chain).toHaveLength(7);
  });

  it('are unknown while one interface of two was not isolated', () => {
    const chain = chainOf(({ remains: { organization } }) => {
      const { calls } = organization.journal;
      calls.splice(
        calls.findIndex(({ operation }) => operation === 'ModifyNetworkInterfaceAttribute'),
        1,
      );
    });
    expect(chain).toBeUndefined();
  });

  it('are unknown when no interface was isolated', () => {
    const chain = chainOf(({ remains: { organization } }) => {
      const { calls } = organization.journal;
      calls.splice(
        0,
        calls.length,
        ...calls.filter(({ operation }) => operation !== 'ModifyNetworkInterfaceAttribute'),
      );
    });
    expect(chain).toBeUndefined();
  });
});

describe('the isolating calls', () => {
  it.each([
    ['was made as one by us', [{ Key: TAGS.isolation, Value: 'true' }], 8],
    ['was made as another', [], undefined],
  ])('of a group that a release took away count where it %s', (_what, Tags, length) => {
    const chain = chainOf(({ remains: { organization } }) => {
      organization.world.of(ec2State, MEMBER, REGION).securityGroups.delete(ISOLATION_GROUP);
      writeCall(organization.journal, {
        at: 400,
        by: asDuty('isolate-network'),
        does: 'ec2 CreateSecurityGroup',
        input: { TagSpecifications: [{ ResourceType: 'security-group', Tags }] },
        output: { GroupId: ISOLATION_GROUP },
      });
    });
    expect(chain?.length).toBe(length);
  });

  it('are the first for each interface: a later repetition does not move the time', () => {
    const run = goodRun();
    const again = {
      at: 9_000,
      by: asDuty('isolate-network'),
      does: 'ec2 ModifyNetworkInterfaceAttribute',
      input: { NetworkInterfaceId: INTERFACES[0], Groups: ['sg-0aaaaaaaaaaaaaaa1'] },
    };
    writeCall(run.remains.organization.journal, again);
    const scene = readScene(run.remains);
    const [opened] = scene.incidents;
    expect(
      opened === undefined
        ? []
        : [...isolatingCalls(scene, opened).values()].map(({ call }) => call.repliedAt),
    ).toEqual([opened?.arrivedAt, opened?.arrivedAt].map((at) => (at ?? 0) + 900 + LATENCY_MS));
  });
});

describe('the longest chain', () => {
  it('finds the longer of two ways, whichever ended later', () => {
    const run = goodRun();
    const { journal } = run.remains.organization;
    journal.calls.splice(0);
    const at = (time: number, does: string) =>
      writeCall(journal, { at: time, by: asFunction('intake'), does: `sqs ${does}` });
    at(0, 'A1');
    at(100, 'A2');
    at(200, 'A3');
    at(250, 'B1');
    at(350, 'Last');
    const { calls } = readScene(run.remains);
    const last = calls.at(-1);
    expect(last === undefined ? [] : longestChain(calls, last).map(({ call }) => call.operation)).toEqual([
      'A1',
      'A2',
      'A3',
      'Last',
    ]);
  });
});
