import { defineConfig } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { buildServices, type Services } from '../services.ts';
import { notifierBy } from './notifier.ts';
import type { Posting } from './post.ts';

const HOME = 'eu-west-1';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const config = defineConfig({
  organizationId: 'o-cordondrill',
  accounts: {
    management: '602011150001',
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  homeRegion: HOME,
  regions: [HOME],
  policy: { schemaVersion: 1 },
  evidence: { lockMode: 'governance', lockDays: 90 },
  forensics: { instanceType: 'm6i.xlarge', imageParameter: '/aws/service/image' },
  notifications: {
    webhook: { url: 'https://hooks.example.com/cordon', secretParameter: '/cordon/webhook-secret' },
  },
});

/** A warm function, which remembers the secret, at a time of its own, and whoever it sends to. */
const warm = (statuses: readonly number[] = []) => {
  const got: Posting[] = [];
  const logged: object[] = [];
  const clock = { now: 1_795_312_800_000 };
  const services: Services = buildServices(
    config,
    { region: HOME },
    { now: () => clock.now, log: (line) => logged.push(line), policyProblem: undefined },
  );
  services.remembered.set('webhook-secret', SECRET);
  services.remembered.set('webhook-secret-until', String(clock.now + 60_000));
  const act = notifierBy((posting) => {
    got.push(posting);
    return Promise.resolve(statuses[got.length - 1] ?? 200);
  });
  return { act, services, got, logged, clock };
};

const record = (messageId: string, more: { readonly body?: string; readonly queue?: string } = {}) => ({
  messageId,
  eventSourceARN: `arn:aws:sqs:${HOME}:602011150002:${more.queue ?? 'cordon-notices-webhook'}`,
  attributes: { ApproximateReceiveCount: '1' },
  body:
    more.body ??
    JSON.stringify({
      Type: 'Notification',
      MessageId: `sns-${messageId}`,
      Timestamp: '2026-11-22T03:00:00.000Z',
      Message: JSON.stringify({ kind: 'policy-unreadable', schemaVersion: 1, reasons: ['<!channel>'] }),
    }),
});

describe('the notifier', () => {
  it('sends a message that is delivered twice under the same id, with the same bytes, signed anew', async () => {
    const { act, services, got, clock } = warm();
    await act({ Records: [record('1')] }, services);
    clock.now += 10_000;
    expect(await act({ Records: [record('1')] }, services)).toEqual({ batchItemFailures: [] });
    const [first, second] = got;
    expect(first?.headers['webhook-id']).toBe('sns-1');
    expect(second).toMatchObject({ body: first?.body, headers: { 'webhook-id': 'sns-1' } });
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
    expect(first?.body).not.toContain('<!channel>');
  });

  it('has brought again only what was not sent', async () => {
    const { act, services, logged } = warm([200, 500, 200]);
    const Records = [record('1'), record('2'), record('3')];
    expect(await act({ Records }, services)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(logged).toMatchObject([{ messageId: '2', because: expect.stringContaining('answered 500') }]);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });

  it.each([301, 400, 199, 0])('counts an answer of %i as none', async (status) => {
    const { act, services } = warm([status]);
    expect((await act({ Records: [record('1')] }, services)).batchItemFailures).toHaveLength(1);
  });

  it.each([
    ['a queue that is none of its own', { queue: 'cordon-findings' }],
    ['a body that is not of SNS', { body: '{"Message":"{}"}' }],
    ['no JSON', { body: 'x' }],
  ])('sends nothing of %s, and the rest of the batch', async (_what, more) => {
    const { act, services, got } = warm();
    const { batchItemFailures } = await act({ Records: [record('1', more), record('2')] }, services);
    expect(batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual(['sns-2']);
  });

  it('reads the secret anew once it was refused with it', async () => {
    const { act, services } = warm([401]);
    await act({ Records: [record('1')] }, services);
    expect(services.remembered.has('webhook-secret')).toBe(false);
  });
});
