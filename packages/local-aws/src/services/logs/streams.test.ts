import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { observabilityState } from '../observability/state.ts';
import { ACCOUNT, bench, REGION, START } from '../testing.ts';
import { logsService } from './service.ts';

const GROUP = '/sessions';
const STREAM = 'ada-0a1b';

const furnished = () => {
  const on = bench(logsService);
  const { logGroups } = on.world.of(observabilityState, ACCOUNT, REGION);
  logGroups.set(GROUP, { name: GROUP, arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}` });
  const stream = { logGroupName: GROUP, logStreamName: STREAM };
  const put = (...events: readonly (readonly [at: number, message: string])[]) =>
    on.perform('PutLogEvents', {
      ...stream,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    });
  const messages = async (input: object = {}) =>
    (
      await on.perform<FilterLogEventsCommandOutput>('FilterLogEvents', { logGroupName: GROUP, ...input })
    ).events?.map(({ message }) => message);
  return { on, stream, put, messages };
};

describe('a log stream', () => {
  it('is made once, written, and read by name', async () => {
    const { on, stream, put, messages } = furnished();
    await on.perform('CreateLogStream', stream);
    await put([START, 'first'], [START + 1, 'second']);
    await put([START + 2, 'third']);
    expect(await messages({ logStreamNames: [STREAM] })).toEqual(['first', 'second', 'third']);
    expect(await messages({ logStreamNames: ['another'] })).toEqual([]);
    await expect(on.perform('CreateLogStream', stream)).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
  });

  it('is asked for as such, by both operations', () => {
    const { on, stream } = furnished();
    for (const operation of ['CreateLogStream', 'PutLogEvents'])
      expect(on.checksOf(operation, stream)).toEqual([
        {
          action: `logs:${operation}`,
          resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}:log-stream:${STREAM}`,
        },
      ]);
  });

  it('takes no events that are unordered, too many, or of a stream that is not there', async () => {
    const { on, stream, put } = furnished();
    await expect(put([START, 'x'])).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await on.perform('CreateLogStream', stream);
    await expect(put([START + 1, 'x'], [START, 'y'])).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    await expect(put()).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(put([START, 'x'.repeat(1_048_576)])).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  it('is in no group that is not there, and has no name with a colon', async () => {
    const { on, stream } = furnished();
    await expect(on.perform('CreateLogStream', { ...stream, logGroupName: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(on.perform('CreateLogStream', { ...stream, logStreamName: 'a:b' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });
});
