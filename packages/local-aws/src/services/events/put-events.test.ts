import type { PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION } from '../testing.ts';
import { eventsService } from './service.ts';
import { addBus } from './state.ts';

const entry = { Source: 'my.app', DetailType: 'thing happened', Detail: '{"a":1}' };

const setUp = () => {
  const delivered: { readonly busArn: string; readonly event: Readonly<Record<string, unknown>> }[] = [];
  const events = bench(eventsService, {
    host: { deliverEvent: (busArn, event) => delivered.push({ busArn, event }) },
  });
  return {
    delivered,
    put: (...Entries: object[]) => events.perform<PutEventsCommandOutput>('PutEvents', { Entries }),
    events,
  };
};

describe('PutEvents', () => {
  it('puts an entry on the default bus in an envelope of the caller', async () => {
    const { delivered, put } = setUp();
    const { FailedEntryCount, Entries } = await put(entry);
    expect(FailedEntryCount).toBe(0);
    expect(delivered).toEqual([
      {
        busArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
        event: {
          version: '0',
          id: Entries?.[0]?.EventId,
          'detail-type': 'thing happened',
          source: 'my.app',
          account: ACCOUNT,
          time: '2026-01-01T00:00:00Z',
          region: REGION,
          resources: [],
          detail: { a: 1 },
        },
      },
    ]);
  });

  it('asks for the right on the bus of each entry', () => {
    const { events } = setUp();
    const other = `arn:aws:events:${REGION}:${OTHER_ACCOUNT}:event-bus/default`;
    expect(events.checksOf('PutEvents', { Entries: [entry, { ...entry, EventBusName: other }] })).toEqual([
      expect.objectContaining({
        action: 'events:PutEvents',
        resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`,
      }),
      expect.objectContaining({
        resource: other,
        account: OTHER_ACCOUNT,
        context: {
          'events:source': 'my.app',
          'events:detail-type': 'thing happened',
          'events:eventBusInvocation': 'false',
        },
      }),
    ]);
  });

  it.each([
    ['says that it is an AWS service', { ...entry, Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
    ['has no detail', { Source: 'a', DetailType: 'b' }, 'InvalidArgument'],
    ['has a detail that is no object', { ...entry, Detail: '[1]' }, 'MalformedDetail'],
    ['names a bus that is not there', { ...entry, EventBusName: 'none' }, 'ResourceNotFoundException'],
  ])('refuses only the entry that %s', async (_name, bad, code) => {
    const { delivered, put } = setUp();
    const { FailedEntryCount, Entries } = await put(bad, entry);
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([code, undefined]);
    expect(delivered).toHaveLength(1);
  });

  it('refuses more than ten entries', async () => {
    const { put } = setUp();
    await expect(put(...Array.from({ length: 11 }, () => entry))).rejects.toThrow('between 1 and 10');
  });

  it('finds a bus by name and by ARN', async () => {
    const { delivered, put, events } = setUp();
    const { arn } = addBus(events.world, { account: ACCOUNT, region: REGION, name: 'incidents' });
    await put({ ...entry, EventBusName: 'incidents' }, { ...entry, EventBusName: arn });
    expect(delivered.map(({ busArn }) => busArn)).toEqual([arn, arn]);
  });
});
