import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signedHeaders } from './signature.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NOW = 1_795_312_800;

/** What a receiver does, as docs/notifications.md shows it. */
const accepts = (headers: Readonly<Record<string, string>>, body: string, now = NOW): boolean => {
  const { 'webhook-id': id, 'webhook-timestamp': sent, 'webhook-signature': signature = '' } = headers;
  if (Math.abs(now - Number(sent)) > 300) return false;
  const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64');
  const want = createHmac('sha256', key).update(`${id}.${sent}.${body}`).digest();
  return signature.split(' ').some((one) => {
    const given = Buffer.from(one.replace('v1,', ''), 'base64');
    return given.length === want.length && timingSafeEqual(given, want);
  });
};

describe('a signature', () => {
  const signed = signedHeaders(SECRET, { id: 'msg-1', seconds: NOW, body: '{"a":1}' });

  it('is accepted of the very message, and soon', () => {
    expect(accepts(signed, '{"a":1}')).toBe(true);
    expect(accepts(signed, '{"a":1}', NOW + 301)).toBe(false);
  });

  it.each([
    ['another body', signed, '{"a":2}'],
    ['another id', { ...signed, 'webhook-id': 'msg-2' }, '{"a":1}'],
    ['another time', { ...signed, 'webhook-timestamp': String(NOW + 1) }, '{"a":1}'],
    ['no signature', { ...signed, 'webhook-signature': '' }, '{"a":1}'],
  ])('is not accepted of %s', (_what, headers, body) => {
    expect(accepts(headers, body)).toBe(false);
  });

  // The example of the specification's own libraries.
  it('is what Standard Webhooks makes of their example', () => {
    const headers = signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      seconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each(['not a secret of theirs', `whsec_${'A'.repeat(200)}`, 'whsec_c2hvcnQ='])(
    'is not made with the secret %j, and the error does not say it',
    (secret) => {
      const sign = (): unknown => signedHeaders(secret, { id: 'x', seconds: NOW, body: '' });
      expect(sign).toThrow('the secret of the webhook is of another form');
      expect(sign).not.toThrow(secret);
    },
  );
});
