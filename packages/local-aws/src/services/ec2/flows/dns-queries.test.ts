import { describe, expect, it } from 'vitest';
import { fateOf } from './fate.ts';
import { openingOf } from './passage.ts';
import { newFlow, NOW, opened, testPicture } from './test-picture.ts';

describe("queries to the VPC's resolver", () => {
  const query = (asks: string) =>
    newFlow({ remote: { address: '169.254.169.253' }, protocol: 'udp', remotePort: 53, asks });

  it('go through whatever groups and ACLs say, and end with the name that DNS Firewall blocks', () => {
    const on = testPicture();
    on.groups.set('sg-host', []);
    const subnet = on.subnets.get('subnet-a');
    if (subnet === undefined) throw new Error('no subnet-a');
    on.subnets.set('subnet-a', { ...subnet, acl: [] });
    const flow = opened(on.picture, query('a.free.example'));
    expect(fateOf(on.picture, flow, NOW)).toMatchObject({ kind: 'lives' });
    expect(fateOf(on.picture, { ...flow, asks: 'a.blocked.example' }, NOW)).toMatchObject({
      kind: 'cut',
      obstacle: 'dns-firewall',
    });
  });

  it('are not answered for a name that is blocked, and only in the VPC that blocks it', () => {
    const { picture } = testPicture();
    expect(openingOf(picture, query('a.blocked.example'))).toMatchObject({
      allowed: false,
      obstacle: 'dns-firewall',
      because: 'rslvr-frg-1 answers NODATA for a.blocked.example',
    });
    const peer = { ...query('a.blocked.example'), networkInterfaceId: 'eni-peer' };
    expect(openingOf(picture, peer).allowed).toBe(true);
  });
});
