import { describe, expect, it } from 'vitest';
import { notificationSettings, noticeWays } from './settings.ts';

const webhook = { url: 'https://hooks.example.com/cordon', secretParameter: '/cordon/webhook-secret' };

describe('notifications', () => {
  it('are off, each unless it is named', () => {
    expect(notificationSettings.parse({})).toEqual({ email: [], chat: false, securityHub: false });
    expect(noticeWays(notificationSettings.parse({}))).toEqual([]);
    expect(noticeWays(undefined)).toEqual([]);
    expect(noticeWays(notificationSettings.parse({ email: ['a@example.com'] }))).toEqual([]);
    expect(noticeWays(notificationSettings.parse({ chat: true, webhook, securityHub: true }))).toEqual([
      'chat',
      'webhook',
      'security-hub',
    ]);
  });

  it.each([
    'http://hooks.example.com/cordon',
    'https://user:password@hooks.example.com/',
    'https://hooks.example.com/#x',
    'file:///etc/passwd',
    'hooks.example.com',
  ])('refuse the receiver %s', (url) => {
    expect(notificationSettings.safeParse({ webhook: { ...webhook, url } }).success).toBe(false);
  });

  it.each([
    { webhook: { ...webhook, secretParameter: '/other/secret' } },
    { webhook: { ...webhook, secretParameter: '/cordon/*' } },
    { webhook: { url: webhook.url } },
    { webhook: { ...webhook, secret: 'in the clear' } },
    { email: ['not an address'] },
    { email: ['a@b.example\nBcc: c@d.example'] },
    { slack: true },
  ])('refuse %j', (settings) => {
    expect(notificationSettings.safeParse(settings).success).toBe(false);
  });
});
